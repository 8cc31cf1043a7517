"""Notices beside the runner: no channel, however slow or broken, holds up or fails a mailing."""

from __future__ import annotations

import threading
import time

import pytest

from newsletter.model.campaign import CampaignStatus
from newsletter.model.notice import Message, NoticeState
from newsletter.pipeline import foresee, heartbeat, notices
from newsletter.store.database import get_meta
from newsletter.worker import courier
from newsletter.worker.embedded import Runner
from tests.ledger import Bench
from tests.seed import people, seed
from tests.told import Listener, listening


def carried(desk: Bench, campaign: int) -> None:
    runner = Runner(desk.ctx, only=campaign)
    assert runner.start()
    try:
        runner.run(lambda: desk.campaign(campaign).status.over)
    finally:
        runner.close()


def test_the_end_of_a_mailing_is_told_before_its_command_ends(
    desk: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed(desk.ctx, people(30, language="en"))
    jay = Listener()
    with listening(monkeypatch, jay):
        carried(desk, desk.mailing().id)
    assert jay.subjects == ["Finished: Hello, 30 recipients"]


def test_a_channel_that_hangs_holds_up_nothing(desk: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    never = threading.Event()

    class Deaf(Listener):
        def post(self, messages: tuple[Message, ...]) -> None:
            never.wait(60)

    monkeypatch.setattr(courier, "LAST", 0.5)
    seed(desk.ctx, people(30, language="en"))
    number = desk.mailing().id
    began = time.monotonic()
    with listening(monkeypatch, Deaf()):
        carried(desk, number)
        assert time.monotonic() - began < 30
        assert desk.campaign(number).status is CampaignStatus.FINISHED
        (row,) = notices.listed(desk.ctx)
        assert (row.state, row.attempts) == (NoticeState.WAITING, 1)
        never.set()
        for thread in threading.enumerate():
            if thread.name == "courier":
                thread.join(10)


@pytest.mark.parametrize("broken", ["foresee", "deliver"])
def test_a_courier_that_breaks_breaks_nothing(
    desk: Bench, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def fails(_ctx: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(*((foresee, "foresee") if broken == "foresee" else (notices, "deliver")), fails)
    seed(desk.ctx, people(5, language="en"))
    number = desk.mailing().id
    carried(desk, number)
    assert desk.campaign(number).status is CampaignStatus.FINISHED


def test_the_runner_beats(desk: Bench) -> None:
    seed(desk.ctx, people(5, language="en"))
    last, _ = heartbeat.silence(desk.ctx)
    assert last is None
    carried(desk, desk.mailing().id)
    last, waiting = heartbeat.silence(desk.ctx)
    assert (last, waiting) == (desk.clock[0], [])
    runner = Runner(desk.ctx)
    for step in (0, 10, 10, 10, 1, -3600):  # the last: the clock was set back
        desk.later(seconds=step)
        runner._house._beat()
    with desk.ctx.store.read() as db:
        assert get_meta(db, "runner.beat") == desk.clock[0].isoformat()
