"""Eighteen months of holidays are stored with the data's version; a change of the data is shown, and moves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest

from newsletter.model.campaign import CampaignStatus
from newsletter.model.issue import ScheduleWish
from newsletter.pipeline import almanac, due, freeze, holidays, schedule
from newsletter.planning import holidays as days
from newsletter.planning.catalogue import HOLIDAYS
from newsletter.store import tables
from newsletter.worker.embedded import Runner
from tests.ledger import Bench, edition
from tests.seed import people, seed

TWO = {"NEWSLETTER_HOLIDAYS_CALENDARS": "CA-QC, ca"}


@contextmanager
def newer_data(monkeypatch: pytest.MonkeyPatch, **moved: date | None) -> Iterator[None]:
    """A release of the data in which some days are others, or none."""
    real = days.days_of

    def other(holiday: object, calendar: str, year: int) -> tuple[days.HolidayDay, ...]:
        found = real(holiday, calendar, year)  # type: ignore[arg-type]
        changed = []
        for each in found:
            name = each.holiday.key.replace("-", "_")
            day = moved.get(name, each.day)
            if day is not None:
                near = name in moved and abs(day - each.day) < timedelta(days=60)
                changed.append(days.replace(each, day=day) if near else each)
        return tuple(changed)

    with monkeypatch.context() as patch:
        for module in (days, almanac):
            patch.setattr(module, "days_of", other)
        patch.setattr(almanac, "data_version", lambda: "holidays 99.0")
        yield


def test_the_months_ahead_are_stored_once_with_the_version(desk: Bench) -> None:
    assert almanac.renew(desk.ctx) == []
    rows = desk.rows(tables.holiday_days)
    first, last = min(row.day for row in rows), max(row.day for row in rows)
    assert first >= date(2020, 12, 16)
    assert date(2022, 5, 1) < last <= date(2022, 6, 18)
    assert {row.data for row in rows} == {almanac.data_version()}
    assert {row.calendar for row in rows} == {"CA-ON"}
    christmas = [row for row in rows if row.key == "christmas-day"]
    assert [(row.day, row.observed) for row in christmas] == [
        (date(2020, 12, 25), None),
        (date(2021, 12, 25), date(2021, 12, 27)),
    ]
    assert almanac.renew(desk.ctx) == []


@pytest.mark.parametrize("environ", [TWO], indirect=True)
def test_the_chosen_calendars_are_stored_beside_the_publications(desk: Bench) -> None:
    almanac.renew(desk.ctx)
    assert {row.calendar for row in desk.rows(tables.holiday_days)} == {"CA-QC", "CA", "CA-ON"}


def test_time_that_passes_is_no_change_of_the_data(desk: Bench) -> None:
    for step in (1, 30, 400, -2, 3, 365):
        desk.later(days=step)
        assert almanac.renew(desk.ctx) == [], step
    assert desk.rows(tables.holiday_changes) == []


@pytest.mark.parametrize("environ", [{"NEWSLETTER_APPROVAL_DAYS": "0"}], indirect=True)
def test_a_change_of_the_data_is_shown_and_moves_no_mailing(
    desk: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freeze, "differs", lambda *_: False)
    seed(desk.ctx, people(3, timezone="America/Toronto"))
    almanac.renew(desk.ctx)
    wish = ScheduleWish(at="09:00", holiday="family-day", year=2021)
    campaign = desk.mailing(edition("family"), when=schedule.timetable(desk.ctx, wish))
    desk.later(hours=1)
    with newer_data(monkeypatch, family_day=date(2021, 2, 22), flag_day=None):
        found = holidays.listed(desk.ctx, language="en")
        assert {(one.key, one.was, one.became, one.became_data) for one in found.changes} == {
            ("family-day", date(2021, 2, 15), date(2021, 2, 22), "holidays 99.0"),
            ("flag-day", date(2021, 2, 15), None, "holidays 99.0"),
            ("flag-day", date(2022, 2, 15), None, "holidays 99.0"),
        }
        ((number, slug, said),) = found.mailings
        assert (number, slug, said[0].check) == (campaign.id, "family", "holiday-moved")
        assert said[0].message == (
            "Family Day was Monday 15 February 2021 when this was planned, and is Monday 22 February 2021 by the data of now. "
            "The plan stays as it was."
        )
        assert almanac.renew(desk.ctx) == [], "it is noted once"
        desk.clock[0] = datetime(2021, 2, 15, 14, tzinfo=UTC)
        desk.start()
        assert desk.campaign(campaign.id).status is CampaignStatus.SENDING
    lines = [holidays.change_line(change, "fr") for change in found.changes]
    assert any("lundi 15 février 2021 → lundi 22 février 2021" in line for line in lines)
    assert any("→ aucune date" in line for line in lines)


def test_a_day_that_the_data_gained_is_shown(desk: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    with newer_data(monkeypatch, heritage_day=None, family_day=None):
        almanac.renew(desk.ctx)
    desk.later(days=1)
    gained = {(change.key, change.was, change.became) for change in almanac.renew(desk.ctx)}
    assert gained == {
        ("family-day", None, date(2021, 2, 15)),
        ("family-day", None, date(2022, 2, 21)),
    }


def test_the_list_of_one_year_and_of_the_months_ahead(desk: Bench) -> None:
    ahead = holidays.listed(desk.ctx)
    assert ahead.rows[0].found.day >= date(2020, 12, 16)
    assert ahead.calendar == "CA-ON"
    year = holidays.listed(desk.ctx, calendar="ca-qc", year=2027, language="fr")
    assert {row.found.day.year for row in year.rows} == {2027}
    by_key = {row.found.holiday.key: holidays.line(row, "fr") for row in year.rows}
    assert by_key["saint-jean-baptiste"] == (
        "jeudi 24 juin 2027  Fête nationale du Québec [saint-jean-baptiste]  jour férié"
    )
    assert by_key["christmas-day"].endswith("jour férié, observé le lundi 27 décembre 2027")
    assert "date estimée, à confirmer (voir fiqhcouncil.org)" in by_key["eid-al-fitr"]
    assert "commence le soir du" in by_key["hanukkah"]
    found = holidays.as_json(year)
    assert len(found["holidays"]) == len(year.rows)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_line_speaks_one_language(desk: Bench, language: str) -> None:
    other = "fr" if language == "en" else "en"
    for calendar in ("CA", "CA-QC", "CA-NL"):
        for row in holidays.listed(desk.ctx, calendar=calendar, year=2028).rows:
            said = holidays.line(row, language)
            mine, theirs = (HOLIDAYS[row.found.holiday.key].name(name) for name in (language, other))
            assert mine in said
            assert mine == theirs or theirs not in said.replace(mine, "")


@pytest.mark.parametrize(("only", "stored"), [(None, True), (1, False)])
def test_whoever_sends_looks_ahead_once_an_hour_and_a_single_mailing_does_not_wait_for_it(
    desk: Bench, only: int | None, stored: bool
) -> None:
    runner = Runner(desk.ctx, only)
    assert runner.start()
    runner.run(lambda: not due.busy(desk.ctx))
    runner.close()
    assert bool(desk.rows(tables.holiday_days)) is stored
