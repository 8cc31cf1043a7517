"""Offsets: "-3 working days", "2 weeks before", "3 jours ouvrables avant".

In: text as an author wrote it. Out: an offset, and the day it leads to. Called by when and words.

    offset    = sign number unit | number unit direction | "the day before" | "la veille" | "" …
    unit      = day(s) | week(s) | working day(s) | business day(s) | jour(s) | semaine(s) | jour(s) ouvrable(s) | jour(s) ouvré(s)
    direction = before | after | avant | après
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from newsletter.model.errors import AuthorError
from newsletter.model.said import NBSP, Said, quoted
from newsletter.planning.spelling import fold

FARTHEST = 366  #: days; an offset that leads further is a slip of the pen


class Unit(StrEnum):
    """What is counted."""

    DAY = "day"
    WEEK = "week"
    WORKING_DAY = "working day"


@dataclass(frozen=True, slots=True)
class Offset:
    """So many units after a day; before it, when negative. Zero is the day itself, working or not."""

    count: int = 0
    unit: Unit = Unit.DAY

    def __str__(self) -> str:
        return f"{self.count:+d} {self.unit}{'' if abs(self.count) == 1 else 's'}" if self.count else ""


THE_DAY_ITSELF = Offset()


def _singular(words: str) -> str:
    """Folded, without the s of each word: "jours ouvrables" is plural twice. ("business" loses one as well.)"""
    return "".join(fold(word).removesuffix("s") for word in words.replace("-", " ").split())


_UNITS = {
    _singular(words): unit
    for unit, spellings in {
        Unit.DAY: ("day", "jour"),
        Unit.WEEK: ("week", "semaine"),
        Unit.WORKING_DAY: ("working day", "business day", "jour ouvrable", "jour ouvré"),
    }.items()
    for words in spellings
}
_WHOLE = {
    **dict.fromkeys(("0", "same day", "the same day", "the day itself", "le jour même"), THE_DAY_ITSELF),
    **dict.fromkeys(("the day before", "day before", "la veille", "veille"), Offset(-1)),
    **dict.fromkeys(("the day after", "day after", "le lendemain", "lendemain"), Offset(1)),
}
_PHRASES = {fold(phrase): offset for phrase, offset in _WHOLE.items()}
_DIRECTIONS = {"before": -1, "avant": -1, "after": 1, "apres": 1}
# People paste minus signs and dashes from word processors.
_FORM = re.compile(r"(?P<sign>[-+−–‑])?\s*(?P<number>[0-9]{1,4})\s*(?P<words>[^\W\d_][\w\s-]*)")
_EXAMPLES = Said(
    'Write for example "-3 working days", "+1 day" or "2 weeks before".',
    'Écrivez par exemple "-3 working days", "+1 day" ou "2 semaines avant".',
)


def read(text: str) -> Offset:
    """The offset that a text means. Raises AuthorError (`schedule-offset`) for anything outside the grammar above."""
    text = unicodedata.normalize("NFC", text).strip()
    if not text or fold(text) in _PHRASES:
        return _PHRASES.get(fold(text), THE_DAY_ITSELF)
    form = _FORM.fullmatch(text)
    if not form:
        raise _fault(f"{text!r} is not an offset.", f"{quoted(text).fr} n’est pas un décalage.")
    *unit, last = form["words"].split()
    direction = _DIRECTIONS.get(fold(last), 0)
    words = unit if direction else [*unit, last]
    number = int(form["number"])
    return _checked(text, number, _unit(text, words), _turn(text, number, form["sign"], direction))


def _unit(text: str, words: list[str]) -> Unit:
    name = _singular(" ".join(words))
    if name not in _UNITS:
        raise _fault(
            f"{text!r} counts in {' '.join(words) or 'nothing'!r}, which is no unit.",
            f"{quoted(text).fr} ne compte en aucune unité connue.",
        )
    return _UNITS[name]


def _turn(text: str, number: int, sign: str | None, direction: int) -> int:
    if sign and direction:
        raise _fault(
            f"{text!r} has both a sign and a word for before or after.",
            f"{quoted(text).fr} a un signe et aussi un mot pour avant ou après.",
        )
    if not sign and not direction and number:
        raise _fault(
            f"{text!r} does not say whether before or after.",
            f"{quoted(text).fr} ne dit pas si c’est avant ou après.",
        )
    return direction or (1 if sign == "+" else -1)


def _checked(text: str, number: int, unit: Unit, turn: int) -> Offset:
    days = number * (7 if unit is Unit.WEEK else 1)
    if days > FARTHEST:
        raise _fault(f"{text!r} is more than a year.", f"{quoted(text).fr} dépasse un an.")
    return Offset(turn * number, unit) if number else THE_DAY_ITSELF


def _fault(english: str, french: str) -> AuthorError:
    message = Said(f"offset: {english}", f"offset{NBSP}: {french}")
    return AuthorError(message, code="schedule-offset", hint=_EXAMPLES)


def apply(offset: Offset, day: date, is_working: Callable[[date], bool]) -> date:
    """The day that an offset leads to. Working days are those for which `is_working` holds; the start is not counted."""
    if offset.unit is not Unit.WORKING_DAY:
        return day + timedelta(days=offset.count * (7 if offset.unit is Unit.WEEK else 1))
    step = timedelta(days=1 if offset.count > 0 else -1)
    left = abs(offset.count)
    while left:
        day += step
        left -= is_working(day)
    return day
