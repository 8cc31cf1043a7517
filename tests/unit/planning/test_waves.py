"""Waves: one instant for each zone, the wall clock as asked or by the stated rule, everybody in exactly one wave or skipped."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.planning.plan import Expiry, LocalPlan
from newsletter.planning.provinces import PROVINCES
from newsletter.planning.waves import Past, Readers, Wave, waves
from newsletter.planning.zones import (
    TZDATA_VERSION,
    Shift,
    all_zones,
    known_zone,
    moment,
    wall_clock,
)

ZONES = sorted(all_zones().values())
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
LOCALS = st.datetimes(datetime(2020, 1, 2), datetime(2035, 12, 31)).map(
    lambda at: at.replace(second=0, microsecond=0)
)


@cache
def oracle(zone: str) -> ZoneInfo:
    """The standard library's reading of the same data."""
    with files("tzdata").joinpath("zoneinfo", *zone.split("/")).open("rb") as data:
        return ZoneInfo.from_file(data, key=zone)


def instants(local: datetime, zone: str) -> list[datetime]:
    """Every instant at which the clock of a zone shows this time: none in a gap, two in an overlap."""
    folds = {local.replace(tzinfo=oracle(zone), fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(at for at in folds if at.astimezone(oracle(zone)).replace(tzinfo=None, fold=0) == local)


def plan(local: datetime, *, readers_time: bool = True, expiry: Expiry = Expiry.NEVER) -> LocalPlan:
    return LocalPlan(local=local, zone="America/Toronto", readers_time=readers_time, expiry=expiry)


# --- instants ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "count"), [(date(2020, 12, 16), 38), (date(2024, 3, 10), 38), (date(2021, 7, 1), 37)]
)
def test_all_zones_of_the_world_make_38_instants_over_26_hours(day: date, count: int) -> None:
    local = datetime.combine(day, time(9))
    assert len(ZONES) >= 597
    found = waves(plan(local), [Readers(zone, "", 1) for zone in ZONES], now=LONG_AGO)
    assert [wave.due_at for wave in found.waves] == sorted(
        {at for zone in ZONES for at in instants(local, zone)}
    )
    assert len(found.waves) == count  # one less while no clock of the north keeps winter time
    assert found.waves[-1].due_at - found.waves[0].due_at == timedelta(hours=26)
    assert sorted(zone for wave in found.waves for zone in wave.zones) == ZONES
    assert found.members == len(ZONES)
    assert found.waves[0].zones[-1] == "Pacific/Kiritimati"


@given(LOCALS, st.sampled_from(ZONES))
def test_a_zone_has_one_instant_and_shows_the_time_as_asked_or_by_the_rule(
    local: datetime, zone: str
) -> None:
    found, possible = moment(local, zone), instants(local, zone)
    if possible:
        assert found.at == possible[0]
        assert found.wall == local
        assert found.shift is (Shift.OVERLAP if len(possible) == 2 else None)
        return
    # A gap: the clock after the jump, later than asked by exactly what the clocks jumped.
    assert found.shift is Shift.GAP
    before, after = found.at - timedelta(days=1), found.at + timedelta(days=1)
    jump = after.astimezone(oracle(zone)).utcoffset() - before.astimezone(oracle(zone)).utcoffset()  # type: ignore[operator]
    assert found.wall - local == jump > timedelta(0)
    assert found.at.astimezone(oracle(zone)).replace(tzinfo=None) == found.wall


@cache
def changes(zone: str) -> list[tuple[datetime, timedelta]]:
    """When the clocks of a zone change in 2021, to the minute, and by how much."""
    found, at, end = [], datetime(2021, 1, 1, tzinfo=UTC), datetime(2022, 1, 1, tzinfo=UTC)
    while at < end:
        step = timedelta(hours=6)
        offsets = [(at + step * n).astimezone(oracle(zone)).utcoffset() or timedelta(0) for n in (0, 1)]
        if offsets[0] != offsets[1]:
            low, high = at, at + step
            while high - low > timedelta(minutes=1):
                middle = low + (high - low) / 2
                low, high = (
                    (middle, high)
                    if middle.astimezone(oracle(zone)).utcoffset() == offsets[0]
                    else (low, middle)
                )
            found.append((high.replace(second=0, microsecond=0), offsets[1] - offsets[0]))
        at += step
    return found


CHANGING = [
    "America/Toronto",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "America/Havana",
    "Asia/Beirut",
    "Europe/Paris",
    "Africa/Casablanca",
    "America/Nuuk",
]


@pytest.mark.parametrize("zone", CHANGING)
def test_every_change_of_the_clocks_is_reported_and_resolved(zone: str) -> None:
    assert changes(zone)
    for at, jump in changes(zone):
        wall = at.astimezone(oracle(zone)).replace(tzinfo=None, fold=0)
        # Skipped is what lies before the new wall time, repeated what lies after it: half the jump away.
        local = (wall - jump / 2).replace(second=0, microsecond=0)
        found = waves(plan(local), [Readers(zone, "", 3)], now=LONG_AGO)
        shifted = found.shifted[zone]
        assert shifted.shift is (Shift.GAP if jump > timedelta(0) else Shift.OVERLAP)
        assert shifted.wall == (local + jump if jump > timedelta(0) else local)
        assert [wave.due_at for wave in found.waves] == [shifted.at]


@pytest.mark.parametrize(
    ("local", "due_at", "shift"),
    [
        (datetime(2021, 3, 14, 1, 59), "2021-03-14T06:59", None),
        (datetime(2021, 3, 14, 2, 0), "2021-03-14T07:00", Shift.GAP),  # 3:00 daylight time
        (datetime(2021, 3, 14, 2, 30), "2021-03-14T07:30", Shift.GAP),
        (datetime(2021, 3, 14, 3, 0), "2021-03-14T07:00", None),
        (datetime(2021, 11, 7, 0, 59), "2021-11-07T04:59", None),
        (datetime(2021, 11, 7, 1, 30), "2021-11-07T05:30", Shift.OVERLAP),  # the first, daylight time
        (datetime(2021, 11, 7, 2, 0), "2021-11-07T07:00", None),
    ],
)
def test_toronto_by_hand(local: datetime, due_at: str, shift: Shift | None) -> None:
    found = moment(local, "America/Toronto")
    assert found.at.isoformat(timespec="minutes") == f"{due_at}+00:00"
    assert found.shift is shift


def test_the_rules_are_those_of_the_package_and_not_of_the_machine() -> None:
    # British Columbia keeps one time all year from 2026 on; a machine with older data would send an hour late.
    assert TZDATA_VERSION.startswith("tzdata 20")
    assert (
        moment(datetime(2027, 1, 15, 9), "America/Vancouver").at
        == instants(datetime(2027, 1, 15, 9), "America/Vancouver")[0]
    )


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)), st.sampled_from(ZONES)
)
def test_the_wall_clock_is_that_of_the_zone(at: datetime, zone: str) -> None:
    assert wall_clock(at, zone) == at.astimezone(oracle(zone)).replace(tzinfo=None, fold=0)


# --- waves -------------------------------------------------------------------------------------------------------------

MEMBERS = [
    Readers("America/Toronto", "ON", 1200),
    Readers("", "QC", 500),
    Readers("Eastern", "BC", 3),
    Readers("America/Bogota", "", 2),
    Readers("", "", 7),
]


def test_waves_gather_the_zones_of_one_instant() -> None:
    found = waves(plan(datetime(2020, 12, 22, 9)), MEMBERS, now=LONG_AGO)
    assert found.waves == (
        Wave(datetime(2020, 12, 22, 14, tzinfo=UTC), ("America/Bogota", "America/Toronto"), 1709),
        Wave(datetime(2020, 12, 22, 17, tzinfo=UTC), ("America/Vancouver",), 3),
    )
    assert found.guessed == {"America/Toronto": 500, "America/Vancouver": 3}
    assert found.placed == 7
    assert found.unknown == {"Eastern": 3}
    assert found.passed == {}
    assert found.shifted == {}


def test_one_zone_for_all_is_one_wave_and_asks_nobody_where_they_are() -> None:
    found = waves(plan(datetime(2020, 12, 22, 9), readers_time=False), MEMBERS, now=LONG_AGO)
    assert found.waves == (Wave(datetime(2020, 12, 22, 14, tzinfo=UTC), ("America/Toronto",), 1712),)
    assert (found.guessed, found.placed, found.unknown) == ({}, 0, {})


@pytest.mark.parametrize("readers_time", [True, False])
def test_nobody_makes_one_empty_wave(readers_time: bool) -> None:
    found = waves(plan(datetime(2020, 12, 22, 9), readers_time=readers_time), [], now=LONG_AGO)
    assert found.waves == (Wave(datetime(2020, 12, 22, 14, tzinfo=UTC), ("America/Toronto",), 0),)


NOW = datetime(2020, 12, 22, 15, tzinfo=UTC)  # 10:00 in Toronto, 7:00 in Vancouver, 5:00 in Honolulu
PAST = [
    Readers("America/Toronto", "", 5),
    Readers("America/Vancouver", "", 2),
    Readers("Pacific/Kiritimati", "", 1),
]
LATER = Wave(datetime(2020, 12, 22, 17, tzinfo=UTC), ("America/Vancouver",), 2)


def test_zones_already_past_go_at_once() -> None:
    found = waves(plan(datetime(2020, 12, 22, 9)), PAST, now=NOW)
    assert found.waves == (Wave(NOW, ("America/Toronto", "Pacific/Kiritimati"), 6), LATER)
    assert found.passed == {"America/Toronto": 5, "Pacific/Kiritimati": 1}
    assert found.skipped == 0


def test_a_greeting_does_not_go_where_its_day_is_over() -> None:
    found = waves(plan(datetime(2020, 12, 22, 9), expiry=Expiry.LOCAL_MIDNIGHT), PAST, now=NOW)
    # On Kiritimati it is the 23rd, 5:00.
    assert [(wave.due_at, wave.zones) for wave in found.waves] == [
        (NOW, ("America/Toronto",)),
        (LATER.due_at, LATER.zones),
    ]
    assert found.skipped == 1
    assert found.of(plan(datetime(2020, 12, 22, 9)), "Pacific/Kiritimati", "") is None


def test_zones_already_past_get_it_the_next_day() -> None:
    found = waves(
        plan(datetime(2020, 12, 22, 9), expiry=Expiry.LOCAL_MIDNIGHT), PAST, now=NOW, past=Past.NEXT_DAY
    )
    assert [(wave.due_at.isoformat(), wave.zones, wave.expires_at and wave.expires_at.isoformat()) for wave in found.waves] == [
        ("2020-12-22T17:00:00+00:00", ("America/Vancouver",), "2020-12-23T08:00:00+00:00"),
        ("2020-12-22T19:00:00+00:00", ("Pacific/Kiritimati",), "2020-12-23T10:00:00+00:00"),
        ("2020-12-23T14:00:00+00:00", ("America/Toronto",), "2020-12-24T05:00:00+00:00"),
    ]  # fmt: skip


def test_zones_already_past_are_skipped() -> None:
    found = waves(plan(datetime(2020, 12, 22, 9)), PAST, now=NOW, past=Past.SKIP)
    assert found.waves == (LATER,)
    assert found.skipped == 6


def test_a_wave_expires_with_the_first_midnight_of_its_zones() -> None:
    # 1:30 on the day on which Toronto goes forward: the same instant as in Bogota, whose midnight comes an hour later.
    found = waves(
        plan(datetime(2021, 3, 14, 1, 30), expiry=Expiry.LOCAL_MIDNIGHT),
        [Readers("America/Toronto", "", 1), Readers("America/Bogota", "", 1)],
        now=LONG_AGO,
    )
    (wave,) = found.waves
    assert wave.expires_at == datetime(2021, 3, 15, 4, tzinfo=UTC)


def test_a_day_that_a_zone_left_out_is_the_next_one() -> None:
    # Samoa crossed the date line: 29 December 2011 was followed by the 31st.
    found = waves(
        plan(datetime(2011, 12, 30, 9), expiry=Expiry.LOCAL_MIDNIGHT),
        [Readers("Pacific/Apia", "", 1)],
        now=datetime(2011, 12, 1, tzinfo=UTC),
    )
    assert found.shifted["Pacific/Apia"].wall == datetime(2011, 12, 31, 9)
    assert found.waves[0].due_at == datetime(2011, 12, 30, 19, tzinfo=UTC)  # UTC+14
    assert found.waves[0].expires_at == datetime(2011, 12, 31, 10, tzinfo=UTC)


GROUPS = st.lists(
    st.builds(
        Readers,
        st.one_of(st.sampled_from(ZONES), st.sampled_from(["", "Eastern", "america/toronto"])),
        st.sampled_from(["", "ON", "Québec", "Ohio", *PROVINCES]),
        st.integers(0, 50),
    ),
    max_size=12,
)


@given(
    local=LOCALS,
    groups=GROUPS,
    hours=st.integers(-80, 80),
    past=st.sampled_from(Past),
    expiry=st.sampled_from(Expiry),
    readers_time=st.booleans(),
)
def test_everybody_is_in_one_wave_at_the_right_time_or_skipped(
    local: datetime, groups: list[Readers], hours: int, past: Past, expiry: Expiry, readers_time: bool
) -> None:
    wanted = plan(local, readers_time=readers_time, expiry=expiry)
    now = local.replace(tzinfo=UTC) + timedelta(hours=hours)
    found = waves(wanted, groups, now=now, past=past)
    assert found.members + found.skipped == sum(group.members for group in groups)
    assert [wave.due_at for wave in found.waves] == sorted({wave.due_at for wave in found.waves})
    zones = [zone for wave in found.waves for zone in wave.zones]
    assert len(zones) == len(set(zones))
    for wave in found.waves:
        assert wave.due_at >= now
        assert (wave.expires_at is None) is (expiry is Expiry.NEVER)
        assert wave.expires_at is None or wave.expires_at > wave.due_at
        for zone in wave.zones:
            judge(wave, zone, local, now, past)
    for group in groups:
        mine = found.of(wanted, group.timezone, group.province)
        assert mine is None or known_zone(group.timezone) in {None, *mine.zones} or not readers_time
        assert mine is not None or found.passed


def judge(wave: Wave, zone: str, local: datetime, now: datetime, past: Past) -> None:
    """A zone's readers get it at the wall time asked (or shifted by the rule); where that is past, as the author chose."""
    asked = moment(local, zone)
    wall = wave.due_at.astimezone(oracle(zone)).replace(tzinfo=None, fold=0)
    if asked.at > now:
        assert wave.due_at == asked.at
    elif past is Past.NOW:
        assert wave.due_at == now
    else:
        assert past is Past.NEXT_DAY
        assert wave.due_at - now <= timedelta(hours=49)
        assert moment(datetime.combine(wall.date(), local.time()), zone).at == wave.due_at
    if wave.expires_at:
        # Never after the local day of the send.
        midnight = moment(datetime.combine(wall.date() + timedelta(days=1), time()), zone).at
        assert wave.expires_at <= midnight
