"""Folding: the form of a text in which two spellings of one thing are equal.

In: any text. Out: text without case, accents and doubled spaces. Called by audience (evaluator, columns of a file) and store
(what is kept beside each value, so that SQLite and PostgreSQL compare alike).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ACCENTS = re.compile(
    "[\u0300-\u036f]"
)  # of Latin, Greek and Cyrillic; vowel signs of other scripts are letters
_SPACES = re.compile(r"\s+")
_SIGNS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "’": "'", "‘": "'", "ʼ": "'", "‐": "-"}
)


def _fold_unicode(text: str) -> str:
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).casefold()
    # Folding case may bring accents back (İ), and leaves letters of their own (œ).
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", bare)).casefold().translate(_SIGNS)
    return unicodedata.normalize("NFC", bare)


def fold_part(text: str) -> str:
    """A part of a text, folded: spaces at its ends count. Unicode TR 21 caseless matching (D146), then without accents."""
    if text.isascii():
        lower = text.lower()
        return lower if "  " not in lower and lower.isprintable() else _SPACES.sub(" ", lower)
    return _SPACES.sub(" ", _fold_unicode(text))


@lru_cache(maxsize=16384)  # provinces, languages, companies, tags: a few texts, a million times
def fold(text: str) -> str:
    """A whole text, folded: "  Montréal " and "MONTREAL" are both `montreal`."""
    return fold_part(text).strip()
