"""Words of a mail as their author may have typed them: typography bends quotes and adds spaces, and a remark points at the file.

In: words as readers see them. Out: a pattern that finds them in a source. Called by context.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_SPACE: Final = "[ \\t\u00a0\u202f]"
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
        if sign in " \u00a0\u202f":
            pieces.append(f"{_SPACE}*" if sign != " " else f"{_SPACE}+")
        elif sign in _TIGHT:
            pieces.append(f"{_SPACE}*{_SIGNS.get(sign, re.escape(sign))}")
        else:
            pieces.append(_SIGNS.get(sign, re.escape(sign)))
    whole = "".join(pieces)
    while f"{_SPACE}*{_SPACE}" in whole:  # two in a row would search the same spaces again and again
        whole = whole.replace(f"{_SPACE}*{_SPACE}", _SPACE)
    return re.compile(whole)
