"""Straight double quotes made the quotes of a language, where it is certain which opens and which closes.

In: a text. Out: the text, or the same where one of them is in doubt. Called by french, english.
"""

from __future__ import annotations

import re
from typing import Final

from newsletter.compose.typography.signs import MARK, SPACE

_QUOTE: Final = re.compile('"')
_OPENING_BEHIND: Final = frozenset("\n\t ([{—–-/’'“«\u00a0\u202f")
_CLOSING_BEFORE: Final = frozenset("\n\t )]}.,;:!?…—–-/’'”»\u00a0\u202f")


def in_french(text: str) -> str:
    """`"mot"` as « mot »; within « » as “mot”."""
    return _paired(text, (f"«{SPACE}", f"{SPACE}»"), ("“", "”"))


def in_english(text: str) -> str:
    """`"word"` as “word”."""
    return _paired(text, ("“", "”"), ("“", "”"))


def _paired(text: str, outer: tuple[str, str], inner: tuple[str, str]) -> str:
    places = [match.start() for match in _QUOTE.finditer(text)]
    if not places or len(places) % 2:
        return text
    opening = all(_opens(text, at) for at in places[::2])
    closing = all(_closes(text, at) for at in places[1::2])
    if not (opening and closing):
        return text
    pieces, end = [], 0
    for index, at in enumerate(places):
        before = text[:at]
        signs = inner if before.count("«") > before.count("»") else outer
        pieces += [text[end:at], signs[index % 2]]
        end = at + 1
    return "".join([*pieces, text[end:]])


def _opens(text: str, at: int) -> bool:
    before, after = text[:at].rstrip(MARK)[-1:], text[at + 1 :].lstrip(MARK)[:1]
    return (not before or before in _OPENING_BEHIND) and bool(after) and not after.isspace()


def _closes(text: str, at: int) -> bool:
    before, after = text[:at].rstrip(MARK)[-1:], text[at + 1 :].lstrip(MARK)[:1]
    return (not after or after in _CLOSING_BEFORE) and bool(before) and not before.isspace()
