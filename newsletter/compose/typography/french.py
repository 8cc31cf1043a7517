"""French as it is written in Canada and in France: spaces before signs, inside quotes, in numbers, times and dates.

In: a text without anything that must stay. Out: the same letters, with other spaces and signs. Called by typeset.

Canada: Office québécois de la langue française, « Espacements ». France: Imprimerie nationale, with U+00A0 for its thin space.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from newsletter.compose.typography.quotes import in_french
from newsletter.compose.typography.signs import ANY_SPACE, BEHIND, MARK, SPACE, WORD, WORDLIKE

_MONTHS: Final = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_UNITS: Final = (
    r"[kMG]?[$€]|millions?|milliards?|km|kg|mg|cm|mm|ha|mL|[kMG]Wh?|[kMGT]o|°C|min|m²|m³|h|m|g|L|t|s"
)
_END: Final = rf"(?={MARK}*(?:\s|$|[)»”\"’'\].,]))"

#: (what, how it is spaced). The groups around stay; each is its own fixed point.
_COMMON: Final[tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...]] = (
    (re.compile(rf"«{ANY_SPACE}*(?!{MARK}*\s|{MARK}*$)"), lambda match: "«" + _kept(match[0][1:])),
    (re.compile(rf"(?<=\S)({ANY_SPACE}*)»"), lambda match: _kept(match[1]) + "»"),
    (
        re.compile(rf"({BEHIND}{MARK}*)({ANY_SPACE}*):(?={MARK}*(?:\s|$))"),
        lambda match: f"{match[1]}{_kept(match[2])}:",
    ),
    (
        re.compile(rf"(\d{MARK}*)({ANY_SPACE}*)([%€]|\$(?!\d))"),
        lambda match: match[1] + _kept(match[2]) + match[3],
    ),
    (
        re.compile(rf"(?<![\w.,:])([01]?\d|2[0-3])({ANY_SPACE}?)h({ANY_SPACE}?)([0-5]\d)(?![\w:])"),
        lambda match: f"{match[1]}{_kept(match[2])}h{_kept(match[3])}{match[4]}",
    ),
    (re.compile(r"(?<![\w.,:])([01]?\d|2[0-3])h(?!\w)"), rf"\1{SPACE}h"),
    (re.compile(rf"(\d\+?) (?=(?:{_UNITS})(?![\w’'{WORD}]))"), rf"\1{SPACE}"),
    (re.compile(rf"(?<!\w)(\d{{1,2}}|1er) (?=(?:{_MONTHS})(?!\w))"), rf"\1{SPACE}"),
    (re.compile(r"(?<![\w.,])\d{1,3}(?: \d{3})+(?![\w]|[.]\d)"), lambda match: match[0].replace(" ", SPACE)),
    (re.compile(r"(?<!\w)(M\.|MM\.|Mme|Mmes|Mlle|Dr|Dre) (?=[A-ZÀÂÄÇÉÈÊËÎÏÔÖÙÛÜ])"), rf"\1{SPACE}"),
    (re.compile(r"(?<!\w)([nN]°|[nN]ᵒ) ?(?=\d)"), rf"\1{SPACE}"),
)
_HIGH: Final = re.compile(rf"({BEHIND}{MARK}*)({ANY_SPACE}*)(;|[!?]+)" + _END)


def canadian(text: str) -> str:
    """Nothing before ; ! ? (a plain space there goes; one that does not break is the author's will, and stays)."""
    return _HIGH.sub(lambda match: match[1] + match[2].strip(" ") + match[3], _shared(text))


def european(text: str) -> str:
    """A space that does not break before ; ! ? as before the colon."""
    return _HIGH.sub(lambda match: match[1] + _kept(match[2]) + match[3], _shared(text))


def _shared(text: str) -> str:
    text = in_french(apostrophes(text))
    for pattern, spaced in _COMMON:
        text = pattern.sub(spaced, text)
    return text


def apostrophes(text: str) -> str:
    """The straight apostrophe between two letters, bent."""
    return re.sub(rf"(?<={WORDLIKE})({MARK}*)'(?={MARK}*{WORDLIKE})", r"\1’", text)


def _kept(spaces: str) -> str:
    """The author's own space that does not break, else ours."""
    own = spaces.strip(" ")
    return own[0] if own else SPACE
