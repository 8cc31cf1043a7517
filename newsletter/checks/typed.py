"""Words of a mail as their author may have typed them: typography bends quotes and adds spaces, and a remark points at the file.

In: words as readers see them. Out: a pattern that finds them in a source. Called by context.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_SPACES: Final = " \u00a0\u202f"
_GAP: Final = f"[{_SPACES}]*"
_MOST: Final = 300  # signs: longer words are found by their beginning
_SIGNS: Final = {
    "’": "['’]",
    "“": '["“]',
    "”": '["”]',
    "«": '(?:«|")',
    "»": '(?:»|")',
    "…": r"(?:…|\.\.\.)",
    "–": "[-–]",
}
_TIGHT: Final = frozenset(":;!?»%$€h")  # signs that a space may have been added to, or taken from


@lru_cache(maxsize=256)
def typed(words: str) -> re.Pattern[str]:
    """A pattern for words, whatever spaces and straight signs their author typed."""
    pieces: list[str] = []
    for sign in words[:_MOST]:
        spaced = sign in _SPACES or sign in _TIGHT
        if spaced and pieces[-1:] != [_GAP]:  # two in a row would search the same spaces again and again
            pieces.append(_GAP)
        if sign not in _SPACES:
            pieces.append(_SIGNS.get(sign, re.escape(sign)))
    return re.compile("".join(pieces))
