"""Wall: dates and times of day as staff write them.

In: "2020-12-16 09:00", "9:00", "14 h 30". Out: dates and times of day. Called by when.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, time

from newsletter.model.errors import AuthorError
from newsletter.model.said import NBSP, Said, quoted
from newsletter.planning.calendars import FIRST_YEAR, LAST_YEAR

_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_TIME = re.compile(r"([0-9]{1,2})\s*(?::\s*([0-9]{2})(?::00)?|h\s*([0-9]{2})?)", re.IGNORECASE)
_OFFSET = re.compile(r"[0-9]\s*(?:Z|[-+−][0-9]{1,2}:?(?:[0-9]{2})?)\s*$", re.IGNORECASE)
_AT = re.compile(r"(?P<date>[0-9]+-[0-9]+-[0-9]+)?(?:(?:\s+|T|\s*,\s*)(?P<time>.*))?", re.DOTALL)
_HINT = Said(
    "Write YYYY-MM-DD HH:MM, for example 2020-12-16 09:00, or only HH:MM beside a holiday.",
    "Écrivez AAAA-MM-JJ HH:MM, par exemple 2020-12-16 09:00, ou seulement HH:MM à côté d’un jour férié.",
)


def read_at(text: str) -> tuple[date | None, time | None]:
    """The date and the time of day in `at`, each None when it is not there.

    Raises AuthorError (`schedule-at`) for anything else, days that no month has and hours that no day has.
    """
    text = text.strip()
    if not text:
        return None, None
    if not _DATE.match(text):
        return None, _time(text)
    parts = _AT.fullmatch(text)
    if not parts or not parts["date"]:
        raise _fault(
            f"{text!r} is not a date and a time.", f"{_shown(text)} n’est pas une date et une heure."
        )
    return _date(parts["date"]), _time(parts["time"]) if parts["time"] else None


def _date(text: str) -> date:
    form = _DATE.fullmatch(text)
    if not form:
        raise _fault(f"{text!r} is not a date.", f"{_shown(text)} n’est pas une date.")
    year, month, day = (int(part) for part in form.groups())
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _fault(
            f"the year {year} is not between {FIRST_YEAR} and {LAST_YEAR}.",
            f"l’année {year} n’est pas entre {FIRST_YEAR} et {LAST_YEAR}.",
        )
    if not 1 <= month <= 12:
        raise _fault(f"{text} has no such month: {month}.", f"le mois {month} de {text} n’existe pas.")
    length = monthrange(year, month)[1]
    if not 1 <= day <= length:
        raise _fault(
            f"{text} does not exist: that month ends on {year}-{month:02}-{length}.",
            f"{text} n’existe pas{NBSP}: ce mois finit le {year}-{month:02}-{length}.",
        )
    return date(year, month, day)


def _time(text: str) -> time:
    form = _TIME.fullmatch(text.strip())
    if not form and _OFFSET.search(text):
        raise _fault(
            f"{text.strip()!r} holds a distance from UTC; the zone stands in `zone` (--zone).",
            f"{_shown(text)} contient un décalage avec l’UTC; le fuseau se met dans `zone` (--zone).",
        )
    if not form:
        raise _fault(f"{text.strip()!r} is not a time of day.", f"{_shown(text)} n’est pas une heure.")
    hour, minute = int(form[1]), int(form[2] or form[3] or 0)
    if hour > 23 or minute > 59:
        raise _fault(
            f"{text.strip()} does not exist: a day runs from 00:00 to 23:59.",
            f"{text.strip()} n’existe pas{NBSP}: une journée va de 00:00 à 23:59.",
        )
    return time(hour, minute)


def _shown(text: str) -> str:
    return quoted(text.strip()).fr


def _fault(english: str, french: str) -> AuthorError:
    message = Said(f"at: {english}", f"at{NBSP}: {french}")
    return AuthorError(message, code="schedule-at", hint=_HINT)
