"""Days written out in a text, in English and French.

In: a text. Out: the days in it; the text without them. Called by dateline and last_years_text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

_ENGLISH = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_FRENCH = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
_MONTHS = {name: number for names in (_ENGLISH, _FRENCH) for number, name in enumerate(names, 1)} | {
    "fevrier": 2,
    "aout": 8,
    "decembre": 12,
}
_WEEKDAYS = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "lundi",
    "mardi",
    "mercredi",
    "jeudi",
    "vendredi",
    "samedi",
    "dimanche",
]
_SPACE = r"[\s\u00a0\u202f]+"
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY_FIRST = (
    rf"(?P<day>\d{{1,2}})(?:er|st|nd|rd|th)?{_SPACE}(?P<month>{_MONTH}),?{_SPACE}(?P<year>(?:19|20)\d\d)"
)
_MONTH_FIRST = (
    rf"(?P<month2>{_MONTH}){_SPACE}(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?{_SPACE}(?P<year2>(?:19|20)\d\d)"
)
_ISO = r"(?P<year3>(?:19|20)\d\d)-(?P<month3>\d\d)-(?P<day3>\d\d)"
_WRITTEN = re.compile(rf"\b(?:{_DAY_FIRST}|{_MONTH_FIRST}|{_ISO})\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+", re.UNICODE)


def days(text: str) -> Iterator[tuple[str, date]]:
    """Every whole date in a text as it is written, with its day. One that no calendar has is passed over."""
    for found in _WRITTEN.finditer(text):
        year, month, day = (
            found[name] or found[f"{name}2"] or found[f"{name}3"] for name in ("year", "month", "day")
        )
        number = _MONTHS.get(month.lower()) or int(month)
        try:
            yield found.group(), date(int(year), number, int(day))
        except ValueError:
            continue


def words_without_days(text: str) -> list[str]:
    """The words of a text in small letters, without numbers, months and days of the week: what is left when only dates were changed."""
    dated = {*_MONTHS, *_WEEKDAYS, "er", "st", "nd", "rd", "th"}
    return [word for word in _WORD.findall(text.lower()) if word not in dated]
