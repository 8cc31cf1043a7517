"""Comments: bounded, throttled, harmless; by a link only while it lives, and only on its own issue."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model.comment import BODY, NAME, ReviewLink
from newsletter.model.errors import NotAllowed, NotFound
from newsletter.model.outline import Outline, Piece, PieceKind, digest
from newsletter.model.place import Place
from newsletter.pipeline import commenting
from newsletter.store import tables
from tests.ledger import Bench

PIECE = Piece(PieceKind.PARAGRAPH, Place("x.md", 4), "Dear all", "Dear all", digest("Dear all"))
OUTLINE = Outline("en", "x.md", (PIECE,))
BLOCK = (0, PIECE.digest)


def say(desk: Bench, link: ReviewLink | None = None, body: str = "Really?", name: str = "Ann") -> int:
    return commenting.say(desk.ctx, OUTLINE, BLOCK, (name, body), "note", link).number


def refused(code: str, desk: Bench, link: ReviewLink | None, **words: str) -> None:
    with pytest.raises(NotAllowed) as raised:
        say(desk, link, **words)
    assert raised.value.code == code


def test_a_link_ends_by_itself_or_is_revoked(desk: Bench) -> None:
    link, url = commenting.make_link(desk.ctx, "note", timedelta(days=2))
    assert commenting.by_token(desk.ctx, url.rpartition("/")[2]) == link
    assert say(desk, link)
    desk.later(days=2)
    refused("review-over", desk, link)
    other, _ = commenting.make_link(desk.ctx, "note")
    assert [one.number for one in commenting.links(desk.ctx, "note")] == [other.number]
    assert commenting.revoke(desk.ctx, "note") == 1
    assert commenting.revoke(desk.ctx, "note") == 0
    refused("review-over", desk, other)
    acts = [row.act for row in desk.rows(tables.audit)]
    assert acts == ["review link", "comment", "review link", "revoke review links"]
    with pytest.raises(NotAllowed):
        commenting.make_link(desk.ctx, "note", timedelta(days=1000))


def test_a_link_answers_only_on_its_own_issue(desk: Bench) -> None:
    number = say(desk)
    link, _ = commenting.make_link(desk.ctx, "another")
    with pytest.raises(NotFound):
        commenting.answer(desk.ctx, number, ("Ann", "Yes"), link)
    mine, _ = commenting.make_link(desk.ctx, "note")
    answer = commenting.answer(desk.ctx, number, ("Ann", "Yes"), mine)
    with pytest.raises(NotFound):
        commenting.answer(desk.ctx, answer.number, ("Ann", "To an answer"), mine)
    with pytest.raises(NotFound):
        commenting.resolve(desk.ctx, answer.number)
    assert commenting.open_on(desk.ctx, "note") == 1


def test_too_many_at_once(desk: Bench) -> None:
    link, _ = commenting.make_link(desk.ctx, "note")
    for _ in range(20):
        say(desk, link)
    refused("comments-many", desk, link)
    desk.later(minutes=11)
    assert say(desk, link)


def test_words_and_a_name_are_wanted_and_bounded(desk: Bench) -> None:
    refused("comment-name", desk, None, name=" \u202e\x07 ")
    refused("comment-empty", desk, None, body="\n\u200e\n")
    say(desk, body="é" * 9000, name="N" * 500)
    (said,) = commenting.of_issue(desk.ctx, "note")
    assert (len(said.body), len(said.author)) == (BODY, NAME)
    with pytest.raises(NotAllowed) as raised:
        commenting.say(desk.ctx, OUTLINE, (0, "gone"), ("Ann", "?"), "note")
    assert raised.value.code == "comment-block"


@given(text=st.text(max_size=200))
def test_what_is_kept_is_within_its_lines(text: str) -> None:
    kept = commenting.cleaned(text, 50)
    assert len(kept) <= 50
    assert not set(kept) & {"\u202e", "\u2066", "\x00", "\x1b", "\r", "\u2028"}
    assert "\n\n\n" not in kept
    assert commenting.cleaned(kept, 50) == kept
