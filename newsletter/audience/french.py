"""One condition of a segment in French: `du Québec ou de l’Ontario`, `qui lisent le français`, `qui ont l’étiquette « a »`.

In: a leaf of a predicate, whether its contrary is meant. Out: a clause that stands behind “Les membres”. Called by sentences.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from newsletter.model.predicate import Day, DayTest, InSegment, Known, Predicate, Tagged, Text, TextTest
from newsletter.model.said import NBSP

NAMES = {
    "email": "l’adresse",
    "first_name": "le prénom",
    "last_name": "le nom",
    "company": "l’entreprise",
    "province": "la province",
    "language": "la langue",
    "timezone": "le fuseau horaire",
    "consent_basis": "la base du consentement",
    "consent_on": "la date du consentement",
    "consent_expires_on": "la fin du consentement",
    "tracking_consent": "l’accord à la mesure",
    "tags": "les étiquettes",
}
_LANGUAGES = {
    "en": "l’anglais",
    "fr": "le français",
    "es": "l’espagnol",
    "de": "l’allemand",
    "it": "l’italien",
    "pt": "le portugais",
}
_TEXT = {
    TextTest.CONTAINS: ("contient", "ne contient pas"),
    TextTest.STARTS: ("commence par", "ne commence pas par"),
    TextTest.ENDS: ("finit par", "ne finit pas par"),
}
_DAY = {
    DayTest.BEFORE: "avant le {}",
    DayTest.UNTIL: "au plus tard le {}",
    DayTest.ON: "le {}",
    DayTest.FROM: "le {} ou après",
    DayTest.AFTER: "après le {}",
}
_MONTHS = [
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


def leaf(predicate: Predicate, negated: bool, provinces: Mapping[str, str]) -> str:  # noqa: FBT001 - one of two forms
    """A clause, or its contrary."""
    match predicate:
        case InSegment(name):
            made = f"{'hors du segment' if negated else 'du segment'} {_quoted(name)}"
        case Tagged(tag):
            made = f"qui {'n’ont pas' if negated else 'ont'} l’étiquette {_quoted(tag)}"
        case Known("tags"):
            made = "sans étiquette" if negated else "qui ont une étiquette"
        case Known(field):
            made = f"dont on {'ne connaît pas' if negated else 'connaît'} {name_of(field)}"
        case Text():
            made = _text(predicate, provinces, negated=negated)
        case Day():
            made = _day(predicate, negated=negated)
        case _:
            made = "d’aucune sorte" if negated else "de toute sorte"
    return made


def name_of(field: str) -> str:
    """A field as people call it, with its article."""
    return NAMES.get(field, f"le champ {_quoted(field)}")


def _quoted(text: str) -> str:
    return f"«{NBSP}{text}{NBSP}»"


def _text(text: Text, provinces: Mapping[str, str], *, negated: bool) -> str:
    if text.test is not TextTest.EQUALS:
        return f"dont {name_of(text.field)} {_TEXT[text.test][negated]} {_quoted(text.values[0])}"
    if text.field == "province" and all(value.lower() in provinces for value in text.values):
        names = [provinces[value.lower()] for value in text.values]
        return f"qui ne sont {_none_of(names)}" if negated else _listed(names)
    if text.field == "language" and all(value.lower() in _LANGUAGES for value in text.values):
        names = [_LANGUAGES[value.lower()] for value in text.values]
        return f"qui ne lisent {_none_of(names)}" if negated else f"qui lisent {_listed(names)}"
    values = [_quoted(value) for value in text.values]
    verb = f"n’est {_none_of(values)}" if negated else f"est {_listed(values)}"
    return f"dont {name_of(text.field)} {verb}"


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} ou {names[-1]}" if len(names) > 1 else names[0]


def _none_of(names: Sequence[str]) -> str:
    return " ".join(f"ni {name}" for name in names) if len(names) > 1 else f"pas {names[0]}"


def _day(asked: Day, *, negated: bool) -> str:
    when = _when(asked)
    if asked.field == "consent_on":
        return f"qui {'n’ont pas' if negated else 'ont'} consenti {when}"
    return f"dont le consentement {'ne se termine pas' if negated else 'se termine'} {when}"


def _when(asked: Day) -> str:
    day = asked.day
    if (asked.test, day.month, day.day) == (DayTest.AFTER, 12, 31):
        return f"après {day.year}"
    if (asked.test, day.month, day.day) == (DayTest.BEFORE, 1, 1):
        return f"avant {day.year}"
    if (asked.test, day.month, day.day) == (DayTest.FROM, 1, 1):
        return f"en {day.year} ou après"
    return _DAY[asked.test].format(long_day(day))


def long_day(day: date) -> str:
    """16 décembre 2020; 1er mars 2021."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {_MONTHS[day.month - 1]} {day.year}"
