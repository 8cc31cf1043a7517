"""Quiet hours and blackout days where it counts: in the transaction that lets a batch leave."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta

import pytest

from newsletter.model.campaign import BatchState, Campaign, CampaignStatus
from newsletter.model.errors import NotAllowed
from newsletter.model.issue import ScheduleWish
from newsletter.pipeline import conclude, control, due, freeze, hold, hours, schedule, why
from newsletter.pipeline.schedule import Timetable
from newsletter.pipeline.submit import Desk, submit_next
from newsletter.planning import when
from newsletter.planning.plan import Expiry, LocalPlan
from newsletter.settings import resolve
from newsletter.store import tables
from tests.ledger import Bench, edition
from tests.seed import people, seed

NIGHT = {"NEWSLETTER_QUIET_HOURS": "21:00-07:00", "NEWSLETTER_SEND_BATCH_SIZE": "4"}
CLOSED = {"NEWSLETTER_BLACKOUT_HOLIDAYS": "both", "NEWSLETTER_BLACKOUT_DAYS": "2020-12-17"}
TORONTO, VANCOUVER = "America/Toronto", "America/Vancouver"


@pytest.fixture(autouse=True)
def _same_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freeze, "differs", lambda *_: False)


def scheduled(
    desk: Bench,
    local: str,
    *,
    members: int = 10,
    expiry: Expiry = Expiry.NEVER,
    timezone: str = TORONTO,
    readers_time: bool = False,
) -> Campaign:
    seed(desk.ctx, people(members, timezone=timezone))
    plan = LocalPlan(
        local=datetime.fromisoformat(local), zone=TORONTO, readers_time=readers_time, expiry=expiry
    )
    times = Timetable(plan, desk.clock[0], hours=hours.of(desk.ctx, plan, plan.day))
    return desk.mailing(edition("news"), when=times)


def at(desk: Bench, instant: str) -> None:
    desk.clock[0] = datetime.fromisoformat(instant).replace(tzinfo=UTC)


def work(desk: Bench) -> int:
    """All that may leave now; how many people got it by now."""
    desk.start()
    worker = Desk(desk.ctx, "me")
    while submit_next(worker):
        pass
    return sum(desk.witness.copies().values())


def states(desk: Bench) -> set[BatchState]:
    return {BatchState(row.state) for row in desk.rows(tables.batches)}


@pytest.mark.parametrize("environ", [NIGHT], indirect=True)
def test_what_comes_due_late_in_the_evening_waits_for_the_morning(desk: Bench) -> None:
    campaign = scheduled(desk, "2020-12-16T20:59")
    at(desk, "2020-12-17T02:01")  # 21:01 in Toronto: the machine was a little late
    assert work(desk) == 0
    assert states(desk) == {BatchState.RETRY_WAIT}
    at(desk, "2020-12-17T11:59")
    due.hold_late(desk.ctx)  # it is not late: it waits by rule
    assert not due.busy(desk.ctx), "`work --once` does not sit there until the morning"
    assert work(desk) == 0
    assert desk.campaign(campaign.id).status is CampaignStatus.SENDING
    at(desk, "2020-12-17T12:00")  # seven
    assert work(desk) == 10
    assert set(desk.witness.copies().values()) == {1}
    assert desk.books(campaign.id).closed
    assert desk.campaign(campaign.id).status is CampaignStatus.FINISHED


@pytest.mark.parametrize("environ", [NIGHT], indirect=True)
def test_what_was_paused_and_is_resumed_at_night_waits(desk: Bench) -> None:
    campaign = scheduled(desk, "2020-12-16T20:00")
    at(desk, "2020-12-17T01:00")
    desk.start()
    assert submit_next(Desk(desk.ctx, "me"))
    first = sum(desk.witness.copies().values())
    assert 0 < first < 10
    control.pause(desk.ctx, campaign.id)
    at(desk, "2020-12-17T04:00")
    control.resume(desk.ctx, campaign.id)
    assert work(desk) == first
    at(desk, "2020-12-17T12:00")
    assert work(desk) == 10


@pytest.mark.parametrize("environ", [NIGHT], indirect=True)
def test_a_greeting_that_could_only_leave_tomorrow_expires(desk: Bench) -> None:
    campaign = scheduled(desk, "2020-12-16T20:59", expiry=Expiry.LOCAL_MIDNIGHT)
    at(desk, "2020-12-17T02:01")
    assert work(desk) == 0
    assert desk.books(campaign.id).expired == 10
    assert desk.campaign(campaign.id).status is CampaignStatus.FINISHED
    at(desk, "2020-12-17T13:00")
    assert work(desk) == 0


@pytest.mark.parametrize("environ", [NIGHT], indirect=True)
def test_what_a_person_sends_at_once_leaves_at_night(desk: Bench) -> None:
    seed(desk.ctx, people(10, timezone=TORONTO))
    at(desk, "2020-12-17T04:00")
    desk.mailing(edition("news"))
    assert work(desk) == 10


@pytest.mark.parametrize("environ", [NIGHT], indirect=True)
def test_each_wave_has_the_night_of_its_zone(desk: Bench) -> None:
    seed(desk.ctx, [{"email": "v@reader.example", "timezone": VANCOUVER, "language": "en"}])
    scheduled(desk, "2020-12-16T20:00", readers_time=True)
    at(desk, "2020-12-17T04:30")  # 23:30 in Toronto, 20:30 in Vancouver
    work(desk)
    assert desk.witness.copies() == {"v@reader.example": 1}
    at(desk, "2020-12-17T12:00")
    assert work(desk) == 11


@pytest.mark.parametrize("environ", [NIGHT], indirect=True)
def test_a_time_that_is_asked_for_at_night_is_shifted_when_it_is_planned(desk: Bench) -> None:
    wish = ScheduleWish(at="2020-12-16 23:00")
    table = schedule.timetable(desk.ctx, wish)
    found = schedule.outlook(desk.ctx, table, {(TORONTO, ""): 3})
    (wave,) = table.waves({(TORONTO, ""): 3}).waves
    assert wave.due_at == datetime(2020, 12, 17, 12, tzinfo=UTC)
    assert [one.check for one in found.remarks] == ["quiet-hours"]
    assert "Thursday 17 December 2020 at 7:00" in found.remarks[0].message
    kept = schedule.read(schedule.stored(table))
    assert kept == table, "the store keeps the hours that were judged"


@pytest.mark.parametrize("environ", [CLOSED], indirect=True)
def test_what_is_resumed_on_a_blackout_day_waits_until_it_is_over(desk: Bench) -> None:
    campaign = scheduled(desk, "2020-12-16T20:00")
    at(desk, "2020-12-17T00:59")
    control.pause(desk.ctx, campaign.id)
    at(desk, "2020-12-17T15:00")
    control.resume(desk.ctx, campaign.id)
    desk.start()
    assert desk.campaign(campaign.id).reason == conclude.LATE
    control.resume(desk.ctx, campaign.id)  # a person lets it go late
    assert work(desk) == 0
    at(desk, "2020-12-18T05:00")
    assert work(desk) == 10


@pytest.mark.parametrize("environ", [CLOSED], indirect=True)
def test_a_greeting_leaves_on_its_own_holiday_and_news_do_not(desk: Bench) -> None:
    seed(desk.ctx, people(10, timezone=TORONTO))
    wish = ScheduleWish(at="09:00", holiday="christmas-day", year=2020)
    desk.mailing(edition("greeting"), when=schedule.timetable(desk.ctx, wish))
    at(desk, "2020-12-25T14:00")
    assert work(desk) == 10


@pytest.mark.parametrize("environ", [{"NEWSLETTER_QUIET_HOURS": "night"}], indirect=True)
def test_a_setting_that_cannot_be_read_pauses_the_mailing_and_says_so(desk: Bench) -> None:
    seed(desk.ctx, people(10, timezone=TORONTO))
    plan = LocalPlan(datetime(2020, 12, 16, 20), TORONTO, readers_time=False, expiry=Expiry.NEVER)
    campaign = desk.mailing(edition("news"), when=Timetable(plan, desk.clock[0]))
    at(desk, "2020-12-17T01:00")
    assert work(desk) == 0
    found = desk.campaign(campaign.id)
    assert (found.status, found.reason) == (
        CampaignStatus.PAUSED,
        "setup: quiet.hours: 'night' is no window of time\nquiet.hours\u00a0: 'night' n’est pas une plage horaire",
    )


@pytest.mark.parametrize("environ", [NIGHT], indirect=True)
def test_why_says_what_somebody_waits_for(desk: Bench) -> None:
    scheduled(desk, "2020-12-16T20:59")
    at(desk, "2020-12-17T02:01")
    work(desk)
    told = why.why(desk.ctx, "p1@reader.example")
    assert "quiet hours" in str(told)


def test_hours_that_were_set_since_are_said_before_it_is_approved(desk: Bench) -> None:
    zones = {(TORONTO, ""): 3}
    plan = LocalPlan(datetime(2020, 12, 16, 22), TORONTO, readers_time=False, expiry=Expiry.LOCAL_MIDNIGHT)
    table = Timetable(plan, desk.clock[0])
    assert schedule.outlook(desk.ctx, table, zones).remarks == []
    settings = resolve({}, NIGHT, {})
    object.__setattr__(desk.ctx, "settings", settings)
    (remark,) = schedule.outlook(desk.ctx, table, zones).remarks
    assert remark.message == (
        "By the quiet hours, blackout days and sending window of now it leaves Thursday 17 December 2020 at 7:00 at the earliest. "
        "It expires before: schedule it anew."
    )


def test_a_schedule_of_an_earlier_release_is_understood_and_one_of_a_later_one_too() -> None:
    """45 days ahead: made under one release, run under the next."""
    wish = ScheduleWish(at="09:00", holiday="christmas-day", offset="-3 working days", zone="member")
    now = datetime(2020, 11, 1, tzinfo=UTC)
    found = Timetable(when.plan(wish, zone=TORONTO, calendar="CA-ON", now=now), now)
    kept = schedule.stored(found)
    assert kept
    older = copy.deepcopy(kept)
    del older["hours"], older["plan"]["observed"], older["plan"]["holiday"]["reckoned"]
    for name in ("feast", "sighted", "evening"):
        del older["plan"]["holiday"]["holiday"][name]
    later = copy.deepcopy(kept)
    later["plan"]["colour"] = later["plan"]["holiday"]["holiday"]["moon"] = "green"
    assert schedule.read(older) == schedule.read(later) == found


# --- recipients are written down before the first clock of the world shows the time ---


def test_a_member_who_lives_where_the_day_begins_gets_it_in_time(desk: Bench) -> None:
    """Approved while everybody lived in Toronto; then somebody on Kiritimati (UTC+14) came."""
    campaign = scheduled(desk, "2020-12-18T09:00", readers_time=True)
    assert desk.campaign(campaign.id).due_at == datetime(2020, 12, 18, 14, tzinfo=UTC)
    seed(desk.ctx, [{"email": "k@reader.example", "timezone": "Pacific/Kiritimati", "language": "en"}])
    at(desk, "2020-12-17T18:54")
    desk.start()
    assert desk.campaign(campaign.id).status is CampaignStatus.SCHEDULED
    at(desk, "2020-12-17T18:55")  # five minutes before it is nine there
    assert work(desk) == 0
    found = desk.campaign(campaign.id)
    assert (found.status, found.due_at) == (
        CampaignStatus.SENDING,
        datetime(2020, 12, 17, 19, tzinfo=UTC),
    )
    at(desk, "2020-12-17T19:00")
    assert work(desk) == 1
    assert desk.witness.copies() == {"k@reader.example": 1}
    at(desk, "2020-12-18T13:59")
    assert work(desk) == 1
    at(desk, "2020-12-18T14:00")
    assert work(desk) == 11


def test_in_one_zone_recipients_are_written_down_just_before(desk: Bench) -> None:
    campaign = scheduled(desk, "2020-12-18T09:00")
    at(desk, "2020-12-18T13:54")
    desk.start()
    assert desk.campaign(campaign.id).status is CampaignStatus.SCHEDULED
    desk.later(minutes=1)
    desk.start()
    assert desk.campaign(campaign.id).status is CampaignStatus.SENDING
    assert desk.clock[0] + timedelta(minutes=5) == datetime(2020, 12, 18, 14, tzinfo=UTC)


@pytest.mark.parametrize("environ", [NIGHT], indirect=True)
@pytest.mark.parametrize("running", [False, True])
def test_a_morning_that_was_missed_under_a_hold_does_not_fire_at_its_release(
    desk: Bench, running: bool
) -> None:
    campaign = scheduled(desk, "2020-12-16T20:59")
    at(desk, "2020-12-17T02:01")
    assert work(desk) == 0
    hold.hold(desk.ctx, "a day of mourning")
    at(desk, "2020-12-17T20:00")  # eight hours after it should have left
    if running:
        assert work(desk) == 0
    hold.release(desk.ctx)
    with pytest.raises(NotAllowed) as raised:
        hold.release(desk.ctx, campaign.id)
    assert raised.value.code == "release-late"
    hold.release(desk.ctx, campaign.id, late=True)
    due.hold_late(desk.ctx)
    assert work(desk) == 10


@pytest.mark.parametrize("environ", [NIGHT], indirect=True)
def test_released_before_the_morning_it_waits_for_the_morning(desk: Bench) -> None:
    campaign = scheduled(desk, "2020-12-16T20:59")
    at(desk, "2020-12-17T02:01")
    work(desk)
    hold.hold(desk.ctx, "x")
    hold.release(desk.ctx)
    assert hold.release(desk.ctx, campaign.id).campaign
    assert work(desk) == 0
    at(desk, "2020-12-17T12:00")
    assert work(desk) == 10


@pytest.mark.parametrize("environ", [NIGHT], indirect=True)
def test_asleep_over_the_morning_it_is_held_and_goes_out_late_on_a_persons_word(desk: Bench) -> None:
    campaign = scheduled(desk, "2020-12-16T20:59")
    at(desk, "2020-12-17T02:01")
    work(desk)
    at(desk, "2020-12-19T20:00")
    due.hold_late(desk.ctx)
    assert work(desk) == 0
    assert desk.campaign(campaign.id).reason == conclude.LATE
    control.resume(desk.ctx, campaign.id)
    due.hold_late(desk.ctx)
    assert work(desk) == 10
    assert set(desk.witness.copies().values()) == {1}


@pytest.mark.parametrize("environ", [NIGHT], indirect=True)
def test_let_go_in_the_night_it_has_missed_nothing_and_the_list_says_when_it_leaves(desk: Bench) -> None:
    """The night is longer than the grace: that it waits for the morning does not make it late."""
    campaign = scheduled(desk, "2020-12-16T20:59")
    at(desk, "2020-12-17T02:01")
    work(desk)
    hold.hold(desk.ctx, "x")
    at(desk, "2020-12-17T09:00")  # four in the morning
    (waits,) = hold.release(desk.ctx).waiting
    assert (waits.missed, waits.due_at) == (False, datetime(2020, 12, 17, 12, tzinfo=UTC))
    hold.release(desk.ctx, campaign.id)
    due.hold_late(desk.ctx)
    assert work(desk) == 0
    at(desk, "2020-12-17T12:00")
    due.hold_late(desk.ctx)
    assert work(desk) == 10
