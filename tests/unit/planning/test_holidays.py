"""Every holiday of every calendar, against rules written here without the package that the program asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from newsletter.planning.calendars import (
    CALENDARS,
    Standing,
    data_version,
    days_off,
    is_working_day,
    named_days,
)
from newsletter.planning.catalogue import HOLIDAYS
from newsletter.planning.holidays import day_of, table

YEARS = range(2020, 2036)
MON, FRI, SUN = 0, 4, 6
Rule = Callable[[int], date | None]


# --- the independent rules ------------------------------------------------------------------------------------------


def easter(year: int) -> date:
    """Anonymous Gregorian algorithm (Meeus, Astronomical Algorithms, ch. 8)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    r = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * r) // 433
    month = (h + r - 7 * m + 90) // 25
    return date(year, month, (h + r - 7 * m + 33 * month + 19) % 32)


def from_easter(days: int) -> Rule:
    return lambda year: easter(year) + timedelta(days=days)


def on(month: int, day: int, since: int = 0) -> Rule:
    return lambda year: date(year, month, day) if year >= since else None


def nth(number: int, weekday: int, month: int) -> Rule:
    def rule(year: int) -> date:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))

    return rule


def before_may_25(year: int) -> date:
    day = date(year, 5, 24)
    return day - timedelta(days=day.weekday())


def nearest_monday(month: int, day: int) -> Rule:
    def rule(year: int) -> date:
        there = date(year, month, day)
        back = there.weekday()
        return there - timedelta(days=back) if back <= 3 else there + timedelta(days=7 - back)

    return rule


def friday_before_last_sunday_of_february(year: int) -> date:
    last = date(year, 3, 1) - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - SUN) % 7) - timedelta(days=2)


def only(day: date) -> Rule:
    return lambda year: day if year == day.year else None


def volunteer_week(year: int) -> date | None:
    # As announced: the third Sunday of April; not on Easter (2022, 2025); 2024 began on the 14th. Later years: by rule.
    announced = {2022: date(2022, 4, 24), 2024: date(2024, 4, 14), 2025: date(2025, 4, 27)}
    return announced.get(year) or nth(3, SUN, 4)(year)


TRUTH = "truth-and-reconciliation"
FEBRUARY, AUGUST = nth(3, MON, 2), nth(1, MON, 8)
MOURNING = {"queen-elizabeth-funeral": only(date(2022, 9, 19))}
VICTORIA = {"victoria-day": before_may_25}
THANKSGIVING = {"thanksgiving": nth(2, MON, 10)}
REMEMBRANCE = {"remembrance-day": on(11, 11)}
BOXING = {"boxing-day": on(12, 26)}
INDIGENOUS = {"national-indigenous-peoples-day": on(6, 21)}
CIVIC = {"civic-holiday": AUGUST}
FAMILY = {"family-day": FEBRUARY}

EVERYWHERE: dict[str, Rule] = {
    "new-years-day": on(1, 1),
    "good-friday": from_easter(-2),
    "canada-day": on(7, 1),
    "labour-day": nth(1, MON, 9),
    "christmas-day": on(12, 25),
}
FEDERAL: dict[str, Rule] = {**VICTORIA, TRUTH: on(9, 30, 2021), **THANKSGIVING, **REMEMBRANCE, **BOXING}
STATUTORY: dict[str, dict[str, Rule]] = {
    "CA": FEDERAL,
    "CA-AB": {**FAMILY, **VICTORIA, **THANKSGIVING, **REMEMBRANCE},
    "CA-BC": {
        **FAMILY,
        **VICTORIA,
        "british-columbia-day": AUGUST,
        TRUTH: on(9, 30, 2023),
        **THANKSGIVING,
        **REMEMBRANCE,
        **MOURNING,
    },
    "CA-MB": {"louis-riel-day": FEBRUARY, **VICTORIA, TRUTH: on(9, 30, 2024), **THANKSGIVING},
    "CA-NB": {**FAMILY, "new-brunswick-day": AUGUST, **REMEMBRANCE, **MOURNING},
    "CA-NL": {"memorial-day": on(7, 1), **REMEMBRANCE, **MOURNING},
    "CA-NS": {"heritage-day": FEBRUARY, **REMEMBRANCE, **MOURNING},
    "CA-NT": {**VICTORIA, **INDIGENOUS, **CIVIC, TRUTH: on(9, 30, 2022), **THANKSGIVING, **REMEMBRANCE},
    "CA-NU": {
        **VICTORIA,
        "nunavut-day": on(7, 9),
        **CIVIC,
        TRUTH: on(9, 30, 2022),
        **THANKSGIVING,
        **REMEMBRANCE,
    },
    "CA-ON": {**FAMILY, **VICTORIA, **THANKSGIVING, **BOXING},
    "CA-PE": {"islander-day": FEBRUARY, TRUTH: on(9, 30, 2022), **REMEMBRANCE, **MOURNING},
    "CA-QC": {"national-patriots-day": before_may_25, "saint-jean-baptiste": on(6, 24), **THANKSGIVING},
    "CA-SK": {**FAMILY, **VICTORIA, "saskatchewan-day": AUGUST, **THANKSGIVING, **REMEMBRANCE},
    "CA-YT": {
        **VICTORIA,
        **INDIGENOUS,
        "discovery-day": nth(3, MON, 8),
        TRUTH: on(9, 30, 2023),
        **THANKSGIVING,
        **REMEMBRANCE,
        **MOURNING,
    },
}
OPTIONAL: dict[str, dict[str, Rule]] = {
    "CA": BOXING,
    "CA-AB": {"easter-monday": from_easter(1), "heritage-day": AUGUST, TRUTH: on(9, 30, 2021), **BOXING},
    "CA-BC": BOXING,
    "CA-MB": {"terry-fox-day": AUGUST, **REMEMBRANCE, **BOXING},
    "CA-NB": {**VICTORIA, **THANKSGIVING, **BOXING},
    "CA-NL": {
        "saint-patricks-day": nearest_monday(3, 17),
        "saint-georges-day": nearest_monday(4, 23),
        "discovery-day": nearest_monday(6, 24),
        "orangemens-day": nearest_monday(7, 12),
        **THANKSGIVING,
        **BOXING,
    },
    "CA-NS": {"natal-day": AUGUST, **BOXING},
    "CA-NT": BOXING,
    "CA-NU": BOXING,
    "CA-ON": {"easter-monday": from_easter(1), **CIVIC, **REMEMBRANCE},
    "CA-PE": BOXING,
    "CA-QC": {"easter-monday": from_easter(1)},
    "CA-SK": BOXING,
    "CA-YT": {"heritage-day": friday_before_last_sunday_of_february, **BOXING},
}
OBSERVANCES: dict[str, Rule] = {
    "valentines-day": on(2, 14),
    "flag-day": on(2, 15),
    "international-womens-day": on(3, 8),
    "saint-patricks-day": on(3, 17),
    "easter-sunday": easter,
    "easter-monday": from_easter(1),
    "national-volunteer-week": volunteer_week,
    "earth-day": on(4, 22),
    "mothers-day": nth(2, SUN, 5),
    "fathers-day": nth(3, SUN, 6),
    **INDIGENOUS,
    "national-acadian-day": on(8, 15),
    "franco-ontarian-day": on(9, 25),
    "manufacturing-day": nth(1, FRI, 10),
    "small-business-week": nth(3, SUN, 10),
    "halloween": on(10, 31),
    "christmas-eve": on(12, 24),
    "new-years-eve": on(12, 31),
}


def expected(calendar: str, year: int) -> dict[str, tuple[date, Standing]]:
    """First by the calendar's own law, then optional, then federal, then by custom."""
    found: dict[str, tuple[date, Standing]] = {}
    for standing, rules in (
        (Standing.STATUTORY, EVERYWHERE | STATUTORY[calendar]),
        (Standing.OPTIONAL, OPTIONAL[calendar]),
        (Standing.FEDERAL, FEDERAL),
        (Standing.OBSERVANCE, OBSERVANCES),
    ):
        for key, rule in rules.items():
            day = rule(year)
            if day:
                found.setdefault(key, (day, standing))
    return found


SATURDAY_AND_SUNDAY, SUNDAY = (5, 6), (6,)
#: calendars where a day off on the weekend is moved, and from which days of the week
MOVED: dict[str, dict[str, tuple[int, ...]]] = {
    "new-years-day": dict.fromkeys(CALENDARS, SATURDAY_AND_SUNDAY),
    "canada-day": {
        **dict.fromkeys(("CA-AB", "CA-BC", "CA-QC"), SUNDAY),
        **dict.fromkeys(("CA", "CA-NL", "CA-PE", "CA-SK", "CA-YT"), SATURDAY_AND_SUNDAY),
    },
    "memorial-day": {"CA-NL": SATURDAY_AND_SUNDAY},
    "remembrance-day": dict.fromkeys(
        ("CA", "CA-AB", "CA-NL", "CA-NS", "CA-PE", "CA-SK", "CA-YT"), SATURDAY_AND_SUNDAY
    ),
    TRUTH: dict.fromkeys(("CA", "CA-BC", "CA-MB"), SATURDAY_AND_SUNDAY),
    "saint-jean-baptiste": {"CA-QC": SUNDAY},
    "christmas-day": dict.fromkeys(CALENDARS, SATURDAY_AND_SUNDAY),
    "boxing-day": dict.fromkeys(("CA", "CA-ON"), SATURDAY_AND_SUNDAY),
}


def moved_to(key: str, calendar: str, day: date) -> date | None:
    """The Monday rules, as the jurisdictions have them: Christmas and Boxing Day together move to Monday and Tuesday."""
    if day.weekday() not in MOVED.get(key, {}).get(calendar, ()):
        return None
    monday = day + timedelta(days=7 - day.weekday())
    after_christmas = key == "boxing-day" and day.weekday() == SUN  # Christmas has the Monday then
    after_boxing_day = key == "christmas-day" and calendar == "CA" and day.weekday() == SUN
    if after_christmas or after_boxing_day:
        return monday + timedelta(days=1)
    return monday


# --- the table -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("calendar", CALENDARS)
def test_every_day_of_every_calendar_follows_its_rule(calendar: str) -> None:
    for year in YEARS:
        found = {row.holiday.key: (row.day, row.standing) for row in table(calendar, [year])}
        assert found == expected(calendar, year), (calendar, year)


@pytest.mark.parametrize("calendar", CALENDARS)
def test_days_off_are_the_statutory_days_and_their_mondays(calendar: str) -> None:
    for year in YEARS:
        statutory = {
            key: day
            for key, (day, standing) in expected(calendar, year).items()
            if standing is Standing.STATUTORY
        }
        moved = {moved_to(key, calendar, day) for key, day in statutory.items()}
        assert days_off(calendar, year) == {*statutory.values(), *moved} - {None}, (calendar, year)
        observed = {
            row.holiday.key: row.observed for row in table(calendar, [year]) if row.holiday.key in statutory
        }
        assert observed == {key: moved_to(key, calendar, day) for key, day in statutory.items()}


@pytest.mark.parametrize("calendar", CALENDARS)
def test_working_days_are_weekdays_that_nobody_has_off(calendar: str) -> None:
    day = date(2027, 1, 1)
    while day.year == 2027:
        off = day.weekday() in SATURDAY_AND_SUNDAY or day in days_off(calendar, 2027)
        assert is_working_day(calendar, day) is not off
        day += timedelta(days=1)


def test_no_day_of_the_package_lacks_a_key() -> None:
    ours = {holiday.package for holiday in HOLIDAYS.values()}
    theirs = {name for calendar in CALENDARS for year in YEARS for name in named_days(calendar, year)}
    assert theirs <= ours


def test_the_table_is_in_order_of_days() -> None:
    days = [row.day for row in table("CA-QC", range(2026, 2029))]
    assert days == sorted(days)
    assert {day.year for day in days} == {2026, 2027, 2028}


def test_a_week_that_is_announced_each_year_is_an_estimate_until_then() -> None:
    week = HOLIDAYS["national-volunteer-week"]
    assert [day.estimated for year in (2026, 2027, 2028) if (day := day_of(week, "CA", year))] == [
        False,
        False,
        True,
    ]


def test_the_data_has_a_version() -> None:
    assert data_version().startswith("holidays 0.")
