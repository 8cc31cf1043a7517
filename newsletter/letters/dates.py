"""A date that a letter bears, in English or French, alone on its line or behind a place.

In: a line. Out: a day, and whether more than the day stood there. Called by letters.recognise.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import NamedTuple

_LANGUAGES = ("en_CA", "fr_CA")
_PLACE = r"(?P<place>[^\W\d_][\w .'’()-]{1,40}?,\s*(?:[A-Z]{2},?\s+)?)?"


class Dateline(NamedTuple):
    """A day, and whether a place stood before it."""

    day: date
    placed: bool


@cache
def _months() -> dict[str, int]:
    from babel.dates import get_month_names  # a quarter of a second: only who brings a letter waits for it

    wide = [get_month_names("wide", locale=language) for language in _LANGUAGES]
    shorter = [get_month_names("abbreviated", locale=language) for language in _LANGUAGES]
    return {name.lower().rstrip("."): number for names in (*wide, *shorter) for number, name in names.items()}


@cache
def _forms() -> tuple[re.Pattern[str], ...]:
    month = "|".join(sorted(map(re.escape, _months()), key=len, reverse=True))
    weekday = (
        r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)"
    )
    before = rf"(?:date\s*:\s*)?{_PLACE}(?:le\s+|on\s+|the\s+)?(?:{weekday},?\s+)?(?:le\s+|the\s+)?"
    year = r"(?P<year>(?:19|20)\d\d)\s*[.,]?"
    forms = (
        rf"{before}(?P<day>\d{{1,2}})(?:er|st|nd|rd|th)?\s+(?:of\s+|de\s+)?(?P<month>{month})\.?,?\s+{year}",
        rf"{before}(?P<month>{month})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{year}",
        rf"{before}(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)",
    )
    return tuple(re.compile(form, re.IGNORECASE) for form in forms)


def dateline(line: str) -> Dateline | None:
    """The date of a line that holds nothing else but a place; None for every other line."""
    flat = " ".join(line.split())
    for form in _forms():
        found = form.fullmatch(flat)
        if found:
            month = found["month"].lower().rstrip(".")
            try:
                day = date(int(found["year"]), _months().get(month) or int(month), int(found["day"]))
            except ValueError:
                return None
            return Dateline(day, bool(found["place"]))
    return None
