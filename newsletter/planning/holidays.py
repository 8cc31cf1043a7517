"""Holidays: from a key or a name, a calendar and a year to a day.

In: what the author wrote. Out: holidays and their days, with their standing in the calendar. Called by when, pipeline, docs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from types import MappingProxyType

from dateutil.rrule import rrulestr

from newsletter.model.errors import AuthorError
from newsletter.model.said import NBSP, Said, quoted
from newsletter.planning.calendars import CALENDARS, Standing, named_days
from newsletter.planning.catalogue import HOLIDAYS, Holiday
from newsletter.planning.feasts import feast_days
from newsletter.planning.spelling import did_you_mean, fold

#: a holiday belongs to a calendar that has it in one of these years
_SPAN = range(2020, 2037)
#: the same holiday, moved by a change of the data or the law
_NEAR = timedelta(days=45)
_NAMING = Said(
    "Give a key such as christmas-day, or a name in English or French.",
    "Donnez une clé comme christmas-day, ou un nom en français ou en anglais.",
)

#: a word of a person about a day of the data: by key and the day as reckoned, the day on which it is kept
Settled = Mapping[tuple[str, date], date]
NOTHING_SETTLED: Settled = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class HolidayDay:
    """A holiday in one year of one calendar. `observed` is set when it is kept on another day than its own.

    `estimated`: somebody announces the day each year, or must see the moon first, and this is the likely one. `reckoned` is the
    day by the data, where a person confirmed that one or named another.
    """

    holiday: Holiday
    calendar: str
    day: date
    standing: Standing
    observed: date | None = None
    estimated: bool = False
    reckoned: date | None = None

    @property
    def unsure(self) -> bool:
        """True for a day that a person confirms before a mailing goes out for it."""
        return self.holiday.feast or self.estimated or self.reckoned is not None

    @property
    def by_data(self) -> date:
        """The day as the data has it, whatever a person said since."""
        return self.reckoned or self.day

    @property
    def kept(self) -> date:
        """The day on which people are off: the observed one, where there is one."""
        return self.observed or self.day


def days_of(holiday: Holiday, calendar: str, year: int) -> tuple[HolidayDay, ...]:
    """The days of a holiday in a year: none, one, or two of a feast of the moon. `calendar` is one of CALENDARS."""
    found = named_days(calendar, year).get(holiday.package)
    if found:
        standing, named = found
        return (HolidayDay(holiday, calendar, named.day, standing, named.observed),)
    announced = holiday.feast or year in holiday.announced
    estimated = holiday.sighted or (bool(holiday.source) and not announced)
    return tuple(
        HolidayDay(holiday, calendar, day, Standing.OBSERVANCE, estimated=estimated)
        for day in _unlisted(holiday, year)
    )


def day_of(holiday: Holiday, calendar: str, year: int) -> HolidayDay | None:
    """The first day of a holiday in a year, None when the calendar has none then. `calendar` is one of CALENDARS."""
    return next(iter(days_of(holiday, calendar, year)), None)


def settle(found: HolidayDay, settled: Settled) -> HolidayDay:
    """The day as a person confirmed or corrected it; unchanged where nobody did."""
    said = settled.get((found.holiday.key, found.day))
    return replace(found, day=said, reckoned=found.day, estimated=False) if said and found.unsure else found


def now_on(found: HolidayDay) -> date | None:
    """The day that the data has by now for a holiday that was read before; None when it has none near that day any more."""
    holiday, before = HOLIDAYS.get(found.holiday.key), found.by_data
    years = range(before.year - 1, before.year + 2)
    days = [each.day for year in years for each in days_of(holiday, found.calendar, year)] if holiday else []
    near = min(days, key=lambda day: abs(day - before), default=None)
    return near if near and abs(near - before) <= _NEAR else None


def _unlisted(holiday: Holiday, year: int) -> tuple[date, ...]:
    """Days that the calendars of the package lack: of a rule, or of a feast."""
    if holiday.feast and not holiday.rule:
        return feast_days(holiday.key, year)
    by_rule = _by_rule(holiday, year)
    return (by_rule,) if by_rule else ()


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
    message = Said(
        f"holiday: there is no holiday {text.strip()!r} in calendar {calendar}.",
        f"holiday{NBSP}: il n’y a pas de jour férié {quoted(text.strip()).fr} au calendrier {calendar}.",
    )
    raise AuthorError(message, code="schedule-holiday", hint=did_you_mean(text, names) or _NAMING)


def _in_calendar(holiday: Holiday, calendar: str) -> Holiday:
    if holiday in holidays_of(calendar):
        return holiday
    elsewhere = [name for name in CALENDARS if holiday in holidays_of(name)]
    message = Said(
        f"holiday: {holiday.english} is not in calendar {calendar}.",
        f"holiday{NBSP}: {holiday.name('fr')} n’est pas au calendrier {calendar}.",
    )
    listed, option = ", ".join(elsewhere), f"`calendar: {elsewhere[0]}` (--calendar {elsewhere[0]})"
    hint = Said(f"It is in {listed}: add {option}.", f"Ce jour est dans {listed}{NBSP}: ajoutez {option}.")
    raise AuthorError(message, code="schedule-holiday", hint=hint)


def table(calendar: str, years: Iterable[int]) -> list[HolidayDay]:
    """Every holiday of a calendar in some years, by day. `calendar` is one of CALENDARS."""
    days = (
        day for year in years for holiday in holidays_of(calendar) for day in days_of(holiday, calendar, year)
    )
    return sorted(days, key=lambda day: (day.day, day.holiday.key))
