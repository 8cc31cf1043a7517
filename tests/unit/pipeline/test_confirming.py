"""A person's word about the day of a feast: stored, audited, fresh; without it no greeting goes out, and none in silence."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from newsletter.model.campaign import Campaign, CampaignStatus
from newsletter.model.errors import AuthorError, NotAllowed
from newsletter.model.issue import ScheduleWish
from newsletter.pipeline import confirming, control, freeze, holidays, schedule
from newsletter.pipeline.submit import Desk, submit_next
from newsletter.store import tables
from tests.ledger import Bench, edition
from tests.seed import people, seed

EID = date(2021, 5, 13)


@pytest.fixture(autouse=True)
def _same_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freeze, "differs", lambda *_: False)


def planned(desk: Bench, holiday: str = "eid-al-fitr", offset: str = "") -> Campaign:
    seed(desk.ctx, people(6, timezone="America/Toronto"))
    times = schedule.timetable(desk.ctx, ScheduleWish(at="09:00", holiday=holiday, offset=offset))
    return desk.mailing(edition(holiday), when=times)


def work(desk: Bench) -> int:
    desk.start()
    worker = Desk(desk.ctx, "me")
    while submit_next(worker):
        pass
    return sum(desk.witness.copies().values())


def test_unconfirmed_it_is_held_with_the_reason_and_never_sent(desk: Bench) -> None:
    campaign = planned(desk)
    desk.clock[0] = datetime(2021, 5, 13, 13, tzinfo=UTC)
    assert work(desk) == 0
    held = desk.campaign(campaign.id)
    assert held.status is CampaignStatus.HELD
    assert held.reason == (
        "setup: nobody confirmed Eid al-Fitr as Thursday 13 May 2021 within 30 days of the mailing\n"
        "Aïd el-Fitr\u00a0: personne n’a confirmé le jeudi 13 mai 2021 dans les 30 jours avant l’envoi"
    )
    control.resume(desk.ctx, campaign.id)  # a person who resumes has not looked at the moon either
    assert work(desk) == 0
    assert desk.campaign(campaign.id).status is CampaignStatus.HELD
    confirming.confirm(desk.ctx, "eid-al-fitr")
    control.resume(desk.ctx, campaign.id)
    assert work(desk) == 6


@pytest.mark.parametrize("environ", [{"NEWSLETTER_APPROVAL_DAYS": "0"}], indirect=True)
def test_confirmed_within_thirty_days_it_goes_out(desk: Bench) -> None:
    campaign = planned(desk)
    desk.clock[0] = datetime(2021, 4, 20, tzinfo=UTC)
    found = confirming.confirm(desk.ctx, "Aïd el-Fitr")
    assert (found.day, found.until) == (EID, date(2021, 5, 20))
    desk.clock[0] = datetime(2021, 5, 13, 13, tzinfo=UTC)
    assert work(desk) == 6
    assert desk.campaign(campaign.id).status is CampaignStatus.FINISHED


def test_a_word_that_is_too_old_does_not_count(desk: Bench) -> None:
    confirming.confirm(desk.ctx, "eid-al-fitr", year=2021)
    campaign = planned(desk)
    desk.clock[0] = datetime(2021, 5, 13, 13, tzinfo=UTC)
    assert work(desk) == 0
    assert desk.campaign(campaign.id).status is CampaignStatus.HELD


def test_another_day_than_the_planned_one_holds_it(desk: Bench) -> None:
    campaign = planned(desk)
    desk.clock[0] = datetime(2021, 5, 11, tzinfo=UTC)
    confirming.confirm(desk.ctx, "eid-al-fitr", day=date(2021, 5, 12))
    ((number, _, said),) = holidays.concerned(desk.ctx, "en")
    assert number == campaign.id
    assert "was confirmed as Wednesday 12 May 2021" in said[0].message
    desk.clock[0] = datetime(2021, 5, 13, 13, tzinfo=UTC)
    assert work(desk) == 0
    assert "was confirmed as Wednesday 12 May 2021" in desk.campaign(campaign.id).reason


def test_what_is_planned_after_the_word_is_planned_for_the_day_that_it_names(desk: Bench) -> None:
    desk.clock[0] = datetime(2021, 5, 1, tzinfo=UTC)
    confirming.confirm(desk.ctx, "eid-al-fitr", day=date(2021, 5, 14))
    campaign = planned(desk, offset="-1 day")
    assert desk.campaign(campaign.id).due_at == datetime(2021, 5, 13, 13, tzinfo=UTC)
    desk.clock[0] = datetime(2021, 5, 13, 13, tzinfo=UTC)
    assert work(desk) == 6


def test_the_newest_word_counts_and_all_stay_on_record(desk: Bench) -> None:
    desk.clock[0] = datetime(2021, 5, 1, tzinfo=UTC)
    for day in (date(2021, 5, 12), date(2021, 5, 14), EID):
        confirming.confirm(desk.ctx, "eid-al-fitr", day=day)
        desk.later(hours=1)
    assert confirming.settled(desk.ctx) == {("eid-al-fitr", EID): EID}
    assert [row.day for row in desk.rows(tables.holiday_words)] == [date(2021, 5, 12), date(2021, 5, 14), EID]
    audited = [row for row in desk.rows(tables.audit) if row.act == "confirm-holiday"]
    assert [row.detail["day"] for row in audited] == ["2021-05-12", "2021-05-14", "2021-05-13"]
    assert {row.actor for row in audited} == {"tester"}


def test_the_remark_says_what_must_be_done_until_it_is_done(desk: Bench) -> None:
    desk.clock[0] = datetime(2021, 5, 1, tzinfo=UTC)
    table = schedule.timetable(desk.ctx, ScheduleWish(at="09:00", holiday="eid-al-fitr"))
    zones = {("America/Toronto", ""): 3}
    checks = [one.check for one in schedule.outlook(desk.ctx, table, zones).remarks]
    assert checks == ["holiday-estimated", "holiday-confirm"]
    confirming.confirm(desk.ctx, "eid-al-fitr")
    again = schedule.timetable(desk.ctx, ScheduleWish(at="09:00", holiday="eid-al-fitr"))
    assert schedule.outlook(desk.ctx, again, zones).remarks == []


def test_hanukkah_begins_on_the_evening_before(desk: Bench) -> None:
    table = schedule.timetable(desk.ctx, ScheduleWish(at="09:00", holiday="hanukkah", offset="-1 day"))
    found = schedule.outlook(desk.ctx, table, {("America/Toronto", ""): 3})
    said = {one.check: one.message for one in found.remarks}
    assert said["holiday-evening"] == "Hanukkah begins on the evening of Sunday 28 November 2021."
    assert "hebcal.com" in said["holiday-confirm"]


def test_an_announced_week_is_kept_like_a_feast(desk: Bench) -> None:
    """Stored and read back: years are numbers to us and names to JSON."""
    table = schedule.timetable(
        desk.ctx, ScheduleWish(at="09:00", holiday="national-volunteer-week", year=2030)
    )
    assert schedule.read(schedule.stored(table)) == table


@pytest.mark.parametrize(
    ("name", "given", "code"),
    [
        ("christmas-day", {}, "holiday-certain"),
        ("eid-al-fitr", {"day": date(2021, 7, 1)}, "holiday-far"),
        ("diwali", {"year": 2090}, "holiday-no-day"),
    ],
)
def test_words_that_make_no_sense_are_refused(
    desk: Bench, name: str, given: dict[str, object], code: str
) -> None:
    with pytest.raises(NotAllowed) as caught:
        confirming.confirm(desk.ctx, name, **given)  # type: ignore[arg-type]
    assert caught.value.code == code
    assert caught.value.hint
    assert desk.rows(tables.holiday_words) == []


def test_a_holiday_that_is_none_is_refused_with_the_nearest(desk: Bench) -> None:
    with pytest.raises(AuthorError, match="no holiday 'eid al fitre'"):
        confirming.confirm(desk.ctx, "eid al fitre")


def test_on_the_days_around_the_feast_it_is_this_years_that_is_meant(desk: Bench) -> None:
    for day in (EID - timedelta(days=3), EID, EID + timedelta(days=3)):
        desk.clock[0] = datetime(day.year, day.month, day.day, 15, tzinfo=UTC)
        assert confirming.confirm(desk.ctx, "eid-al-fitr").day == EID
    desk.clock[0] = datetime(2021, 9, 1, tzinfo=UTC)
    assert confirming.confirm(desk.ctx, "eid-al-fitr").day.year == 2022
