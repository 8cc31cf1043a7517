"""A month as staff see it: bands of several calendars, days on which nothing leaves, mailings, and what is only planned."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model.campaign import CampaignStatus
from newsletter.pipeline import confirming, control, month
from newsletter.pipeline.bands import Band
from newsletter.planning.holidays import find, table
from tests.ledger import Bench
from tests.seed import people, seed
from tests.timed import planned

GREETING = """---
subject: A year
title: A year of making it work
template: greeting
schedule: {holiday: christmas-day, offset: -3 working days, at: "09:00", zone: member}
---

Hello
"""
CALENDARS = {"NEWSLETTER_HOLIDAYS_CALENDARS": "CA-ON,CA-QC,CA-BC"}
CLOSED = {"NEWSLETTER_BLACKOUT_DAYS": "2020-12-24/2021-01-02"}


def named(desk: Bench, day: date, language: str = "en") -> list[str]:
    found = month.month(desk.ctx, day, language).day(day)
    assert found is not None
    return [band.name for band in found.bands]


@given(day=st.dates(date(1960, 1, 1), date(2110, 1, 1)), language=st.sampled_from(["en", "fr"]))
def test_every_month_is_whole_weeks_that_begin_on_sunday(desk: Bench, day: date, language: str) -> None:
    found = month.month(desk.ctx, day, language)
    days = [each.day for week in found.weeks for each in week]
    assert all(after - before == timedelta(days=1) for before, after in pairwise(days))
    assert {len(week) for week in found.weeks} == {7}
    assert days[0].weekday() == 6
    own = [each.day for each in found.days]
    assert own[0].day == 1
    assert (own[-1] + timedelta(days=1)).day == 1


def test_the_next_month_and_the_one_before() -> None:
    assert month.next_of(date(2026, 12, 5), 1) == date(2027, 1, 1)
    assert month.next_of(date(2027, 1, 31), -1) == date(2026, 12, 1)
    assert month.next_of(date(2100, 12, 1), 1) <= date(2100, 12, 1)


@pytest.mark.parametrize("environ", [CALENDARS], indirect=True)
def test_a_holiday_of_several_calendars_is_one_band(desk: Bench) -> None:
    found = month.month(desk.ctx, date(2026, 12, 1), "en").day(date(2026, 12, 25))
    assert found is not None
    (christmas,) = found.bands
    assert (christmas.name, christmas.other_name, christmas.standing) == (
        "Christmas Day",
        "Jour de Noël",
        "statutory",
    )
    assert set(christmas.calendars) == {"CA-ON", "CA-QC", "CA-BC"}
    assert named(desk, date(2027, 6, 24), "fr") == ["Saint-Jean-Baptiste"] or named(
        desk, date(2027, 6, 24), "fr"
    )


def test_a_day_off_that_is_observed_later_stands_on_both_days(desk: Bench) -> None:
    found = month.month(desk.ctx, date(2026, 12, 1), "en")
    own, kept = found.day(date(2026, 12, 26)), found.day(date(2026, 12, 28))
    assert own is not None
    assert kept is not None
    assert [(band.key, band.observed) for band in (*own.bands, *kept.bands)] == [
        ("boxing-day", False),
        ("boxing-day", True),
    ]


def band_on(desk: Bench, day: date, key: str) -> Band | None:
    found = month.month(desk.ctx, day, "en").day(day)
    assert found is not None
    return next((band for band in found.bands if band.key == key), None)


def test_a_feast_wants_a_persons_word_and_moves_with_it(desk: Bench) -> None:
    feast = find("eid-al-fitr", "CA-ON")
    reckoned = next(each.day for each in table("CA-ON", [2021]) if each.holiday.key == feast.key)
    before = band_on(desk, reckoned, feast.key)
    assert before is not None
    assert (before.unsure, before.confirmed) == (True, False)
    later = reckoned + timedelta(days=1)
    confirming.confirm(desk.ctx, feast.key, year=2021, day=later)
    assert band_on(desk, reckoned, feast.key) is None
    after = band_on(desk, later, feast.key)
    assert after is not None
    assert after.confirmed


@pytest.mark.parametrize("environ", [CLOSED], indirect=True)
def test_days_on_which_nothing_leaves_are_told(desk: Bench) -> None:
    found = month.month(desk.ctx, date(2020, 12, 1), "fr")
    closed = [each.day for each in found.days if each.closed]
    assert closed == [date(2020, 12, day) for day in range(24, 32)]


def test_the_clocks_change_twice_a_year(desk: Bench) -> None:
    def told(day: date) -> list[tuple[date, str]]:
        return [(each.day, each.clocks) for each in month.month(desk.ctx, day, "en").days if each.clocks]

    assert told(date(2027, 3, 1)) == [(date(2027, 3, 14), "forward")]
    assert told(date(2026, 11, 1)) == [(date(2026, 11, 1), "back")]
    assert told(date(2026, 12, 1)) == []


def test_mailings_stand_on_their_local_day_with_their_status(desk: Bench) -> None:
    seed(desk.ctx, people(5))
    number = planned(desk, 24, member=True).id
    found = month.month(desk.ctx, date(2020, 12, 1), "en").day(date(2020, 12, 17))
    assert found is not None
    (entry,) = found.entries
    assert (entry.kind, entry.number, entry.status, entry.time) == (
        "mailing",
        number,
        CampaignStatus.SCHEDULED,
        "14:00",
    )
    assert (entry.readers_time, entry.movable) == (True, True)
    assert "in each reader's own time" in entry.said
    control.cancel(desk.ctx, number)
    found = month.month(desk.ctx, date(2020, 12, 1), "en").day(date(2020, 12, 17))
    assert found is not None
    assert not found.entries[0].movable


def test_an_issue_that_is_only_planned_stands_there_until_it_is_a_mailing(desk: Bench) -> None:
    folder = desk.ctx.root / "issues"
    folder.mkdir()
    (folder / "greeting.md").write_text(GREETING)
    (folder / "broken.md").write_text("---\nschedule: {at: never}\n---\nx")
    found = [one for each in month.month(desk.ctx, date(2020, 12, 1), "en").days for one in each.entries]
    assert [(one.kind, one.slug, one.title, one.local.date()) for one in found] == [
        ("issue", "greeting", "A year of making it work", date(2020, 12, 22))
    ]
    seed(desk.ctx, people(2))
    planned(desk, 24)
    found = [one for each in month.month(desk.ctx, date(2020, 12, 1), "en").days for one in each.entries]
    assert [one.kind for one in found] == ["mailing"]


def test_looking_at_a_month_writes_nothing(desk: Bench) -> None:
    seed(desk.ctx, people(2))
    planned(desk, 24)
    with desk.ctx.store.read() as db:
        before = db.exec_driver_sql("SELECT count(*), max(id) FROM audit").all()
    month.month(desk.ctx, date(2020, 12, 1), "en")
    with desk.ctx.store.read() as db:
        assert db.exec_driver_sql("SELECT count(*), max(id) FROM audit").all() == before
