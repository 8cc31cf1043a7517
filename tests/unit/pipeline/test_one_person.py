"""One person is one, by whatever address: who has an issue and moves to another address since has it still."""

from __future__ import annotations

import pytest

from newsletter.model.sequel import SequelKind
from newsletter.pipeline import approve, correct, due, members, plan, sequels
from newsletter.pipeline.members import Changes
from newsletter.pipeline.submit import Desk, submit_next
from tests.ledger import Bench, edition
from tests.seed import people, seed
from tests.timed import never_differs

SMALL = {"NEWSLETTER_SEND_BATCH_SIZE": "5"}
pytestmark = [
    pytest.mark.usefixtures("_same_text"),
    pytest.mark.parametrize("environ", [SMALL], indirect=True),
]


@pytest.fixture
def _same_text(monkeypatch: pytest.MonkeyPatch) -> None:
    never_differs(monkeypatch)


def send_all(desk: Bench) -> None:
    due.start_due(desk.ctx)
    while submit_next(Desk(desk.ctx, "me")):
        pass


def moves(desk: Bench, number: int) -> str:
    """A member has another address from now on."""
    there = f"moved{number}@reader.example"
    members.edit(desk.ctx, f"p{number}@reader.example", Changes(fields={"email": there}))
    return there


def test_who_moved_since_gets_no_second_copy_from_an_overlapping_mailing(desk: Bench) -> None:
    seed(desk.ctx, people(6, language="en"))
    (desk.ctx.root / "segments.toml").write_text(
        "[ontario]\nwhere = 'province == \"ON\"'\n", encoding="utf-8"
    )
    desk.mailing()
    send_all(desk)
    there = moves(desk, 0)
    mended = desk.mailing(edition(word="-mended"), include=("ontario",))
    send_all(desk)
    assert there not in desk.witness.copies()
    assert desk.books(mended.id).excluded == {"already-had-it": 2}


def test_a_copy_that_is_asked_for_goes_to_the_new_address(desk: Bench) -> None:
    seed(desk.ctx, people(4, language="en"))
    desk.mailing()
    send_all(desk)
    there = moves(desk, 0)
    desk.mailing(again="the date was wrong")
    send_all(desk)
    assert desk.witness.copies()[there] == 1


def test_who_moved_before_the_corrected_text_gets_it_once_and_where_they_are_now(desk: Bench) -> None:
    seed(desk.ctx, people(20, language="en"))
    number = desk.mailing().id
    due.start_due(desk.ctx)
    submit_next(Desk(desk.ctx, "me"))
    had = {address for _, _, _, address in desk.witness.taken}
    reached = int(min(had).removeprefix("p").partition("@")[0])
    waiting = next(n for n in range(20) if f"p{n}@reader.example" not in had)
    elsewhere, there = moves(desk, reached), moves(desk, waiting)
    done = correct.correct(desk.ctx, number)
    text = desk.keep(edition(word="-mended"))
    approve.approve(desk.ctx, done.sequel.id, {}, edition=text)
    send_all(desk)
    copies = desk.witness.copies()
    assert (copies[elsewhere], copies[there], copies[f"p{waiting}@reader.example"]) == (0, 1, 0)
    assert sum(copies.values()) == 20
    late = sequels.offer(desk.ctx, number, SequelKind.LATE)
    assert plan.count(desk.ctx, late.ask).mailed == 0, "who moved joined nothing"
