"""Holidays: from a key or a name, a calendar and a year to a day.

In: what the author wrote. Out: holidays and their days, with their standing in the calendar. Called by when, and by docs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from dateutil.rrule import rrulestr

from newsletter.model.errors import AuthorError
from newsletter.planning.calendars import CALENDARS, Standing, named_days
from newsletter.planning.catalogue import HOLIDAYS, Holiday
from newsletter.planning.spelling import did_you_mean, fold

#: a holiday belongs to a calendar that has it in one of these years
_SPAN = range(2020, 2037)


@dataclass(frozen=True, slots=True)
class HolidayDay:
    """A holiday in one year of one calendar. `observed` is set when it is kept on another day than its own.

    `estimated`: somebody announces the day each year, and this is the usual one.
    """

    holiday: Holiday
    calendar: str
    day: date
    standing: Standing
    observed: date | None = None
    estimated: bool = False


def day_of(holiday: Holiday, calendar: str, year: int) -> HolidayDay | None:
    """The day of a holiday in a year, None when the calendar has none then. `calendar` is one of CALENDARS."""
    found = named_days(calendar, year).get(holiday.package)
    if found:
        standing, named = found
        return HolidayDay(holiday, calendar, named.day, standing, named.observed)
    by_rule = _by_rule(holiday, year)
    if by_rule is None:
        return None
    estimated = bool(holiday.source) and year not in holiday.announced
    return HolidayDay(holiday, calendar, by_rule, Standing.OBSERVANCE, estimated=estimated)


def _by_rule(holiday: Holiday, year: int) -> date | None:
    if year in holiday.announced:
        return date(year, *holiday.announced[year])
    if not holiday.rule or year < holiday.since:
        return None
    new_year = datetime(year, 1, 1)  # noqa: DTZ001  (rules run over local dates, which have no zone)
    first = rrulestr(holiday.rule, dtstart=new_year).after(new_year, inc=True)
    return first.date() if first and first.year == year else None


@cache
def holidays_of(calendar: str) -> tuple[Holiday, ...]:
    """The holidays that a calendar knows, in the order of the catalogue. `calendar` is one of CALENDARS."""
    return tuple(
        holiday for holiday in HOLIDAYS.values() if any(day_of(holiday, calendar, year) for year in _SPAN)
    )


def find(text: str, calendar: str) -> Holiday:
    """The holiday that a key or a name in English or French means; case, accents and apostrophes do not matter.

    Raises AuthorError (`schedule-holiday`) when the calendar has no such holiday, with the nearest names or calendars.
    """
    wanted = fold(text)
    for holiday in HOLIDAYS.values():
        if wanted in {fold(name) for name in holiday.names}:
            return _in_calendar(holiday, calendar)
    names = [name for holiday in holidays_of(calendar) for name in holiday.names]
    raise AuthorError(
        f"holiday: there is no holiday {text.strip()!r} in calendar {calendar}.",
        code="schedule-holiday",
        hint=did_you_mean(text, names) or "Give a key such as christmas-day, or a name in English or French.",
    )


def _in_calendar(holiday: Holiday, calendar: str) -> Holiday:
    if holiday in holidays_of(calendar):
        return holiday
    elsewhere = [name for name in CALENDARS if holiday in holidays_of(name)]
    raise AuthorError(
        f"holiday: {holiday.english} is not in calendar {calendar}.",
        code="schedule-holiday",
        hint=f"It is in {', '.join(elsewhere)}: add `calendar: {elsewhere[0]}` (--calendar {elsewhere[0]}).",
    )


def table(calendar: str, years: Iterable[int]) -> list[HolidayDay]:
    """Every holiday of a calendar in some years, by day. `calendar` is one of CALENDARS."""
    days = (day_of(holiday, calendar, year) for year in years for holiday in holidays_of(calendar))
    return sorted((day for day in days if day), key=lambda day: (day.day, day.holiday.key))
