"""Flags of the command line over the schedule of the front matter."""

from __future__ import annotations

from newsletter.model.issue import ScheduleWish
from newsletter.model.place import Place
from newsletter.planning.when import merge

PLACE = Place("issues/greeting.en.md", 7)
GREETING = ScheduleWish(at="09:00", holiday="christmas-day", offset="-3 working days", place=PLACE)

WRITTEN = ScheduleWish(
    at="09:00",
    holiday="christmas-day",
    calendar="CA-QC",
    offset="-3 working days",
    zone="member",
    year=2021,
    every="year",
    place=PLACE,
)


def test_without_flags_the_front_matter_counts_with_its_place() -> None:
    assert merge(WRITTEN, ScheduleWish()) is WRITTEN
    assert merge(None, GREETING) is GREETING


def test_a_flag_beats_its_key() -> None:
    assert merge(WRITTEN, ScheduleWish(at="10:00", zone="America/Halifax")) == ScheduleWish(
        at="10:00", holiday="christmas-day", calendar="CA-QC", offset="-3 working days", zone="America/Halifax", year=2021, every="year"
    )  # fmt: skip


def test_a_dated_flag_replaces_the_holiday() -> None:
    assert merge(WRITTEN, ScheduleWish(at="2020-12-18 10:00")) == ScheduleWish(
        at="2020-12-18 10:00", zone="member", every="year"
    )


def test_a_holiday_flag_replaces_the_date_and_the_offset() -> None:
    dated = ScheduleWish(at="2020-12-18 10:00", zone="member", place=PLACE)
    assert merge(dated, ScheduleWish(at="8:00", holiday="boxing-day")) == ScheduleWish(
        at="8:00", holiday="boxing-day", zone="member"
    )
    assert merge(WRITTEN, ScheduleWish(holiday="canada-day")) == ScheduleWish(
        at="09:00", holiday="canada-day", calendar="CA-QC", zone="member", every="year"
    )
