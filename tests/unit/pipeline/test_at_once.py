"""Several people and the worker act on one mailing at the same moment: two tabs, two colleagues, a runner that goes on meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest

from newsletter.model.campaign import CampaignStatus
from newsletter.model.errors import NotAllowed
from newsletter.model.sequel import SequelKind
from newsletter.pipeline import approve, control, correct, due, reschedule, sequels, whole
from newsletter.pipeline.submit import Desk, submit_next
from tests.ledger import Bench, edition
from tests.seed import people, seed
from tests.timed import in_time, never_differs

SMALL = {"NEWSLETTER_SEND_BATCH_SIZE": "5"}
WHO = 60
pytestmark = [
    pytest.mark.usefixtures("_same_text"),
    pytest.mark.parametrize("environ", [SMALL], indirect=True),
]


@pytest.fixture
def _same_text(monkeypatch: pytest.MonkeyPatch) -> None:
    never_differs(monkeypatch)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What these acts gave, begun together; None for one that was refused."""
    gate = Barrier(len(acts))

    def act(one: Callable[[], Any]) -> Any:
        gate.wait(10)
        try:
            return one()
        except NotAllowed:
            return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return [made for made in pool.map(act, acts) if made is not None]


def work(desk: Bench, name: str) -> None:
    due.start_due(desk.ctx)
    while submit_next(Desk(desk.ctx, name)):
        pass


def test_two_stop_and_correct_while_the_worker_sends(desk: Bench) -> None:
    seed(desk.ctx, people(WHO, language="en"))
    number = desk.mailing().id
    due.start_due(desk.ctx)
    submit_next(Desk(desk.ctx, "first"))

    def stop() -> int:
        return correct.correct(desk.ctx, number).sequel.id

    def tell() -> int:
        return -correct.tell(desk.ctx, number).sequel.id

    done = at_once(stop, stop, tell, tell, *(partial(work, desk, f"w{n}") for n in range(2)))
    drafts = {one for one in done if one > 0}
    assert len(drafts) <= 1, "one correction"
    assert len({one for one in done if one < 0}) <= 1
    if not drafts:  # the worker was quicker than both: everybody has it
        assert desk.campaign(number).status is CampaignStatus.FINISHED
        return
    (draft,) = drafts
    text = desk.keep(edition(word="-right"))
    at_once(
        *(lambda: approve.approve(desk.ctx, draft, {}, edition=text) for _ in range(3)),
        *(partial(work, desk, f"v{n}") for n in range(2)),
    )
    at_once(*(partial(work, desk, f"u{n}") for n in range(2)))
    assert set(desk.witness.copies().values()) == {1}
    assert len(desk.witness.copies()) == WHO
    found = whole.whole(desk.ctx, number)
    assert (found.total.books.candidates, found.total.books.accepted) == (WHO, WHO)
    assert found.total.books.faults() == []
    assert found.total.unexplained == 0


def test_one_lets_it_go_on_while_another_ends_it_and_a_third_moves_it(desk: Bench) -> None:
    """Whatever came first: nobody twice, nothing after the end, and the books say who has it."""
    seed(desk.ctx, people(WHO, language="en"))
    number = desk.mailing().id
    due.start_due(desk.ctx)
    submit_next(Desk(desk.ctx, "first"))
    control.pause(desk.ctx, number)

    def move() -> object:
        return reschedule.reschedule(desk.ctx, reschedule.look(desk.ctx, number, in_time(desk, 5)))

    at_once(
        lambda: control.resume(desk.ctx, number),
        lambda: control.cancel(desk.ctx, number),
        move,
        lambda: work(desk, "w"),
    )
    assert desk.campaign(number).status is CampaignStatus.CANCELLED
    had = len(desk.witness.taken)
    work(desk, "after")
    control.resume(desk.ctx, number)
    work(desk, "after")
    assert len(desk.witness.taken) == had
    books = desk.books(number)
    assert (books.accepted, books.accepted + books.cancelled) == (had, WHO)
    assert set(desk.witness.copies().values()) == {1}


def test_two_send_to_late_joiners_while_one_corrects(desk: Bench) -> None:
    """Late joiners, the rest of a stopped mailing, and two clicks on each: one sequel of each, or a refusal that says why."""
    seed(desk.ctx, people(WHO, language="en"))
    number = desk.mailing().id
    due.start_due(desk.ctx)
    for _ in range(4):
        submit_next(Desk(desk.ctx, "first"))
    control.cancel(desk.ctx, number)
    seed(desk.ctx, people(WHO + 7, language="en")[WHO:])

    def late() -> int:
        draft = sequels.begin(desk.ctx, sequels.offer(desk.ctx, number, SequelKind.LATE))
        approve.approve(desk.ctx, draft.id, {})
        return draft.id

    def rest() -> int:
        draft = correct.correct(desk.ctx, number, unchanged=True).sequel
        approve.approve(desk.ctx, draft.id, {})
        return draft.id

    at_once(late, late, rest, rest, lambda: work(desk, "w"))
    work(desk, "end")
    for kind in (late, rest):
        at_once(kind)
        work(desk, "end")
    assert set(desk.witness.copies().values()) == {1}
    assert len(desk.witness.copies()) == WHO + 7
    found = whole.whole(desk.ctx, number).total
    assert (found.books.candidates, found.books.accepted, found.books.cancelled) == (WHO + 7, WHO + 7, 0)
    assert found.books.faults() == []
