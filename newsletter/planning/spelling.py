"""Spelling: one text for all the ways in which a person may write a name.

In: names as typed. Out: folded text, and the nearest known names for a "did you mean". Called by the readers of planning.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

from newsletter.model.said import NOTHING, Said

_WHOLE = {"œ": "oe", "æ": "ae"}


def fold(text: str) -> str:
    """Letters and digits only, lower case, without accents: "Jour de l’An" and "jour-de-l'an" become `jourdelan`."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    # "Lm" holds apostrophes that count as letters, such as U+02BC.
    return "".join(
        _WHOLE.get(sign, sign) for sign in plain if sign.isalnum() and unicodedata.category(sign) != "Lm"
    )


def did_you_mean(text: str, names: Iterable[str]) -> Said:
    """A question that offers the nearest names, at most three; empty when nothing is near."""
    folded = {fold(name): name for name in names}
    near = get_close_matches(fold(text[:80]), folded, n=3, cutoff=0.6)
    if not near:
        return NOTHING
    english, french = (word.join(folded[name] for name in near) for word in (" or ", " ou "))
    return Said(f"Did you mean {english}?", f"Vouliez-vous dire {french}?")
