"""Wishes understood: the documented example, the next occurrence, what has passed, what cannot be."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model.errors import AuthorError
from newsletter.model.issue import ScheduleWish
from newsletter.model.place import Place
from newsletter.planning.calendars import CALENDARS
from newsletter.planning.holidays import holidays_of
from newsletter.planning.plan import Expiry, LocalPlan, Repeat
from newsletter.planning.when import plan
from newsletter.planning.zones import moment

NOW = datetime(2020, 12, 16, 12, 0, tzinfo=UTC)  # 7:00 in Toronto
PLACE = Place("issues/greeting.en.md", 7)
GREETING = ScheduleWish(at="09:00", holiday="christmas-day", offset="-3 working days", place=PLACE)


def understood(wish: ScheduleWish, now: datetime = NOW, zone: str = "America/Toronto") -> LocalPlan:
    return plan(wish, zone=zone, calendar="CA-ON", now=now)


def local(wish: ScheduleWish, now: datetime = NOW) -> str:
    return understood(wish, now).local.isoformat(timespec="minutes")


def refused(wish: ScheduleWish, now: datetime = NOW) -> AuthorError:
    with pytest.raises(AuthorError) as caught:
        understood(wish, now)
    return caught.value


# --- holidays --------------------------------------------------------------------------------------------------------


def test_the_documented_example() -> None:
    """Christmas Day 2020 in CA-ON, "-3 working days" at 09:00.

    25 December 2020 is a Friday. The start is not counted, and Ontario works on the three days before it: Thursday 24 (one),
    Wednesday 23 (two), Tuesday 22 (three). Boxing Day, Saturday 26, observed on Monday 28, lies after Christmas and plays no
    part. Toronto keeps standard time, UTC-5: 9:00 is 14:00 UTC.
    """
    found = understood(GREETING)
    assert found.local == datetime(2020, 12, 22, 9, 0)
    assert found.local.strftime("%A") == "Tuesday"
    assert moment(found.local, found.zone).at == datetime(2020, 12, 22, 14, 0, tzinfo=UTC)
    assert found.holiday is not None
    assert found.holiday.day == date(2020, 12, 25)
    assert found.expiry is Expiry.LOCAL_MIDNIGHT
    assert found.occurrence == ""
    assert not found.readers_time


@pytest.mark.parametrize(
    ("year", "sent"),
    [
        # 2021: Saturday; Fri 24, Thu 23, Wed 22.   2022: Sunday; Fri 23, Thu 22, Wed 21.   2023: Monday; Fri 22, Thu 21, Wed 20.
        (2021, "2021-12-22"),
        (2022, "2022-12-21"),
        (2023, "2023-12-20"),
        (2024, "2024-12-20"),  # Wednesday; Tue 24, Mon 23, Fri 20
    ],
)
def test_three_working_days_before_christmas_by_hand(year: int, sent: str) -> None:
    wish = ScheduleWish(at="9:00", holiday="Jour de Noël", offset="-3 jours ouvrables", year=year)
    assert understood(wish).day.isoformat() == sent


@pytest.mark.parametrize(
    ("now", "sent"),
    [
        (datetime(2020, 12, 22, 13, 59, 59, tzinfo=UTC), "2020-12-22T09:00"),
        (
            datetime(2020, 12, 22, 14, 0, 0, tzinfo=UTC),
            "2021-12-22T09:00",
        ),  # the send is past, Christmas is not
        (datetime(2020, 12, 24, 12, 0, 0, tzinfo=UTC), "2021-12-22T09:00"),
        (datetime(2021, 1, 1, 4, 59, 0, tzinfo=UTC), "2021-12-22T09:00"),  # still 2020 in Toronto
    ],
)
def test_without_a_year_the_next_send_still_ahead_counts(now: datetime, sent: str) -> None:
    assert local(GREETING, now) == sent


def test_an_offset_may_cross_new_year() -> None:
    wish = ScheduleWish(at="08:30", holiday="New Year's Day", offset="-3 working days")
    assert local(wish) == "2020-12-29T08:30"  # Fri 1 January; Thu 31, Wed 30, Tue 29
    wish = ScheduleWish(at="08:30", holiday="new-years-eve", offset="+1 day")
    assert local(wish, datetime(2021, 1, 1, 10, tzinfo=UTC)) == "2021-01-01T08:30"


def test_a_long_offset_still_finds_the_next_send() -> None:
    wish = ScheduleWish(at="08:30", holiday="christmas-day", offset="+300 working days")
    found = understood(wish, datetime(2022, 1, 2, tzinfo=UTC))
    assert found.holiday is not None
    assert (found.holiday.day.year, found.day.year) == (2020, 2022)


@given(
    calendar=st.sampled_from(CALENDARS),
    now=st.datetimes(datetime(2021, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC)),
    offset=st.sampled_from(["", "-3 working days", "+1 day", "2 weeks before", "+10 jours ouvrables"]),
    hour=st.times(max_value=time(23, 59)).map(lambda t: t.replace(second=0, microsecond=0)),
    data=st.data(),
)
def test_the_next_send_is_ahead_and_none_lies_between(
    calendar: str, now: datetime, offset: str, hour: time, data: st.DataObject
) -> None:
    coming_back = [each for each in holidays_of(calendar) if each.key != "queen-elizabeth-funeral"]
    holiday = data.draw(st.sampled_from(coming_back))
    wish = ScheduleWish(at=f"{hour:%H:%M}", holiday=holiday.key, calendar=calendar, offset=offset)
    found = understood(wish, now)
    assert moment(found.local, found.zone).at > now
    assert found.holiday is not None
    for year in (found.holiday.day.year - 1, found.holiday.day.year - 2):
        named = ScheduleWish(at=wish.at, holiday=holiday.key, calendar=calendar, offset=offset, year=year)
        assert refused(named, now).code in {"schedule-past", "schedule-year"}


def test_a_day_that_never_comes_again_says_so() -> None:
    error = refused(
        ScheduleWish(at="9:00", holiday="queen-elizabeth-funeral", calendar="CA-NB"),
        datetime(2023, 1, 1, tzinfo=UTC),
    )
    assert error.code == "schedule-past"


def test_a_year_in_which_the_day_did_not_exist_names_the_first() -> None:
    error = refused(ScheduleWish(at="9:00", holiday="truth-and-reconciliation", year=2020))
    assert error.code == "schedule-year"
    assert "2021" in error.hint


def test_the_calendar_of_the_wish_beats_the_publications() -> None:
    # Boxing Day 2023 is a Tuesday: Ontario is off, Quebec works.
    after = ScheduleWish(at="9:00", holiday="christmas-day", offset="+1 working day", year=2023)
    assert understood(after).day == date(2023, 12, 27)
    quebec = ScheduleWish(
        at="9:00", holiday="christmas-day", offset="+1 working day", year=2023, calendar="ca-qc"
    )
    assert understood(quebec).day == date(2023, 12, 26)
    assert understood(quebec).calendar == "CA-QC"


# --- dates, zones, repeats ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "2020-12-18 09:00",
        "2020-12-18T09:00",
        "2020-12-18 9:00",
        "2020-12-18  9 h",
        "2020-12-18, 9h00",
        "2020-12-18T09:00:00",
        " 2020-12-18 9 h 00 ",
    ],
)
def test_ways_to_write_a_time(written: str) -> None:
    found = understood(ScheduleWish(at=written))
    assert found.local == datetime(2020, 12, 18, 9, 0)
    assert found.expiry is Expiry.NEVER
    assert found.holiday is None


@pytest.mark.parametrize(
    ("wish", "code", "said"),
    [
        (ScheduleWish(), "incomplete", "which day"),
        (ScheduleWish(at="09:00"), "incomplete", "which day"),
        (ScheduleWish(at="2020-12-18"), "incomplete", "what time"),
        (ScheduleWish(holiday="christmas-day"), "incomplete", "what time"),
        (ScheduleWish(at="2021-02-29 09:00"), "at", "ends on 2021-02-28"),
        (ScheduleWish(at="2021-04-31 09:00"), "at", "ends on 2021-04-30"),
        (ScheduleWish(at="2021-13-01 09:00"), "at", "no such month"),
        (ScheduleWish(at="2021-00-01 09:00"), "at", "no such month"),
        (ScheduleWish(at="2021-01-00 09:00"), "at", "does not exist"),
        (ScheduleWish(at="0000-01-01 09:00"), "at", "not between"),
        (ScheduleWish(at="9999-12-31 23:59"), "at", "not between"),
        (ScheduleWish(at="2021-01-01 24:00"), "at", "00:00 to 23:59"),
        (ScheduleWish(at="2021-01-01 09:60"), "at", "00:00 to 23:59"),
        (ScheduleWish(at="2021-01-01 09:00Z"), "at", "distance from UTC"),
        (ScheduleWish(at="2021-01-01T09:00-05:00"), "at", "distance from UTC"),
        (ScheduleWish(at="2021-01-01 9"), "at", "not a time"),
        (ScheduleWish(at="2021-01-01-01 09:00"), "at", "not a date"),
        (ScheduleWish(at="tomorrow"), "at", "not a time"),
        (ScheduleWish(at="٠٩:٠٠", holiday="christmas-day"), "at", "not a time"),
        (ScheduleWish(at="2020-12-24 09:00", holiday="christmas-day"), "conflict", "holiday is named too"),
        (ScheduleWish(at="2020-12-24 09:00", offset="-1 day"), "conflict", "offset"),
        (ScheduleWish(at="2020-12-24 09:00", year=2021), "conflict", "year"),
        (ScheduleWish(at="2020-12-24 09:00", calendar="CA-XX"), "calendar", "no calendar"),
        (ScheduleWish(at="9:00", holiday="christmas-day", year=21), "year", "not between"),
        (ScheduleWish(at="9:00", holiday="christmas-day", offset="3 days"), "offset", "before or after"),
        (ScheduleWish(at="9:00", holiday="Hogmanay"), "holiday", "no holiday"),
        (ScheduleWish(at="9:00", holiday="christmas-day", zone="Mars/Olympus"), "zone", "no time zone"),
        (ScheduleWish(at="9:00", holiday="christmas-day", zone="../../etc/passwd"), "zone", "no time zone"),
        (ScheduleWish(at="9:00", holiday="christmas-day", every="month"), "every", "month"),
        (ScheduleWish(at="9:00", holiday="christmas-day", expires="soon"), "expires", "soon"),
        (ScheduleWish(at="2020-12-16 07:00"), "past", "has passed"),
        (ScheduleWish(at="9:00", holiday="christmas-day", year=2019), "past", "2019-12-25 09:00 has passed"),
    ],
)
def test_what_cannot_be_is_refused_at_its_place(wish: ScheduleWish, code: str, said: str) -> None:
    error = refused(ScheduleWish(**{name: getattr(wish, name) for name in FIELDS}, place=PLACE))
    assert error.code == f"schedule-{code}"
    assert said in error.message
    assert str(error).startswith("issues/greeting.en.md:7: ")
    assert error.hint


FIELDS = ("at", "holiday", "calendar", "offset", "zone", "year", "every", "expires")


def test_what_has_passed_names_the_next_step() -> None:
    assert "newsletter send" in refused(ScheduleWish(at="2020-12-16 06:59")).hint
    assert "year" in refused(ScheduleWish(at="9:00", holiday="christmas-day", year=2019)).hint


def test_in_readers_time_a_time_has_passed_only_when_it_has_everywhere() -> None:
    # 12:00 UTC is 7:00 in Toronto, and 0:00 on Baker Island, the last place of the world.
    assert understood(ScheduleWish(at="2020-12-16 01:00", zone="member")).readers_time
    assert refused(ScheduleWish(at="2020-12-16 00:00", zone="member")).code == "schedule-past"
    assert refused(ScheduleWish(at="2020-12-16 01:00")).code == "schedule-past"


@pytest.mark.parametrize("written", ["America/Vancouver", "america/vancouver", " AMERICA/VANCOUVER "])
def test_a_zone_in_any_case(written: str) -> None:
    assert understood(ScheduleWish(at="2020-12-18 09:00", zone=written)).zone == "America/Vancouver"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Toronto", "America/Toronto"),
        ("Alberta", "America/Edmonton"),
        ("America/Tornto", "America/Toronto"),
        ("membr", "member"),
    ],
)
def test_an_unknown_zone_gets_the_nearest(written: str, meant: str) -> None:
    assert meant in refused(ScheduleWish(at="2020-12-18 09:00", zone=written)).hint


def test_readers_time_keeps_the_publications_zone_for_those_without_one() -> None:
    found = understood(ScheduleWish(at="2020-12-18 09:00", zone="Member"), zone="America/Halifax")
    assert found.readers_time
    assert found.zone == "America/Halifax"


def test_expiry_is_the_greetings_or_the_authors() -> None:
    assert (
        understood(ScheduleWish(at="2020-12-18 09:00", expires="local-midnight")).expiry
        is Expiry.LOCAL_MIDNIGHT
    )
    assert understood(ScheduleWish(at="9:00", holiday="noel", expires="never")).expiry is Expiry.NEVER


def test_every_year_names_its_occurrence_by_the_local_day_of_the_send() -> None:
    found = understood(
        ScheduleWish(at="09:00", holiday="christmas-day", offset="-3 working days", every="year")
    )
    assert found.repeat is Repeat.YEAR
    assert found.occurrence == "2020-12-22"


@pytest.mark.parametrize(
    ("at", "sent", "moved"),
    [
        ("2019-12-18 09:00", "2020-12-18T09:00", False),
        ("2019-12-16 06:59", "2021-12-16T06:59", False),
        ("2030-01-01 09:00", "2030-01-01T09:00", False),
        ("2020-02-29 09:00", "2021-02-28T09:00", True),  # no 29 February: the 28th, and a warning
        ("2024-02-29 09:00", "2024-02-29T09:00", False),
        ("1996-02-29 09:00", "2021-02-28T09:00", True),
    ],
)
def test_a_date_every_year_comes_back_on_its_day(at: str, sent: str, *, moved: bool) -> None:
    found = understood(ScheduleWish(at=at, every="year"))
    assert found.local.isoformat(timespec="minutes") == sent
    assert found.occurrence == sent[:10]
    assert found.moved_leap_day is moved


TEXT = st.text(max_size=12)


@given(
    at=st.one_of(TEXT, st.sampled_from(["9:00", "2021-03-14 02:30"])),
    holiday=st.one_of(st.just(""), TEXT),
    calendar=st.one_of(st.just(""), TEXT),
    offset=st.one_of(st.just(""), TEXT),
    zone=st.one_of(st.just(""), TEXT),
    year=st.one_of(st.none(), st.integers()),
    every=st.sampled_from(["", "year", "x"]),
    expires=st.sampled_from(["", "never", "x"]),
)
def test_any_wish_is_understood_or_explained(
    at: str, holiday: str, calendar: str, offset: str, zone: str, year: int | None, every: str, expires: str
) -> None:
    wish = ScheduleWish(at, holiday, calendar, offset, zone, year, every, expires)
    try:
        found = understood(wish)
    except AuthorError:
        return
    assert moment(found.local, found.zone).at > NOW
