"""The sending window: what people may write, when it opens, and that nothing leaves outside of it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model.said import Said
from newsletter.planning.hours import Hours, Quiet, opening
from newsletter.planning.window import Window, read_window
from newsletter.planning.zones import wall_clock
from tests.french import wrong

NINE, FIVE = time(9), time(17)
OFFICE = Window((0, 1, 2, 3, 4), NINE, FIVE)


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("weekdays 09:00-17:00", OFFICE),
        ("Mon-Fri 9:00 – 17:00", OFFICE),
        ("lundi-vendredi 09:00-17:00", OFFICE),
        ("09:00-17:00", Window(tuple(range(7)), NINE, FIVE)),
        ("daily 09:00-24:00", Window(tuple(range(7)), NINE, time())),
        ("sat, sun", Window((5, 6), time(), time())),
        ("sam, dim 09:00-17:00", Window((5, 6), NINE, FIVE)),
        ("fri-mon", Window((0, 4, 5, 6), time(), time())),
        ("weekdays, sat 09:00-17:00", Window((0, 1, 2, 3, 4, 5), NINE, FIVE)),
        ("none", None),
        (" ", None),
    ],
)
def test_what_people_may_write(text: str, window: Window | None) -> None:
    assert read_window(text) == window


@pytest.mark.parametrize("text", ["always", "mon-", "9-17", "17:00-09:00", "25:00-26:00", "09:00-09:00", "mon 9:00", "09:60-10:00"])  # fmt: skip
def test_what_is_no_window_is_told_in_both_languages(text: str) -> None:
    found = read_window(text)
    assert isinstance(found, Said)
    assert wrong(found.fr) == ""


def test_a_window_in_words() -> None:
    assert OFFICE.told("en") == "Monday to Friday, 9:00 to 17:00"
    assert OFFICE.told("fr").startswith("du lundi au vendredi, de 9")
    weekend = read_window("sat, sun")
    assert isinstance(weekend, Window)
    assert weekend.told("en") == "Saturday and Sunday"
    assert weekend.told("fr") == "le samedi et dimanche"


@given(
    days=st.sets(st.integers(0, 6), min_size=1),
    start=st.integers(0, 22),
    length=st.integers(1, 24),
    asked=st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)),
)
def test_it_opens_at_the_first_moment_within(
    days: set[int], start: int, length: int, asked: datetime
) -> None:
    end = min(start + length, 24) % 24
    window = Window(tuple(sorted(days)), time(start), time(end))
    opens = Hours(window=window).opens(asked)
    assert window.holds(opens)
    assert opens >= asked
    if opens != asked:
        assert opens.time() == time(start)
        step = asked
        while step < opens:
            assert not window.holds(step)
            step += timedelta(minutes=30)


def test_beside_quiet_hours_and_blackout_days() -> None:
    hours = Hours(Quiet(time(16), time(10)), (date(2026, 11, 23),), OFFICE)
    assert hours.opens(datetime(2026, 11, 20, 16, 30)) == datetime(2026, 11, 24, 10)
    assert not hours.never
    assert Hours(Quiet(time(8), time(18)), (), OFFICE).never
    assert not Hours(Quiet(time(8), time(16)), (), OFFICE).never
    assert not Hours(Quiet(time(18), time(8)), (), OFFICE).never


@pytest.mark.parametrize("zone", ["America/Toronto", "America/St_Johns", "Pacific/Auckland"])
def test_by_the_clock_of_the_zone_also_when_it_changes(zone: str) -> None:
    now = datetime.fromisoformat("2026-10-30T21:30:00+00:00")
    for hour in range(24 * 10):
        at = now + timedelta(hours=hour)
        opens = opening(Hours(window=OFFICE), [zone], at)
        local = wall_clock(opens or at, zone)
        assert OFFICE.holds(local), (at, local)
