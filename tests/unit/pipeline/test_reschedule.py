"""Another time: for a mailing as a whole, or for those whom it has not left for; approved again; nobody twice."""

from __future__ import annotations

from collections import Counter
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from newsletter.model.campaign import CampaignStatus
from newsletter.model.errors import AuthorError, NotAllowed, RefusalScope, Refused
from newsletter.model.issue import ScheduleWish
from newsletter.model.outbound import Receipt
from newsletter.pipeline import approve, confirming, control, due, hold, reschedule, schedule, submit
from newsletter.pipeline.submit import Desk, submit_next
from newsletter.planning.plan import Expiry
from newsletter.store import tables
from tests.ledger import Bench, edition
from tests.seed import people, seed
from tests.timed import in_time, never_differs, planned, utc

SMALL = {"NEWSLETTER_SEND_BATCH_SIZE": "5"}
pytestmark = pytest.mark.usefixtures("_same_text")
ZONES = {"ON": "America/Toronto", "QC": "America/Toronto", "BC": "America/Vancouver"}


@pytest.fixture
def _same_text(monkeypatch: pytest.MonkeyPatch) -> None:
    never_differs(monkeypatch)


def send_all(desk: Bench) -> None:
    worker = Desk(desk.ctx, "me")
    due.start_due(desk.ctx)
    due.hold_late(desk.ctx)
    while submit_next(worker):
        pass


def moved(desk: Bench, number: int, *, past: str = "now", **wish: str) -> reschedule.Move:
    table = reschedule.timetable(desk.ctx, number, ScheduleWish(**wish), past)  # type: ignore[arg-type]
    move = reschedule.look(desk.ctx, number, table)
    reschedule.reschedule(desk.ctx, move)
    return move


def approved(desk: Bench, move: reschedule.Move) -> None:
    number = move.campaign.id
    if reschedule.begun(desk.campaign(number)):
        reschedule.approve_rest(desk.ctx, number)
    else:
        approve.approve(desk.ctx, number, dict(move.zones))


def at(desk: Bench, moment: str) -> None:
    desk.clock[0] = utc(moment)
    send_all(desk)


def test_a_mailing_that_waits_gets_another_time_and_needs_approval_again(desk: Bench) -> None:
    seed(desk.ctx, people(5))
    number = planned(desk, 1).id
    move = moved(desk, number, at="2020-12-17 10:00", zone="UTC")
    assert (move.have, move.moved) == (0, 5)
    assert desk.campaign(number).status is CampaignStatus.DRAFT
    at(desk, "2020-12-16T15:00:00+00:00")
    assert not desk.witness.taken, "the old time does not count any more"
    approved(desk, move)
    assert desk.campaign(number).due_at == utc("2020-12-17T10:00:00+00:00")
    at(desk, "2020-12-17T09:54:00+00:00")
    assert not desk.witness.taken
    at(desk, "2020-12-17T10:00:00+00:00")
    assert desk.books(number).accepted == 5


def test_what_is_left_open_stays_as_it_was_planned(desk: Bench) -> None:
    seed(desk.ctx, people(6))
    number = planned(desk, 3, member=True, expiry=Expiry.LOCAL_MIDNIGHT).id
    table = reschedule.timetable(desk.ctx, number, ScheduleWish(at="2020-12-18 09:00"))
    assert (table.plan.readers_time, table.plan.expiry) == (True, Expiry.LOCAL_MIDNIGHT)
    table = reschedule.timetable(desk.ctx, number, ScheduleWish(at="2020-12-18 09:00", zone="UTC"))
    assert not table.plan.readers_time


@pytest.mark.parametrize("environ", [SMALL], indirect=True)
def test_of_a_mailing_of_which_waves_have_left_only_the_others_move(desk: Bench) -> None:
    """East and west by their own clocks: the east has it, the west gets another day."""
    seed(desk.ctx, people(30))
    number = planned(desk, 3, member=True).id  # 17:00 by each reader's clock
    at(desk, "2020-12-16T22:00:00+00:00")
    assert desk.books(number).accepted == 20
    move = moved(desk, number, at="2020-12-18 09:00")
    assert (move.have, move.fixed, move.moved) == (20, 0, 10)
    held = desk.campaign(number)
    assert (held.status, held.reason) == (CampaignStatus.HELD, "rescheduled")
    at(desk, "2020-12-17T01:00:00+00:00")
    assert desk.books(number).accepted == 20, "the old time of the west"
    with pytest.raises(NotAllowed, match="not approved yet"):
        control.resume(desk.ctx, number)
    approved(desk, move)
    at(desk, "2020-12-18T14:00:00+00:00")
    assert desk.books(number).accepted == 20, "nine o'clock in the east"
    at(desk, "2020-12-18T17:00:00+00:00")
    assert desk.books(number).accepted == 30
    assert set(desk.witness.copies().values()) == {1}
    assert desk.campaign(number).status is CampaignStatus.FINISHED


@pytest.mark.parametrize("environ", [SMALL], indirect=True)
def test_one_zone_parts_into_the_readers_own_times(desk: Bench) -> None:
    """Batches of people from everywhere are split, and each gets it at nine by their own clock."""
    seed(desk.ctx, people(30))
    number = desk.mailing().id
    due.start_due(desk.ctx)
    assert submit_next(Desk(desk.ctx, "me"))
    first = {address for *_, address in desk.witness.taken}
    move = moved(desk, number, at="2020-12-18 09:00", zone="member")
    assert (move.have, move.moved) == (5, 25)
    approved(desk, move)
    got: dict[str, set[str]] = {}
    for hour in range(12, 20):
        before = len(desk.witness.taken)
        at(desk, f"2020-12-18T{hour}:00:00+00:00")
        for *_, address in desk.witness.taken[before:]:
            got.setdefault(address, set()).add(
                f"{desk.clock[0].astimezone(ZoneInfo(zone_of(desk, address))):%H:%M}"
            )
    assert all(times == {"09:00"} for times in got.values())
    assert len(got) == 25
    assert not first & got.keys()
    assert desk.books(number).accepted == 30
    assert set(desk.witness.copies().values()) == {1}


def zone_of(desk: Bench, address: str) -> str:
    with desk.ctx.store.read() as db:
        query = select(tables.members.c.province).where(tables.members.c.email == address)
        return ZONES[db.execute(query).scalar_one()]


@pytest.mark.parametrize("environ", [SMALL], indirect=True)
def test_a_claimed_batch_is_taken_back_and_one_in_flight_stays(desk: Bench) -> None:
    seed(desk.ctx, people(20, language="en"))
    number = desk.mailing().id
    due.start_due(desk.ctx)
    worker = Desk(desk.ctx, "me")
    flying = submit.claim_next(desk.ctx, "me", None)
    assert flying
    flight = submit._begin(worker, flying)
    assert flight
    claimed = submit.claim_next(desk.ctx, "me", None)
    assert claimed
    move = moved(desk, number, at="2020-12-18 09:00", zone="UTC")
    assert (move.have, move.fixed, move.moved) == (0, 5, 15)
    assert submit._begin(worker, claimed) is None
    submit._write_down(desk.ctx, flight, submit._call(desk.ctx, flight))
    approved(desk, move)
    send_all(desk)
    assert desk.books(number).accepted == 5, "the rest is not due"
    at(desk, "2020-12-18T09:00:00+00:00")
    assert desk.books(number).accepted == 20
    assert set(desk.witness.copies().values()) == {1}


@pytest.mark.parametrize("environ", [SMALL], indirect=True)
@pytest.mark.parametrize("gentle", [False, True])
@pytest.mark.ci
def test_a_gentle_start_stays_gentle(desk: Bench, gentle: bool) -> None:
    seed(desk.ctx, people(60))
    number = desk.mailing(gentle=gentle).id
    due.start_due(desk.ctx)
    control.pause(desk.ctx, number)
    move = moved(desk, number, at="2020-12-18 09:00", zone="member")
    approved(desk, move)
    desk.clock[0] = utc("2020-12-18T14:00:00+00:00")
    assert submit_next(Desk(desk.ctx, "me"))
    with desk.ctx.store.read() as db:
        row = db.execute(select(tables.campaigns).where(tables.campaigns.c.id == number)).one()
    assert (row.not_before is not None) == gentle
    for _ in range(20):
        desk.later(hours=1)
        control.resume(desk.ctx, number)
        send_all(desk)
    assert desk.books(number).accepted == 60
    assert set(desk.witness.copies().values()) == {1}


def test_parts_of_a_refused_request_stay_where_they_are(desk: Bench) -> None:
    seed(desk.ctx, people(8, language="en"))
    number = desk.mailing().id
    due.start_due(desk.ctx)

    def refuse(_body: object) -> Receipt:
        raise Refused("400", code="x", scope=RefusalScope.REQUEST)

    desk.witness.answer = refuse
    send_all(desk)
    assert desk.campaign(number).status is CampaignStatus.PAUSED
    with pytest.raises(NotAllowed) as raised:
        moved(desk, number, at="2020-12-18 09:00", zone="UTC")
    assert raised.value.code == "nothing-to-reschedule"


def test_nothing_moves_of_what_is_over_or_to_a_time_that_has_passed(desk: Bench) -> None:
    seed(desk.ctx, people(5))
    number = planned(desk, 1).id
    with pytest.raises(AuthorError, match="has passed"):
        moved(desk, number, at="2020-12-16 09:00", zone="UTC")
    assert desk.campaign(number).status is CampaignStatus.SCHEDULED, "nothing was changed"
    control.cancel(desk.ctx, number)
    with pytest.raises(NotAllowed) as raised:
        moved(desk, number, at="2020-12-18 09:00", zone="UTC")
    assert raised.value.code == "campaign-over"


def test_a_greeting_cannot_be_moved_to_a_day_that_has_ended_for_some(desk: Bench) -> None:
    seed(desk.ctx, people(20, province="BC"))
    seed(desk.ctx, [{"email": "far@reader.example", "timezone": "Pacific/Auckland"}])
    number = planned(
        desk, 20, member=True, expiry=Expiry.LOCAL_MIDNIGHT
    ).id  # ten o'clock on the 17th, there first
    desk.clock[0] = utc("2020-12-16T21:00:00+00:00")
    due.start_due(desk.ctx)
    control.pause(desk.ctx, number)
    desk.clock[0] = utc("2020-12-17T12:00:00+00:00")  # the 18th, there
    with pytest.raises(NotAllowed, match="for 1 people") as raised:
        moved(desk, number, at="2020-12-17 15:00")
    assert raised.value.code == "reschedule-past"
    assert moved(desk, number, at="2020-12-17 15:00", past="next-day").moved == 21


def test_a_mailing_that_was_held_gets_another_time(desk: Bench) -> None:
    seed(desk.ctx, people(5))
    number = planned(desk, 1).id
    hold.hold(desk.ctx, "x")
    desk.later(hours=2)
    hold.release(desk.ctx)
    move = moved(desk, number, at="2020-12-18 09:00", zone="UTC")
    approved(desk, move)
    at(desk, "2020-12-18T09:00:00+00:00")
    assert desk.books(number).accepted == 5


def test_under_a_standing_hold_the_new_time_waits_too(desk: Bench) -> None:
    seed(desk.ctx, people(5))
    number = planned(desk, 1).id
    hold.hold(desk.ctx, "x")
    approved(desk, moved(desk, number, at="2020-12-18 09:00", zone="UTC"))
    at(desk, "2020-12-18T09:00:00+00:00")
    assert not desk.witness.taken
    assert desk.campaign(number).status is CampaignStatus.HELD


def test_what_was_handed_over_is_counted_when_the_rest_is_cancelled(desk: Bench) -> None:
    seed(desk.ctx, people(30))
    number = planned(desk, 3, member=True).id
    at(desk, "2020-12-16T22:00:00+00:00")
    control.cancel(desk.ctx, number)
    books = desk.books(number)
    assert (books.accepted, books.cancelled, books.closed) == (20, 10, True)


def test_the_new_time_has_its_grace_too(desk: Bench) -> None:
    seed(desk.ctx, people(5))
    number = planned(desk, 1, grace=60).id
    approved(desk, moved(desk, number, at="2020-12-18 09:00", zone="UTC"))
    at(desk, "2020-12-18T10:01:00+00:00")
    held = desk.campaign(number)
    assert (held.status, held.reason) == (CampaignStatus.HELD, "late")
    assert not desk.witness.taken


@pytest.mark.parametrize("begun", [False, True])
def test_nobody_approves_the_time_that_a_colleague_gave_it_meanwhile(
    desk: Bench, monkeypatch: pytest.MonkeyPatch, begun: bool
) -> None:
    """Two tabs: who approves their own time does not approve the other one's."""
    never_differs(monkeypatch)
    seed(desk.ctx, people(6, language="en"))
    number = planned(desk, 30).id
    if begun:
        desk.later(hours=30)
        due.start_due(desk.ctx)
        control.pause(desk.ctx, number)
    mine = reschedule.look(desk.ctx, number, in_time(desk, 5))
    reschedule.reschedule(desk.ctx, mine)
    theirs = reschedule.look(desk.ctx, number, in_time(desk, 9))
    reschedule.reschedule(desk.ctx, theirs)
    with pytest.raises(NotAllowed) as raised:
        reschedule.approve_moved(desk.ctx, mine)
    assert raised.value.code == "approval-shown"
    assert desk.campaign(number).status is (CampaignStatus.HELD if begun else CampaignStatus.DRAFT)
    done = reschedule.approve_moved(desk.ctx, theirs)
    assert done.status is (CampaignStatus.SENDING if begun else CampaignStatus.SCHEDULED)


def test_every_move_is_in_the_audit_log(desk: Bench) -> None:
    seed(desk.ctx, people(30))
    number = planned(desk, 3, member=True).id
    at(desk, "2020-12-16T22:00:00+00:00")
    approved(desk, moved(desk, number, at="2020-12-18 09:00"))
    acts = Counter(row.act for row in desk.rows(tables.audit))
    assert acts["reschedule"] == 1
    detail = next(row.detail for row in desk.rows(tables.audit) if row.act == "reschedule")
    assert (detail["have"], detail["moved"]) == (20, 10)


def test_another_mailing_near_the_new_time_is_said(desk: Bench) -> None:
    seed(desk.ctx, people(30))
    planned(desk, 43, "digest")
    number = planned(desk, 3, member=True).id
    at(desk, "2020-12-16T22:00:00+00:00")
    table = reschedule.timetable(desk.ctx, number, ScheduleWish(at="2020-12-18 10:00"))
    found = reschedule.outlook(desk.ctx, reschedule.look(desk.ctx, number, table))
    assert "mailings-close" in {one.check for one in found.remarks}


def test_the_rest_of_a_greeting_does_not_go_out_for_a_day_that_nobody_confirmed(desk: Bench) -> None:
    """A mailing that has begun is not looked at again when its new time comes: so before it is approved."""
    seed(desk.ctx, people(30))
    desk.clock[0] = utc("2021-05-10T14:00:00+00:00")
    number = planned(desk, 3, member=True).id
    at(desk, "2021-05-10T21:00:00+00:00")
    move = moved(desk, number, at="09:00", holiday="eid-al-fitr")
    with pytest.raises(NotAllowed) as raised:
        approved(desk, move)
    assert raised.value.code == "holiday-unconfirmed"
    assert desk.campaign(number).status is CampaignStatus.HELD
    confirming.confirm(desk.ctx, "eid-al-fitr")
    approved(desk, move)
    at(desk, "2021-05-13T16:00:00+00:00")
    assert desk.books(number).accepted == 30


@pytest.mark.parametrize("environ", [{"NEWSLETTER_BLACKOUT_HOLIDAYS": "both"}], indirect=True)
def test_another_hour_of_the_same_day_stays_a_greeting_for_its_holiday(desk: Bench) -> None:
    """Its own holiday is no blackout day for it, and a day that wants a person's word still wants it."""
    seed(desk.ctx, people(6))
    wish = ScheduleWish(at="09:00", holiday="christmas-day", year=2020)
    number = desk.mailing(edition("greeting"), when=schedule.timetable(desk.ctx, wish)).id
    approved(desk, moved(desk, number, at="2020-12-25 11:00"))
    at(desk, "2020-12-25T16:00:00+00:00")
    assert desk.books(number).accepted == 6
    feast = desk.mailing(
        edition("eid"), when=schedule.timetable(desk.ctx, ScheduleWish(at="09:00", holiday="eid-al-fitr"))
    ).id
    approved(desk, moved(desk, feast, at="2021-05-13 11:00"))
    at(desk, "2021-05-13T15:00:00+00:00")
    assert desk.campaign(feast).status is CampaignStatus.HELD
    assert "nobody confirmed" in desk.campaign(feast).reason


@pytest.mark.parametrize("environ", [{"NEWSLETTER_BLACKOUT_HOLIDAYS": "both"}], indirect=True)
def test_on_another_day_it_is_a_mailing_as_any_other(desk: Bench) -> None:
    seed(desk.ctx, people(6))
    wish = ScheduleWish(at="09:00", holiday="christmas-day", offset="-3 days", year=2020)
    number = desk.mailing(edition("greeting"), when=schedule.timetable(desk.ctx, wish)).id
    with pytest.raises(AuthorError) as raised:
        moved(desk, number, at="2020-12-25 11:00")
    assert raised.value.code == "schedule-blackout"
