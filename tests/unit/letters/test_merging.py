"""A newer letter into an issue that went on: nothing of either side is lost, and nothing is decided for a person."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.letters.blocks import blocks_of, body_of
from newsletter.letters.merging import merge, words

FENCED = "::: callout kind=info\nKept\n\ntogether.\n:::"


def test_blocks_keep_fences_and_code_whole() -> None:
    body = f"One\nline.\n\n{FENCED}\n\n```\n::: not one\n\n```\n\n::: divider :::\n\n- a\n- b\n"
    assert blocks_of(body) == ["One\nline.", FENCED, "```\n::: not one\n\n```", "::: divider :::", "- a\n- b"]
    assert body_of(blocks_of(body)) == body


def test_the_letter_changes_what_the_author_left_alone_and_the_authors_own_stays() -> None:
    before = "A\n\nB\n\nC\n"
    mine = f"A\n\n{FENCED}\n\nB\n\nC mended\n"
    found = merge(before, mine, "A\n\nB again\n\nC\n\nD\n")
    assert found.body() == f"A\n\n{FENCED}\n\nB again\n\nC mended\n\nD\n"
    assert merge(before, mine, "A anew\n\nB\n\nC\n").body() == f"A anew\n\n{FENCED}\n\nB\n\nC mended\n"


def test_both_changed_the_same_place() -> None:
    found = merge("A\n\nB\n\nC\n", "A\n\nmine\n\nC\n", "A\n\ntheirs\n\nC\n")
    (conflict,) = found.conflicts
    assert (conflict.before, conflict.mine, conflict.theirs) == (("B",), ("mine",), ("theirs",))
    assert found.body("mine") == "A\n\nmine\n\nC\n"
    assert found.body("letter") == "A\n\ntheirs\n\nC\n"


TEXTS = st.lists(st.sampled_from("ABCDEF"), max_size=7).map(lambda parts: body_of(parts) if parts else "")


@settings(max_examples=200, deadline=None)
@given(TEXTS, TEXTS, TEXTS)
def test_merging_is_fair(before: str, mine: str, theirs: str) -> None:
    assert blocks_of(merge(before, mine, before).body()) == blocks_of(mine)
    assert blocks_of(merge(before, before, theirs).body()) == blocks_of(theirs)
    assert blocks_of(merge(before, mine, mine).body()) == blocks_of(mine)
    found = merge(before, mine, theirs)
    for side, text in (("mine", mine), ("theirs", theirs), ("before", before)):
        assert [block for step in found.steps for block in getattr(step, side)] == blocks_of(text)
    assert len(found.conflicts) == len(merge(before, theirs, mine).conflicts)


@settings(max_examples=100, deadline=None)
@given(st.text("ab \n", max_size=30), st.text("ab \n", max_size=30))
def test_the_difference_of_words_gives_both_texts_back(before: str, after: str) -> None:
    found = words(before, after)
    assert "".join(one.text for one in found if one.sign != "+") == before
    assert "".join(one.text for one in found if one.sign != "-") == after
