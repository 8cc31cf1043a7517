"""Calendars: which days a jurisdiction has off, by the `holidays` package.

In: the name of a calendar (`CA`, `CA-ON` …), years. Out: named days by standing, working days. Called by holidays and when.

`CA` is the calendar of federally regulated workplaces (Canada Labour Code, s. 166: ten general holidays); a province's
calendar holds its own statutory days. The package adds an observed day as an entry of its own, with a suffix.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from newsletter.model.errors import AuthorError
from newsletter.model.said import NBSP, Said, quoted
from newsletter.planning.provinces import PROVINCES, province_named
from newsletter.planning.spelling import did_you_mean

if TYPE_CHECKING:
    from holidays.holiday_base import HolidayBase

CALENDARS = ("CA", *(f"CA-{code}" for code in PROVINCES))
FIRST_YEAR, LAST_YEAR = 1970, 2100
_OBSERVED = " (observed)"


class Standing(StrEnum):
    """What a day is in a calendar; the first that holds counts."""

    STATUTORY = "statutory"  #: a day off by the calendar's own law
    OPTIONAL = "optional"  #: widely given, not owed
    FEDERAL = "federal"  #: a day off in federally regulated workplaces only
    OBSERVANCE = "observance"  #: kept, but nobody is off


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day of the package: the day itself, and the day on which it is observed when that is another."""

    day: date
    observed: date | None = None


def data_version() -> str:
    """The version of the data, to be stored beside occurrences, so that a change can be shown."""
    from holidays.version import __version__

    return f"holidays {__version__}"


def calendar_named(text: str) -> str:
    """The calendar of this name, whatever its case. Raises AuthorError (`schedule-calendar`) when there is none."""
    name = text.strip().upper().replace("_", "-")
    if name in CALENDARS:
        return name
    province = province_named(text)
    name = f"CA-{province.code}" if province else ""
    hint = did_you_mean(text, CALENDARS)
    if province:
        hint = Said(f"Did you mean {name}?", f"Vouliez-vous dire {name}?")
    listed = ", ".join(CALENDARS)
    message = Said(
        f"calendar: there is no calendar {text.strip()!r}.",
        f"calendar{NBSP}: il n’y a pas de calendrier {quoted(text.strip()).fr}.",
    )
    known = Said(f"The calendars are {listed}.", f"Calendriers possibles{NBSP}: {listed}.")
    raise AuthorError(message, code="schedule-calendar", hint=hint or known)


def _categories(calendar: str) -> dict[Standing, str]:
    if calendar == "CA":
        return {Standing.STATUTORY: "government", Standing.OPTIONAL: "optional"}
    return {Standing.STATUTORY: "public", Standing.OPTIONAL: "optional", Standing.FEDERAL: "government"}


def _entries(calendar: str, category: str, year: int) -> HolidayBase:
    # Here and not above: it takes 0.3 s to load, and many plans name a plain date.
    from holidays.utils import country_holidays

    province = calendar.removeprefix("CA").removeprefix("-") or None
    return country_holidays(
        "CA", subdiv=province, years=year, expand=False, language="en_CA", categories=category
    )


@cache
def named_days(calendar: str, year: int) -> dict[str, tuple[Standing, NamedDay]]:
    """The days of a calendar in a year, by the package's English name. `calendar` is one of CALENDARS."""
    found: dict[str, tuple[Standing, NamedDay]] = {}
    for standing, category in _categories(calendar).items():
        for name, day in _with_observed(_entries(calendar, category, year)).items():
            found.setdefault(name, (standing, day))
    return found


def _with_observed(entries: HolidayBase) -> dict[str, NamedDay]:
    actual: dict[str, date] = {}
    observed: dict[str, date] = {}
    for day in sorted(entries):
        for name in entries.get_list(day):
            if name.endswith(_OBSERVED):
                observed[name.removesuffix(_OBSERVED)] = day
            else:
                actual[name] = day
    return {name: NamedDay(day, observed.get(name)) for name, day in actual.items()}


@cache
def days_off(calendar: str, year: int) -> frozenset[date]:
    """The statutory days of a calendar in a year, the days themselves and the observed ones."""
    return frozenset(_entries(calendar, _categories(calendar)[Standing.STATUTORY], year))


def is_working_day(calendar: str, day: date) -> bool:
    """True from Monday to Friday, save on the calendar's statutory and observed days."""
    return day.weekday() < 5 and day not in days_off(calendar, day.year)
