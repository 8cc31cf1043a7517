"""The names of months and days of the week, whole and short, in English and French.

In: nothing. Out: names with their numbers, patterns. Called by dates_in_text.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

#: any white space, the no-break ones included
SPACE: Final = r"[\s\u00a0\u202f]+"
GAP: Final = r"[\s\u00a0\u202f]*"


def listed(words: str) -> tuple[str, ...]:
    """Words with spaces between them, as a tuple."""
    return tuple(words.split())


ENGLISH_MONTHS: Final = listed(
    "january february march april may june july august september october november december"
)
FRENCH_MONTHS: Final = listed(
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
)
_SHORT_MONTHS = (
    {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "dec": 12},
    {"janv": 1, "févr": 2, "fév": 2, "avr": 4, "juill": 7, "juil": 7, "déc": 12},
    {"sept": 9, "oct": 10, "nov": 11, "fevrier": 2, "aout": 8, "decembre": 12},
)
ENGLISH_WEEKDAYS: Final = listed("monday tuesday wednesday thursday friday saturday sunday")
FRENCH_WEEKDAYS: Final = listed("lundi mardi mercredi jeudi vendredi samedi dimanche")
_SHORT_WEEKDAYS = (
    {"mon": 0, "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4, "sat": 5, "sun": 6},
    {"lun": 0, "mar": 1, "mer": 2, "jeu": 3, "ven": 4, "sam": 5, "dim": 6},
)


def _numbered(names: Iterable[str], first: int) -> dict[str, int]:
    return {name: number for number, name in enumerate(names, first)}


MONTHS: Final = (
    _numbered(ENGLISH_MONTHS, 1)
    | _numbered(FRENCH_MONTHS, 1)
    | _SHORT_MONTHS[0]
    | _SHORT_MONTHS[1]
    | _SHORT_MONTHS[2]
)
WEEKDAYS: Final = (
    _numbered(ENGLISH_WEEKDAYS, 0) | _numbered(FRENCH_WEEKDAYS, 0) | _SHORT_WEEKDAYS[0] | _SHORT_WEEKDAYS[1]
)
#: English names that small letters make another word of, or none
CAPITAL_MONTHS: Final = frozenset({*_SHORT_MONTHS[0], "may", "march"})
CAPITAL_WEEKDAYS: Final = frozenset(_SHORT_WEEKDAYS[0])


def _pattern(names: dict[str, int]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


MONTH: Final = _pattern(MONTHS)
WEEKDAY: Final = _pattern(WEEKDAYS)
