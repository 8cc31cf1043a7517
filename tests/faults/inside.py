"""The same play within this process, where no process has to die for it: many quick tests instead of a few slow ones.

In: a Stage. Out: mailings approved, worked off and judged, the far end asked. Called by tests/faults.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from newsletter.model.campaign import AudienceRule, Books, Campaign
from newsletter.pipeline import approve, control, due, plan, report
from newsletter.pipeline.context import Context
from newsletter.pipeline.freeze import freeze
from newsletter.pipeline.schedule import Timetable
from newsletter.store import books as ledger
from newsletter.worker.embedded import Runner
from tests.faults.judging import Log, violations
from tests.faults.stage import SLUG, Stage
from tests.faults.tally import TALLY


def approved(ctx: Context, *, when: Timetable | None = None, slug: str = SLUG) -> int:
    """A mailing to everybody, approved: its number."""
    frozen = freeze(ctx, slug)
    assert frozen.edition is not None
    ask = plan.Ask(frozen.edition, AudienceRule(("everyone",)), "sendgrid", when=when)
    planned = plan.plan(ctx, ask, frozen.files)
    approve.approve(ctx, planned.campaign.id, plan.count(ctx, ask).zones)
    return planned.campaign.id


@contextmanager
def runner(ctx: Context) -> Iterator[Runner]:
    """The one who sends here."""
    made = Runner(ctx)
    assert made.start(), "another one sends"
    try:
        yield made
    finally:
        made.close()


@contextmanager
def sending(ctx: Context) -> Iterator[Runner]:
    """A runner in a thread of its own, until the block ends; what is under way ends then."""
    made = Runner(ctx)
    assert made.start()
    thread = Thread(target=made.run, args=(lambda: False,), name="runner")
    thread.start()
    try:
        yield made
    finally:
        made.stop.set()
        thread.join()
        made.close()


def work(ctx: Context) -> None:
    """Send what is due, then end: `newsletter work --once`."""
    with runner(ctx) as made:
        made.run(lambda: not due.busy(ctx))


def mailing(ctx: Context, number: int = 1) -> Campaign:
    """Where it stands."""
    return control.find(ctx, number)


def books(ctx: Context, number: int = 1) -> Books:
    """Its account, which balances."""
    with ctx.store.read() as db:
        found = ledger.books(db, number)
    assert found.faults() == []
    return found


def requests(stage: Stage) -> list[dict[str, Any]]:
    """Every request with mail that reached the far end, in order."""
    found = stage.emulated.ask("GET", "/requests?limit=100000")["requests"]
    return [one for one in found if one["path"] == "/v3/mail/send"]


def once(stage: Stage, ctx: Context, people: int, number: int = 1) -> Books:
    """The judge (tests/faults/judging.py) within this process; so many people stand in the books, and whoever was taken is known to be."""
    log, told, known = Log.read(stage.emulated), books(ctx, number), stage.known
    if people > len(known.people):  # a test brought more, and may say who they are
        known = known.whoever()
    found = violations(log, known, [report.as_json(report.report(ctx, number))])
    TALLY.judged(stage.fault, len(found))
    assert not found, "\n".join(found)
    assert (told.prepared, told.accepted) == (people, len(log.copies))
    return told


def until(met: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait for a condition, not for a time."""
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.02)


def gone(process: subprocess.Popen[str]) -> None:
    """No process is left behind, nor a pipe of it."""
    if process.poll() is None:
        process.kill()
    for end in (process.stdout, process.stderr):
        if end is not None:
            end.close()
