"""A suggestion for a misspelt name, in both languages.

In: a word, the known ones. Out: a hint. Called by mjml, frame.
"""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.compose.findings import near
from newsletter.model.said import Said


def meant(word: str, known: Iterable[str]) -> Said:
    """ "Did you mean …?" for a word that is not among the known ones; empty when none is near."""
    english = str(near(word, known))
    french = english.replace("Did you mean “", "Vouliez-vous dire «\u00a0").replace("”", "\u00a0»")
    return Said(english, french)
