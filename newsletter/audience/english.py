"""One condition of a segment in English: `in Quebec or Ontario`, `who read French`, `tagged “aerospace”`.

In: a leaf of a predicate, whether its contrary is meant. Out: a clause that stands behind “Members”. Called by sentences.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from newsletter.model.predicate import Day, DayTest, InSegment, Known, Predicate, Tagged, Text, TextTest

NAMES = {
    "email": "address",
    "first_name": "first name",
    "last_name": "last name",
    "timezone": "time zone",
    "consent_basis": "ground of consent",
    "consent_on": "date of consent",
    "consent_expires_on": "end of consent",
    "tracking_consent": "consent to being measured",
}
_LANGUAGES = {
    "en": "English",
    "fr": "French",
    "es": "Spanish",
    "de": "German",
    "it": "Italian",
    "pt": "Portuguese",
}
_TEXT = {
    TextTest.CONTAINS: ("contains", "does not contain"),
    TextTest.STARTS: ("begins with", "does not begin with"),
    TextTest.ENDS: ("ends with", "does not end with"),
}
_DAY = {
    DayTest.BEFORE: "before {}",
    DayTest.UNTIL: "on or before {}",
    DayTest.ON: "on {}",
    DayTest.FROM: "on or after {}",
    DayTest.AFTER: "after {}",
}
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def leaf(predicate: Predicate, negated: bool, provinces: Mapping[str, str]) -> str:  # noqa: FBT001 - one of two forms
    """A clause, or its contrary."""
    match predicate:
        case InSegment(name):
            made = f"{'not ' if negated else ''}in the segment “{name}”"
        case Tagged(tag):
            made = f"{'not ' if negated else ''}tagged “{tag}”"
        case Known("tags"):
            made = "without tags" if negated else "with tags"
        case Known(field):
            made = f"whose {name_of(field)} is {'not ' if negated else ''}known"
        case Text():
            made = _text(predicate, provinces, negated=negated)
        case Day():
            made = _day(predicate, negated=negated)
        case _:
            made = "of no kind" if negated else "of any kind"
    return made


def name_of(field: str) -> str:
    """A field as people call it."""
    return NAMES.get(field, field)


def _text(text: Text, provinces: Mapping[str, str], *, negated: bool) -> str:
    if text.test is not TextTest.EQUALS:
        return f"whose {name_of(text.field)} {_TEXT[text.test][negated]} “{text.values[0]}”"
    if text.field == "province" and all(value.lower() in provinces for value in text.values):
        names = [provinces[value.lower()] for value in text.values]
        return f"outside {_listed(names, 'and')}" if negated else f"in {_listed(names, 'or')}"
    if text.field == "language" and all(value.lower() in _LANGUAGES for value in text.values):
        names = [_LANGUAGES[value.lower()] for value in text.values]
        return f"who {'do not ' if negated else ''}read {_listed(names, 'or')}"
    values = [f"“{value}”" for value in text.values]
    if len(values) == 1:
        return f"whose {name_of(text.field)} is {'not ' if negated else ''}{values[0]}"
    return f"whose {name_of(text.field)} is {'none' if negated else 'one'} of {_listed(values, 'or')}"


def _listed(names: Sequence[str], word: str) -> str:
    return f"{', '.join(names[:-1])} {word} {names[-1]}" if len(names) > 1 else names[0]


def _day(asked: Day, *, negated: bool) -> str:
    when = _when(asked)
    if asked.field == "consent_on":
        return f"who did not consent {when}" if negated else f"who consented {when}"
    return f"whose consent {'does not end' if negated else 'ends'} {when}"


def _when(asked: Day) -> str:
    """`after 31 December 2019` is `after 2019`, `before 1 January 2020` is `before 2020`."""
    day = asked.day
    if (asked.test, day.month, day.day) in {(DayTest.AFTER, 12, 31), (DayTest.BEFORE, 1, 1)}:
        return _DAY[asked.test].format(day.year)
    if (asked.test, day.month, day.day) == (DayTest.FROM, 1, 1):
        return f"in {day.year} or later"
    return _DAY[asked.test].format(long_day(day))


def long_day(day: date) -> str:
    """16 December 2020."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
