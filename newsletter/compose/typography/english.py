"""English with light care: quotes and apostrophes bent, the ellipsis one sign, a dash between two years.

In: a text without anything that must stay. Out: the same letters. Called by typeset.
"""

from __future__ import annotations

import re
from typing import Final

from newsletter.compose.typography.quotes import in_english
from newsletter.compose.typography.signs import MARK, WORDLIKE

_INSIDE: Final = re.compile(rf"(?<={WORDLIKE})({MARK}*)'(?={MARK}*{WORDLIKE})")
_LEFT_OUT: Final = re.compile(r"(?<![\w'’])'(?=(?:\d0s|tis|twas|til|em|n')(?!\w))", re.IGNORECASE)
_OWNER: Final = re.compile(rf"(?<=s)({MARK}*)'(?={MARK}*\s{MARK}*\w)")
_YEARS: Final = re.compile(r"(?<![\w./-])((?:19|20)\d\d)-((?:19|20)\d\d)(?![\w/-]|[.]\d)")


def english(text: str) -> str:
    """Straight signs bent where it is certain which one is meant; the others stay as they are."""
    text = _INSIDE.sub(r"\1’", text)
    text = _LEFT_OUT.sub("’", text)
    if (
        text.count("'") == len(_OWNER.findall(text)) == 1
    ):  # `members' own`; with a second one it may be a quote
        text = _OWNER.sub(r"\1’", text)
    return _YEARS.sub("\\1\u2013\\2", in_english(text))
