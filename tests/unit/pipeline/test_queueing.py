"""Who keeps house where several machines send: the lead of a dead process is free as soon as its own machine works again."""

from __future__ import annotations

import pytest

from newsletter.pipeline import lease, queueing
from newsletter.worker.embedded import Runner
from tests import databases
from tests.ledger import Bench

pytestmark = pytest.mark.skipif(not databases.POSTGRES, reason="one process alone keeps a file")


@pytest.fixture
def dead(desk: Bench) -> queueing.Lead:
    """A process of this machine that leads, and is never heard of again."""
    made = queueing.Lead(desk.ctx, f"{lease.place(desk.ctx)}1")
    assert made.leads()
    return made


def test_another_process_waits_for_the_end_of_a_lead(desk: Bench, dead: queueing.Lead) -> None:
    other = queueing.Lead(desk.ctx, f"{lease.place(desk.ctx)}2")
    assert not other.leads()
    queueing.recover(desk.ctx, "elsewhere:0123abcd:")
    assert not other.leads(), "another machine's start says nothing of this one"
    queueing.recover(desk.ctx, lease.place(desk.ctx))
    assert other.leads()


@pytest.mark.usefixtures("dead")
def test_a_runner_that_starts_takes_the_lead_of_its_machine(desk: Bench) -> None:
    runner = Runner(desk.ctx)
    assert runner.start()
    try:
        assert queueing.Lead(desk.ctx, f"{lease.place(desk.ctx)}2").leads()
    finally:
        runner.close()
