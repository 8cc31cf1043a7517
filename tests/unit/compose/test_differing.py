"""What changed, block by block and word by word: nothing is lost, nothing invented."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsletter.compose.differing import Change, Mark, blocks, changes, words

TEXT = st.text(alphabet="ab cdé.", min_size=1, max_size=30).filter(str.strip)
BLOCKS = st.lists(TEXT.map(lambda text: " ".join(text.split())), max_size=8)


def said(change: Change, without: Mark) -> str:
    return "".join(run.text for run in change.runs if run.mark is not without)


@given(was=BLOCKS, now=BLOCKS)
def test_every_change_is_of_blocks_that_were_or_are_there(was: list[str], now: list[str]) -> None:
    for change in changes(was, now):
        before, after = said(change, Mark.NEW), said(change, Mark.GONE)
        assert not before or " ".join(before.split()) in was
        assert not after or " ".join(after.split()) in now
        assert {run.mark for run in change.runs} != {Mark.KEPT}


@given(text=BLOCKS)
def test_the_same_says_the_same(text: list[str]) -> None:
    assert changes(text, text) == []


@given(was=TEXT, now=TEXT)
def test_words_are_all_there(was: str, now: str) -> None:
    found = words(was, now)
    if found is None:
        assert was.split() == now.split()
    else:
        assert said(found, Mark.NEW) == was
        assert said(found, Mark.GONE) == now


def test_a_number_was_changed() -> None:
    (found,) = changes(
        ["Dear friend,", "We have 3,000 members now.", "Yours"],
        ["Dear friend,", "We have 3,100 members now.", "Yours"],
    )
    assert [(run.mark, run.text) for run in found.runs] == [
        (Mark.KEPT, "We have "),
        (Mark.GONE, "3,000"),
        (Mark.NEW, "3,100"),
        (Mark.KEPT, " members now."),
    ]
    assert found.mark is Mark.KEPT


def test_a_block_is_new_another_is_gone() -> None:
    found = changes(["One fish.", "Two fish here."], ["Two fish here.", "A whole new thing entirely."])
    assert [one.mark for one in found] == [Mark.GONE, Mark.NEW]


def test_how_lines_were_broken_does_not_count() -> None:
    assert blocks("One\ntwo\n\n---\n\nThree  four\n") == ["One two", "Three four"]
