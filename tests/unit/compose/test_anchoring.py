"""A comment finds its block again: wherever it stands, and where its own words were changed, by the blocks around it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsletter.compose.anchoring import Anchored, Standing, anchor, begins, commentable, find
from newsletter.model.comment import Anchor
from newsletter.model.outline import Outline, Piece, PieceKind, digest
from newsletter.model.place import Place

WORDS = st.lists(
    st.sampled_from(["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa"]),
    min_size=3,
    max_size=8,
)
TEXTS = st.lists(WORDS.map(" ".join), min_size=1, max_size=8, unique=True)


def piece(text: str, kind: PieceKind = PieceKind.PARAGRAPH) -> Piece:
    return Piece(kind, Place("issues/x.en.md", 1), text, text, digest(text))


def outline(*texts: str) -> Outline:
    return Outline("en", "issues/x.en.md", tuple(piece(text) for text in texts))


def kept(index: int, *texts: str) -> Anchor:
    return anchor(outline(*texts), index)


@given(texts=TEXTS, data=st.data())
def test_a_block_whose_words_stay_is_found_wherever_it_stands(texts: list[str], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(texts) - 1))
    said = kept(index, *texts)
    now = data.draw(st.permutations([*texts, "something entirely new here"]))
    found = find(said, outline(*now).pieces)
    assert found == Anchored(Standing.SAME, now.index(texts[index]))


@given(texts=TEXTS, data=st.data())
def test_edits_elsewhere_change_nothing(texts: list[str], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(texts) - 1))
    said = kept(index, *texts)
    now = [text if n == index else f"{text} mended" for n, text in enumerate(texts)]
    assert find(said, outline(*now).pieces) == Anchored(Standing.SAME, index)


@given(texts=TEXTS, now=TEXTS, data=st.data())
def test_it_always_names_a_block_that_is_there(texts: list[str], now: list[str], data: st.DataObject) -> None:
    said = kept(data.draw(st.integers(0, len(texts) - 1)), *texts)
    found = find(said, outline(*now).pieces)
    assert 0 <= found.index < len(now)
    if found.standing is Standing.SAME:
        assert digest(now[found.index]) == said.digest


def test_the_block_itself_was_changed() -> None:
    said = kept(1, "First of all.", "We have 3,000 members now.", "Yours.")
    found = find(said, outline("First of all.", "We have 3,100 members now.", "Yours.").pieces)
    assert found == Anchored(Standing.CHANGED, 1)


def test_of_equal_blocks_it_is_the_one_between_the_same_others() -> None:
    said = kept(3, "One", "Thanks.", "Two", "Thanks.", "Three")
    found = find(said, outline("Zero", "One", "Thanks.", "Two", "Thanks.", "Three").pieces)
    assert found == Anchored(Standing.SAME, 4)


def test_it_is_gone() -> None:
    said = kept(1, "First of all.", "We have 3,000 members now.", "Yours.")
    assert find(said, outline("First of all.", "Yours.").pieces).standing is Standing.GONE
    other = find(said, outline("First of all.", "Come to the plant on Friday.", "Yours.").pieces)
    assert other.standing is Standing.GONE
    assert find(said, ()) == Anchored(Standing.GONE, 0)


def test_the_subject_is_the_subject_whatever_it_says() -> None:
    was = Outline("en", "x", (piece("Good news", PieceKind.SUBJECT), piece("Dear all")))
    now = (piece("An invitation", PieceKind.SUBJECT), piece("Dear all"))
    assert find(anchor(was, 0), now) == Anchored(Standing.CHANGED, 0)


def test_what_can_be_spoken_of() -> None:
    assert not commentable(piece("---", PieceKind.RULE))
    assert commentable(piece("Dear all"))
    assert begins(piece("word " * 60)).endswith("…")
    assert len(begins(piece("word " * 60))) <= 120
