"""Events are heard beside the slots: in time to pause what should not go on, and to the end when a command ends."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import pytest

from newsletter.cli import running
from newsletter.model.campaign import CampaignStatus
from newsletter.model.event import Event, EventKind, HookRequest
from newsletter.model.outbound import Receipt
from newsletter.pipeline import applying, record
from newsletter.pipeline.applying import Hook
from newsletter.pipeline.submit import Desk, submit_next
from newsletter.store import hooks
from newsletter.worker.embedded import Runner
from newsletter.worker.house import House
from tests.ledger import Bench
from tests.seed import people, seed

NOTHING = -1  #: a hook without events
SLOW = {"NEWSLETTER_SEND_BATCH_SIZE": "10", "NEWSLETTER_SEND_SLOTS": "1"}


def bounced(desk: Bench, number: int) -> Event:
    """A mail that was taken, and comes back."""
    batch, attempt, delivery, _ = desk.witness.taken[number]
    return Event(
        "witness",
        f"b{number}",
        EventKind.BOUNCED,
        desk.clock[0],
        instance="test",
        batch=batch,
        attempt=attempt,
        delivery=delivery,
        reason="no such address",
        hard=True,
    )


def spool(desk: Bench, numbers: Sequence[int]) -> None:
    """Hooks: of the mail with that number, in the order in which they were taken, or of nothing."""
    with desk.ctx.store.write() as db:
        for number in numbers:
            hooks.spool(db, "witness", {}, str(number).encode(), desk.ctx.now())


@pytest.fixture
def read(desk: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The witness reads the hooks that are spooled here."""

    def events(_witness: object, request: HookRequest) -> Sequence[Event]:
        number = int(request.body)
        return () if number == NOTHING else (bounced(desk, number),)

    monkeypatch.setattr(type(desk.witness), "read_events", events)


@pytest.mark.ci
@pytest.mark.usefixtures("read")
@pytest.mark.parametrize("environ", [SLOW], indirect=True)
def test_what_comes_back_pauses_the_rest_however_slow_the_provider_is(desk: Bench) -> None:
    """Twenty-two hooks of one event each: at one for each batch, 5% would never be seen."""
    seed(desk.ctx, people(700, language="en"))
    mailing = desk.mailing()
    posted = desk.witness.posted
    came: list[int] = []

    def answer(_body: object) -> Receipt:
        time.sleep(0.5)
        if len(posted) == 3:
            spool(desk, [NOTHING] * 16 + list(range(6)))
            came.append(len(posted))
        return Receipt("ok")

    desk.witness.answer = answer
    assert running.run_to_end(desk.ctx, mailing.id, quiet=True) == 1
    found = desk.campaign(mailing.id)
    assert (found.status, found.reason.startswith("trouble: ")) == (CampaignStatus.PAUSED, True)
    assert len(posted) - came[0] <= 3
    assert record.waiting(desk.ctx) == 0


@pytest.mark.usefixtures("read")
@pytest.mark.parametrize("environ", [SLOW], indirect=True)
def test_what_came_is_in_the_books_when_a_command_ends(desk: Bench) -> None:
    seed(desk.ctx, people(30, language="en"))
    mailing = desk.mailing()

    def answer(_body: object) -> Receipt:
        if len(desk.witness.posted) == 3:
            spool(desk, [NOTHING] * 40)
        return Receipt("ok")

    desk.witness.answer = answer
    assert running.run_to_end(desk.ctx, mailing.id, quiet=True) == 0
    assert record.waiting(desk.ctx) == 0


@pytest.mark.usefixtures("read")
@pytest.mark.parametrize("environ", [SLOW], indirect=True)
def test_while_a_person_is_asked_events_are_heard(desk: Bench) -> None:
    seed(desk.ctx, people(100, language="en"))
    mailing = desk.mailing()
    runner = Runner(desk.ctx, only=mailing.id)
    waiting: list[int] = []

    def answer(_body: object) -> Receipt:
        if len(desk.witness.posted) == 2:
            runner.rest.set()
        return Receipt("ok")

    def over() -> bool:
        if runner.rest.is_set() and not waiting:
            spool(desk, [NOTHING] * 5)
            waiting.append(record.waiting(desk.ctx))
        elif runner.rest.is_set() and record.waiting(desk.ctx) == 0:
            runner.rest.clear()
        return desk.books(mailing.id).prepared == 100 and desk.books(mailing.id).closed

    desk.witness.answer = answer
    assert runner.start()
    try:
        runner.run(over)
    finally:
        runner.close()
    assert waiting == [5]
    assert len(desk.witness.posted) == 10


@pytest.mark.parametrize("environ", [SLOW], indirect=True)
def test_a_fault_of_who_hears_ends_the_runner(desk: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    seed(desk.ctx, people(300, language="en"))
    mailing = desk.mailing()
    main = threading.get_ident()

    def broken(*_: object, **__: object) -> record.Applied:
        if threading.get_ident() != main:
            raise RuntimeError("of ours")
        return record.Applied()

    def answer(_body: object) -> Receipt:
        time.sleep(0.1)
        return Receipt("ok")

    monkeypatch.setattr(record, "apply_new", broken)
    desk.witness.answer = answer
    runner = Runner(desk.ctx, only=mailing.id)
    assert runner.start()
    try:
        with pytest.raises(RuntimeError, match="of ours"):
            runner.run(lambda: False)
    finally:
        runner.close()
    assert len(desk.witness.posted) < 20


@pytest.mark.usefixtures("read")
@pytest.mark.parametrize("environ", [SLOW], indirect=True)
def test_who_does_not_lead_hears_nothing(desk: Bench) -> None:
    class Elsewhere:
        @staticmethod
        def leads() -> bool:
            return False

        @staticmethod
        def close() -> None:
            pass

    seed(desk.ctx, people(50, language="en"))
    mailing = desk.mailing()
    desk.start()
    spool(desk, [NOTHING] * 3)
    runner = Runner(desk.ctx, only=mailing.id)
    runner._lead = Elsewhere()  # type: ignore[assignment]
    assert runner.start()
    try:
        runner.run(lambda: desk.books(mailing.id).closed)
    finally:
        runner.close()
    assert (len(desk.witness.posted), record.waiting(desk.ctx)) == (5, 3)


@pytest.mark.parametrize("environ", [{"NEWSLETTER_SEND_BATCH_SIZE": "50"}], indirect=True)
def test_whoever_takes_the_house_over_while_it_sends_judges_what_was_applied(desk: Bench) -> None:
    seed(desk.ctx, people(400))
    mailing = desk.mailing()
    desk.start()
    slot = Desk(desk.ctx, "me")
    for _ in range(2):
        submit_next(slot)
    told = tuple(bounced(desk, number) for number in range(20))
    with desk.ctx.store.write() as db:
        applying.apply(desk.ctx, db, [Hook("witness", desk.clock[0], told)])
    House(desk.ctx).keep(sending=True)  # whoever applied them died before judging
    assert desk.campaign(mailing.id).status is CampaignStatus.PAUSED
