"""Folding: what counts as the same text."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model.folding import fold, fold_part


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Québec", "QUEBEC"),
        ("  Montréal  ", "montreal"),
        ("œuvre", "OEUVRE"),
        ("Straße", "STRASSE"),
        ("l’été", "L'ETE"),
        ("a \u00a0 b", "A B"),
        ("ﬁn", "FIN"),
        ("e\u0301", "é"),
        ("Δέλτα", "δελτα"),
    ],
)
def test_one_thing_in_two_spellings(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("ON", "QC"), ("a.b", "ab"), ("कि", "क"), ("가", "ㄱ"), ("a b", "ab")]
)
def test_two_things_stay_two(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.ci
def test_every_character_folds_once_and_for_all() -> None:
    for number in range(sys.maxunicode + 1):
        if not 0xD800 <= number < 0xE000:
            once = fold(chr(number))
            assert fold(once) == once


@given(st.text())
def test_folding_is_idempotent_and_leaves_no_capital(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert not any("A" <= sign <= "Z" for sign in once)
    assert once == once.strip()


@given(st.text(), st.text(max_size=3))
def test_a_part_keeps_the_spaces_at_its_ends(text: str, part: str) -> None:
    assert fold(f"x{text}y") == fold_part(f"x{text}y")
    assert fold_part(f" {part}").startswith(" ")
