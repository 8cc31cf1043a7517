"""Quiet hours and blackout days: read as written, shifted by the rule, over clocks that change; a greeting on its own day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model.errors import AuthorError, ConfigurationError
from newsletter.model.issue import ScheduleWish
from newsletter.planning.blackout import Kept, closed_days, read_kept
from newsletter.planning.catalogue import HOLIDAYS
from newsletter.planning.concerns import require_open
from newsletter.planning.hours import ALWAYS, Hours, Quiet, last_leaves, opening, read_quiet
from newsletter.planning.when import plan
from newsletter.planning.window import Window
from newsletter.planning.zones import all_zones, moment, wall_clock

NIGHT = Quiet(time(21), time(7))
NOON = Quiet(time(12), time(13, 30))
ZONES = sorted(all_zones().values())


# --- the window ---


@pytest.mark.parametrize(
    ("written", "window"),
    [
        ("21:00-07:00", NIGHT),
        (" 21:00 – 7:00 ", NIGHT),
        ("12:00-13:30", NOON),
        ("", None),
        ("  ", None),
    ],
)
def test_a_window_as_written(written: str, window: Quiet | None) -> None:
    assert read_quiet(written) == window


@pytest.mark.parametrize(
    "written", ["9-17", "21:00", "25:00-07:00", "21:00-07:60", "07:00-07:00", "night", "x" * 999]
)
def test_what_is_no_window_is_refused(written: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_quiet(written)
    assert caught.value.code == "quiet-hours"
    assert caught.value.hint


@pytest.mark.parametrize(
    ("local", "opens"),
    [
        ("2026-12-22T20:59", "2026-12-22T20:59"),
        ("2026-12-22T21:00", "2026-12-23T07:00"),
        ("2026-12-22T23:59", "2026-12-23T07:00"),
        ("2026-12-23T00:00", "2026-12-23T07:00"),
        ("2026-12-23T06:59", "2026-12-23T07:00"),
        ("2026-12-23T07:00", "2026-12-23T07:00"),
        ("2026-12-24T22:00", "2026-12-27T07:00"),  # the 25th and the 26th are closed
        ("2026-12-25T09:00", "2026-12-27T07:00"),
    ],
)
def test_the_night_ends_at_seven_and_closed_days_with_their_midnight(local: str, opens: str) -> None:
    hours = Hours(NIGHT, (date(2026, 12, 25), date(2026, 12, 26)))
    assert hours.opens(datetime.fromisoformat(local)) == datetime.fromisoformat(opens)


WINDOWS = st.tuples(st.integers(0, 1439), st.integers(0, 1439)).filter(lambda two: two[0] != two[1])


def at(minute: int) -> time:
    return time(minute // 60, minute % 60)


@given(
    window=WINDOWS,
    closed=st.lists(st.dates(date(2026, 1, 1), date(2026, 1, 20)), max_size=9),
    local=st.datetimes(datetime(2025, 12, 25), datetime(2026, 1, 25)),
)
def test_it_opens_at_the_first_time_that_is_neither_quiet_nor_closed(
    window: tuple[int, int], closed: list[date], local: datetime
) -> None:
    quiet = Quiet(at(window[0]), at(window[1]))
    hours = Hours(quiet, tuple(closed))
    opens = hours.opens(local)

    def is_open(moment: datetime) -> bool:
        minute = moment.hour * 60 + moment.minute
        begin, end = window
        within = begin <= minute < end if begin < end else minute >= begin or minute < end
        return not within and moment.date() not in closed

    assert is_open(opens)
    assert opens >= local
    if opens > local:
        assert not is_open(local)
        assert not is_open(opens - timedelta(minutes=1))
        assert not any(is_open(local + (opens - local) * n / 40) for n in range(40))


@given(
    zone=st.sampled_from(ZONES),
    now=st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),
    window=WINDOWS,
)
def test_in_a_zone_it_is_open_at_the_instant_named(zone: str, now: datetime, window: tuple[int, int]) -> None:
    hours = Hours(Quiet(at(window[0]), at(window[1])))
    opens = opening(hours, (zone,), now)
    if opens is None:
        return
    assert now < opens <= now + timedelta(hours=49)
    assert opening(hours, (zone,), opens) is None


def test_of_several_zones_the_last_to_open_counts() -> None:
    now = datetime(2026, 7, 1, 10, tzinfo=UTC)  # 6:00 in Toronto, 5:00 in Bogota
    hours = Hours(NIGHT)
    assert opening(hours, ("America/Toronto",), now) == datetime(2026, 7, 1, 11, tzinfo=UTC)
    assert opening(hours, ("America/Toronto", "America/Bogota"), now) == datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert opening(hours, ("Europe/Paris",), now) is None
    assert opening(ALWAYS, ("America/Toronto",), now) is None
    assert opening(hours, (), now) is None


def test_a_night_in_which_the_clocks_go_back_ends_once() -> None:
    # 1:15 comes twice in Toronto on 7 November 2021; the window was over at 1:10 the first time.
    hours = Hours(Quiet(time(0, 30), time(1, 10)))
    first, second = datetime(2021, 11, 7, 5, 5, tzinfo=UTC), datetime(2021, 11, 7, 6, 5, tzinfo=UTC)
    assert wall_clock(first, "America/Toronto") == wall_clock(second, "America/Toronto")
    assert opening(hours, ("America/Toronto",), first) == datetime(2021, 11, 7, 5, 10, tzinfo=UTC)
    assert opening(hours, ("America/Toronto",), second) is None


def test_a_night_in_which_the_clocks_go_forward_over_its_end() -> None:
    hours = Hours(Quiet(time(0), time(2, 30)))
    opens = opening(hours, ("America/Toronto",), datetime(2021, 3, 14, 6, 30, tzinfo=UTC))
    assert opens == moment(datetime(2021, 3, 14, 2, 30), "America/Toronto").at
    assert opens == datetime(2021, 3, 14, 7, 30, tzinfo=UTC)  # 3:30


# --- blackout days ---


def days(*named: str, law: Kept | None = None, own: str = "", calendar: str = "CA-ON") -> set[str]:
    found = closed_days(calendar, [2026, 2027], law, named, HOLIDAYS[own] if own else None)
    return {str(day) for day in found}


def test_holidays_by_law_on_their_day_on_the_observed_one_or_on_both() -> None:
    # Boxing Day 2026 is a Saturday; in 2027 Christmas and Boxing Day are the weekend.
    actual, observed, both = (days(law=kept) for kept in (Kept.ACTUAL, Kept.OBSERVED, Kept.BOTH))
    assert {"2026-12-26", "2027-12-25", "2027-12-26"} <= actual
    assert {"2026-12-28", "2027-12-27", "2027-12-28"} <= observed
    assert {"2026-12-26", "2027-12-25", "2027-12-26"}.isdisjoint(observed)
    assert both == actual | observed
    assert "2026-12-25" in actual & observed
    assert "2026-11-11" not in both, "Ontario works on Remembrance Day"
    assert days() == set()


@pytest.mark.parametrize(
    ("named", "found"),
    [
        ("2026-12-24", {"2026-12-24"}),
        ("12-24", {"2026-12-24", "2027-12-24"}),
        ("2026-12-30/2027-01-02", {"2026-12-30", "2026-12-31", "2027-01-01", "2027-01-02"}),
        ("12-31/01-01", {"2026-12-31", "2027-01-01", "2027-12-31", "2028-01-01"}),
        ("02-29", set()),
        ("remembrance-day", {"2026-11-11", "2027-11-11"}),
        ("Jour du Souvenir", {"2026-11-11", "2027-11-11"}),
    ],
)
def test_days_that_staff_named(named: str, found: set[str]) -> None:
    assert days(named) == found


@pytest.mark.parametrize(
    "named",
    [
        "2026-13-01",
        "2026-02-30",
        "2026-12-24/2026-12-01",
        "2026-01-01/2028-01-01",
        "24",
        "",
        "no-such-day",
        "1/2/3",
    ],
)
def test_what_is_no_day_is_refused(named: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        days(named)
    assert caught.value.code == "blackout-days"
    assert caught.value.hint


def test_a_holiday_that_staff_named_counts_whoever_has_it_off() -> None:
    assert days("saint-jean-baptiste", calendar="CA-ON") == {"2026-06-24", "2027-06-24"}
    assert days("family-day", calendar="CA-QC") == {"2026-02-16", "2027-02-15"}


def test_a_greeting_is_exempt_from_its_own_holiday_and_from_no_other() -> None:
    named = ("remembrance-day", "2026-12-25")
    assert "2026-11-11" in days(*named, law=Kept.BOTH)
    assert "2026-11-11" not in days(*named, law=Kept.BOTH, own="remembrance-day")
    assert "2026-12-25" in days(*named, law=Kept.BOTH, own="christmas-day"), (
        "a day that staff named stays closed"
    )
    christmas = days(law=Kept.BOTH, own="christmas-day")
    assert {"2026-12-25", "2027-12-25", "2027-12-27"}.isdisjoint(christmas)
    assert "2026-12-26" in christmas


def test_a_choice_that_is_none() -> None:
    assert read_kept("Both", "blackout.holidays") is Kept.BOTH
    assert read_kept("", "blackout.holidays") is None
    with pytest.raises(ConfigurationError, match=r"blackout\.holidays") as caught:
        read_kept("observd", "blackout.holidays")
    assert "observed" in caught.value.hint


# --- a plan that could not go out ---

NOW = datetime(2026, 12, 1, tzinfo=UTC)


def test_a_plan_for_a_blackout_day_is_refused_with_the_next_open_time() -> None:
    wish = ScheduleWish(at="2026-12-25 09:00")
    found = plan(wish, zone="America/Toronto", calendar="CA-ON", now=NOW)
    closed = closed_days("CA-ON", [2026], Kept.BOTH, [])
    with pytest.raises(
        AuthorError, match=r"Friday 25 December 2026 is a blackout day \(Christmas Day\)"
    ) as caught:
        require_open(found, Hours(NIGHT, tuple(closed)), closed)
    assert caught.value.code == "schedule-blackout"
    assert "Sunday 27 December 2026 at 7:00" in caught.value.hint


def test_a_greeting_at_night_could_only_leave_after_its_day() -> None:
    wish = ScheduleWish(at="21:30", holiday="christmas-day")
    found = plan(wish, zone="America/Toronto", calendar="CA-ON", now=NOW)
    with pytest.raises(AuthorError) as caught:
        require_open(found, Hours(NIGHT), {})
    assert caught.value.code == "schedule-quiet"
    early = plan(ScheduleWish(at="05:30", holiday="christmas-day"), zone="UTC", calendar="CA-ON", now=NOW)
    require_open(early, Hours(NIGHT), {})  # it leaves at seven
    news = plan(ScheduleWish(at="2026-12-22 21:30"), zone="UTC", calendar="CA-ON", now=NOW)
    require_open(news, Hours(NIGHT), {})  # it leaves in the morning


OFFICE = Window((0, 1, 2, 3, 4), time(8), time(17))


@pytest.mark.parametrize(
    ("now", "takes", "over"),
    [
        ("2026-11-23T15:00Z", 2, "2026-11-23T17:00Z"),  # Monday 10:00 in Toronto: the same day
        ("2026-11-23T20:00Z", 3, "2026-11-24T14:00Z"),  # Monday 15:00: two hours, then Tuesday's first
        (
            "2026-11-27T21:30Z",
            10,
            "2026-12-01T13:30Z",
        ),  # Friday 16:30: half an hour, Monday whole, Tuesday's first half
        ("2026-11-21T12:00Z", 0, "2026-11-23T13:00Z"),  # Saturday: nothing leaves before Monday 8:00
        ("2026-11-23T13:00Z", 9, "2026-11-23T22:00Z"),  # to the minute at which it closes
    ],
)
def test_when_the_last_leaves_within_a_window(now: str, takes: int, over: str) -> None:
    began = datetime.fromisoformat(now)
    assert last_leaves(OFFICE, "America/Toronto", began, timedelta(hours=takes)) == datetime.fromisoformat(
        over
    )


def test_what_would_take_for_ever_is_told_as_ten_years() -> None:
    minute, began = Window((6,), time(1), time(1, 1)), datetime.fromisoformat("2026-11-21T12:00Z")
    over = last_leaves(minute, "America/Toronto", began, timedelta(days=700))
    assert timedelta(days=3653) <= over - began < timedelta(days=3670)


def test_whole_days_follow_one_another_without_a_break() -> None:
    weekend, began = Window((5, 6), time(), time()), datetime.fromisoformat("2026-11-21T12:00Z")
    assert last_leaves(weekend, "UTC", began, timedelta(hours=30)) == began + timedelta(hours=30)


@given(
    st.datetimes(datetime(2026, 3, 1), datetime(2026, 11, 30), timezones=st.just(UTC)),
    st.integers(0, 200),
    st.sampled_from(
        [OFFICE, Window((6,), time(1), time(3)), Window(tuple(range(7)), time(1, 30), time(1, 45))]
    ),
)
def test_the_last_leaves_within_the_window_and_never_before_its_time(
    now: datetime, takes: int, window: Window
) -> None:
    over = last_leaves(window, "America/Toronto", now, timedelta(minutes=takes))
    assert over >= now + timedelta(minutes=takes)
    assert (
        opening(Hours(window=window), ("America/Toronto",), over - timedelta(seconds=1)) is None or takes == 0
    )
