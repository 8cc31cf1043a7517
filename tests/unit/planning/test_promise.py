"""The promise of planning, over zones, dates, clocks and hours: one instant for each member, at its time, never early, never late."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.model.errors import AuthorError
from newsletter.model.issue import ScheduleWish
from newsletter.planning.hours import Hours, Quiet
from newsletter.planning.plan import Expiry, LocalPlan
from newsletter.planning.waves import Past, Readers, Wave, waves
from newsletter.planning.when import plan
from newsletter.planning.zones import all_zones, moment, reader_zone, wall_clock

ZONES = sorted(all_zones().values())
#: days on which some clock changes, a leap day, the turn of a year, and any other
DAYS = st.one_of(
    st.sampled_from(
        [
            date(2026, 3, 8),
            date(2026, 3, 29),
            date(2026, 4, 5),
            date(2026, 10, 25),
            date(2026, 11, 1),
            date(2028, 2, 29),
        ]
    ),
    st.dates(date(2025, 12, 28), date(2036, 1, 3)),
)
TIMES = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))
QUIET = st.one_of(st.none(), st.builds(Quiet, TIMES, TIMES).filter(lambda window: window.start != window.end))
GROUPS = st.lists(
    st.builds(
        Readers,
        st.one_of(st.sampled_from(ZONES), st.sampled_from(["", "Nowhere/Land"])),
        st.sampled_from(["", "ON", "NL", "Ohio"]),
        st.integers(1, 9),
    ),
    min_size=1,
    max_size=9,
)


@given(
    day=DAYS,
    at=TIMES,
    groups=GROUPS,
    ahead=st.integers(-40, 400),
    past=st.sampled_from(Past),
    expiry=st.sampled_from(Expiry),
    quiet=QUIET,
    closed=st.lists(st.integers(-1, 3), max_size=3),
)
@example(
    date(2026, 3, 8),
    time(2, 30),
    [Readers("America/Toronto", "", 1)],
    300,
    Past.NOW,
    Expiry.LOCAL_MIDNIGHT,
    None,
    [],
)
@example(
    date(2026, 11, 1),
    time(1, 30),
    [Readers("", "NL", 1)],
    300,
    Past.NOW,
    Expiry.NEVER,
    Quiet(time(1), time(2)),
    [0],
)
def test_everybody_has_one_instant_at_their_time_never_early_never_late(
    day: date,
    at: time,
    groups: list[Readers],
    ahead: int,
    past: Past,
    expiry: Expiry,
    quiet: Quiet | None,
    closed: list[int],
) -> None:
    local = datetime.combine(day, at)
    wanted = LocalPlan(local=local, zone="America/Toronto", readers_time=True, expiry=expiry)
    hours = Hours(quiet, tuple(sorted(day + timedelta(days=n) for n in closed)))
    now = local.replace(tzinfo=UTC) - timedelta(hours=ahead)
    found = waves(wanted, groups, now=now, past=past, hours=hours)
    again = waves(wanted, list(reversed(groups)), now=now, past=past, hours=hours)
    assert found.waves == again.waves, "the same question has the same answer"
    assert found.members + found.skipped == sum(group.members for group in groups)
    for group in groups:
        zone = reader_zone(group.timezone, group.province, wanted.zone).zone
        theirs = [wave for wave in found.waves if zone in wave.zones]
        assert len(theirs) <= 1
        assert found.of(wanted, group.timezone, group.province) == next(iter(theirs), None)
        for wave in theirs:
            _judge(wave, zone, wanted, now, past, hours)
        if not theirs:
            assert past is Past.SKIP or expiry is Expiry.LOCAL_MIDNIGHT


def _judge(wave: Wave, zone: str, wanted: LocalPlan, now: datetime, past: Past, hours: Hours) -> None:
    asked = moment(wanted.local, zone)
    wall = wall_clock(wave.due_at, zone)
    assert wave.due_at >= now
    assert asked.at <= now or wave.due_at >= asked.at, "before its time"
    assert hours.opens(wall) == wall or moment(hours.opens(wall), zone).at <= wave.due_at, "outside the hours"
    if asked.at > now and hours.opens(asked.wall) == asked.wall:
        assert wall == asked.wall
        assert asked.shift or wall == wanted.local
    if wanted.expiry is Expiry.LOCAL_MIDNIGHT:
        assert wave.expires_at
        assert wave.due_at < wave.expires_at, "after its expiry"
        if past is not Past.NEXT_DAY and asked.at > now:
            assert wall.date() == asked.wall.date(), "a greeting on another day"
    else:
        assert wave.expires_at is None


@given(day=DAYS, at=TIMES, zones=st.lists(st.sampled_from(ZONES), min_size=1, max_size=40, unique=True))
def test_nobody_is_ahead_of_the_first_clock_of_the_world(day: date, at: time, zones: list[str]) -> None:
    """Recipients are written down before the clock of the first zone of the world (UTC+14) shows the time."""
    local = datetime.combine(day, at)
    wanted = LocalPlan(local=local, zone="America/Toronto", readers_time=True, expiry=Expiry.NEVER)
    found = waves(wanted, [Readers(zone, "", 1) for zone in zones], now=datetime(2025, 1, 1, tzinfo=UTC))
    assert all(wave.due_at >= moment(local, "Etc/GMT-14").at for wave in found.waves)


# --- 29 February ---


def leap(at: str, now: datetime, every: str = "") -> LocalPlan:
    return plan(ScheduleWish(at=at, every=every), zone="America/Toronto", calendar="CA-ON", now=now)


@pytest.mark.parametrize(("year", "day"), [(2027, "2027-02-28"), (2028, "2028-02-29"), (2100, "2100-02-28")])
def test_the_leap_day_of_every_year_is_the_28th_where_there_is_none(year: int, day: str) -> None:
    found = leap("2024-02-29 09:00", datetime(year, 1, 2, tzinfo=UTC), "year")
    assert found.day.isoformat() == found.occurrence == day
    assert found.moved_leap_day is (not day.endswith("29"))


def test_a_leap_day_that_is_none_is_refused_with_the_last_day_of_its_month() -> None:
    with pytest.raises(AuthorError, match="ends on 2027-02-28"):
        leap("2027-02-29 09:00", datetime(2026, 1, 1, tzinfo=UTC))


@given(st.sampled_from(ZONES), TIMES)
def test_on_the_leap_day_everybody_gets_it_on_the_leap_day(zone: str, at: time) -> None:
    wanted = LocalPlan(
        local=datetime.combine(date(2028, 2, 29), at),
        zone="UTC",
        readers_time=True,
        expiry=Expiry.LOCAL_MIDNIGHT,
    )
    (wave,) = waves(wanted, [Readers(zone, "", 1)], now=datetime(2028, 1, 1, tzinfo=UTC)).waves
    assert wall_clock(wave.due_at, zone).date() == date(2028, 2, 29)
    assert wave.expires_at
    assert wall_clock(wave.expires_at, zone).date() == date(2028, 3, 1)
    assert wave.expires_at > wave.due_at
