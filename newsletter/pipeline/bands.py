"""Bands: the holidays of the chosen calendars as they lie over days, the same day in several calendars once.

In: a span of days. Out: bands by day. Called by pipeline.month.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from newsletter.pipeline import almanac
from newsletter.pipeline.confirming import settled
from newsletter.pipeline.context import Context
from newsletter.planning import listing
from newsletter.planning.calendars import Standing
from newsletter.planning.holidays import HolidayDay, settle, table
from newsletter.planning.phrases import place_name


@dataclass(frozen=True, slots=True)
class Band:
    """A holiday on a day. `standing` is the strongest of its `calendars`, `where` their names; `observed`: this is the day on which it is observed.

    `unsure`: a person confirms the day before a mailing goes out for it; `confirmed`: somebody did. `notes` in a few words each.
    """

    key: str
    name: str
    other_name: str
    day: date
    standing: str
    calendars: tuple[str, ...]
    where: tuple[str, ...]
    notes: tuple[str, ...]
    observed: bool = False
    estimated: bool = False
    unsure: bool = False
    confirmed: bool = False
    reckoned_year: int = 0  #: the year by which a plan names it

    @property
    def off(self) -> bool:
        """True for a day that people have off by law."""
        return self.standing == Standing.STATUTORY


def bands(ctx: Context, first: date, last: date, language: str) -> dict[date, list[Band]]:
    """The bands of each day, days off first."""
    known = settled(ctx)
    found: defaultdict[tuple[date, str, bool], list[HolidayDay]] = defaultdict(list)
    for calendar in almanac.calendars(ctx):
        for reckoned in table(calendar, range(first.year, last.year + 1)):
            each = settle(reckoned, known)
            found[each.day, each.holiday.key, False].append(each)
            if each.observed:
                found[each.observed, each.holiday.key, True].append(each)
    by_day: defaultdict[date, list[Band]] = defaultdict(list)
    for (day, _, observed), each_of in found.items():
        if first <= day <= last:
            by_day[day].append(_band(day, each_of, language, observed=observed))
    order = list(Standing)
    return {
        day: sorted(some, key=lambda one: (order.index(Standing(one.standing)), one.key))
        for day, some in by_day.items()
    }


def _band(day: date, each_of: list[HolidayDay], language: str, *, observed: bool) -> Band:
    order = list(Standing)
    strongest = min(each_of, key=lambda one: order.index(one.standing))
    holiday = strongest.holiday
    return Band(
        key=holiday.key,
        name=holiday.name(language),
        other_name=holiday.name("en" if language == "fr" else "fr"),
        day=day,
        standing=strongest.standing.value,
        calendars=tuple(one.calendar for one in each_of),
        where=tuple(place_name(one.calendar, language) for one in each_of),
        notes=(listing.standing(strongest, language), *listing.notes(strongest, language)),
        observed=observed,
        estimated=strongest.estimated,
        unsure=strongest.unsure,
        confirmed=strongest.reckoned is not None,
        reckoned_year=strongest.by_data.year,
    )
