"""Hold everything: stops at once, lets nothing go by itself, and gives each mailing back one by one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from newsletter.model.campaign import CampaignStatus
from newsletter.model.errors import NotAllowed, Uncertain
from newsletter.model.event import EventKind
from newsletter.model.hold import HELD_BY
from newsletter.model.outbound import Receipt
from newsletter.pipeline import approve, barring, control, due, freeze, hold, leave, plan, settle, submit
from newsletter.pipeline.submit import Desk, submit_next
from newsletter.planning.late import Lateness
from newsletter.planning.plan import Expiry
from newsletter.store import tables
from tests.ledger import Bench, edition
from tests.seed import people, seed
from tests.timed import never_differs, planned

SMALL = {"NEWSLETTER_SEND_BATCH_SIZE": "5"}
pytestmark = pytest.mark.usefixtures("_same_text")


@pytest.fixture
def _same_text(monkeypatch: pytest.MonkeyPatch) -> None:
    never_differs(monkeypatch)


def send_all(desk: Bench) -> None:
    worker = Desk(desk.ctx, "me")
    desk.start()
    while submit_next(worker):
        pass


def running(desk: Bench, count: int = 40) -> int:
    """A mailing under way: one batch has gone."""
    seed(desk.ctx, people(count, language="en"))
    campaign = desk.mailing().id
    desk.start()
    assert submit_next(Desk(desk.ctx, "me"))
    return campaign


@pytest.mark.parametrize("environ", [SMALL], indirect=True)
def test_a_hold_stops_a_running_mailing_at_once(desk: Bench) -> None:
    campaign = running(desk)
    done = hold.hold(desk.ctx, "  a   mistake ")
    assert (done.hold.reason, done.stopped, done.under_way) == ("a mistake", (campaign,), 0)
    assert not submit_next(Desk(desk.ctx, "me"))
    assert len(desk.witness.taken) == 5
    assert desk.campaign(campaign).status is CampaignStatus.HELD
    assert hold.standing(desk.ctx) == done.hold


@pytest.mark.parametrize("environ", [SMALL], indirect=True)
def test_the_calls_in_flight_end_and_count(desk: Bench) -> None:
    campaign = running(desk)
    batch = submit.claim_next(desk.ctx, "me", None)
    assert batch
    flight = submit._begin(Desk(desk.ctx, "me"), batch)
    assert flight
    claimed = submit.claim_next(desk.ctx, "me", None)
    assert claimed
    assert hold.hold(desk.ctx, "x").under_way == 1
    assert submit._begin(Desk(desk.ctx, "me"), claimed) is None, "claimed is not yet under way"
    submit._write_down(desk.ctx, flight, submit._call(desk.ctx, flight))
    assert desk.books(campaign).accepted == 10
    assert desk.campaign(campaign).reason == f"{HELD_BY}x"


@pytest.mark.parametrize("environ", [SMALL | {"NEWSLETTER_SEND_RATE_PER_MINUTE": "60"}], indirect=True)
def test_who_waits_for_the_pace_gives_up_while_it_waits(desk: Bench) -> None:
    seed(desk.ctx, people(40, language="en"))
    desk.mailing()
    desk.start()
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        desk.clock[0] += timedelta(seconds=0.1)
        if len(slept) == 3:
            hold.hold(desk.ctx, "x")

    object.__setattr__(desk.ctx, "sleep", sleep)
    worker = Desk(desk.ctx, "me")
    assert submit_next(worker)
    assert not submit_next(worker)
    assert len(slept) == 3
    states = {row.state for row in desk.rows(tables.batches)}
    assert states == {"accepted", "ready"}, "its claim was given back"


def test_whatever_a_path_forgot_is_stopped_where_it_leaves(desk: Bench) -> None:
    """The status alone is not trusted: the hold itself is looked for in the transaction that lets a batch leave."""
    campaign = running(desk, 10)
    seed(desk.ctx, [{"email": f"q{n}@reader.example", "language": "fr"} for n in range(5)])
    other = desk.mailing(edition("other")).id
    desk.start()
    hold.hold(desk.ctx, "x")
    with desk.ctx.store.write() as db:
        db.execute(
            tables.campaigns.update()
            .where(tables.campaigns.c.id == other)
            .values(status="sending", started_at=desk.clock[0])
        )
    taken = len(desk.witness.taken)
    assert submit_next(Desk(desk.ctx, "me"))
    assert len(desk.witness.taken) == taken
    assert desk.campaign(other).status is CampaignStatus.HELD
    assert campaign != other


@pytest.mark.parametrize("environ", [{"NEWSLETTER_SEND_RATE_PER_MINUTE": "5"}], indirect=True)
def test_so_is_what_would_wait_for_its_turn(desk: Bench) -> None:
    """It would be claimed and put back for ever, and go on by itself once the hold ends."""
    other = desk.mailing(gentle=False).id
    seed(desk.ctx, people(10))
    desk.start()
    worker = Desk(desk.ctx, "me")
    assert submit_next(worker)
    taken = len(desk.witness.taken)
    assert 0 < taken < 10
    hold.hold(desk.ctx, "x")
    with desk.ctx.store.write() as db:
        db.execute(tables.campaigns.update().where(tables.campaigns.c.id == other).values(status="sending"))
    submit_next(worker)
    assert len(desk.witness.taken) == taken
    assert desk.campaign(other).status is CampaignStatus.HELD


def test_a_doubt_that_ends_meanwhile_lets_nothing_go(desk: Bench) -> None:
    """The first group of a gentle start turns out to be taken while everything is held: the rest needs its own release, too."""

    def lost(body: object) -> Receipt:
        desk.witness.take(body)
        raise Uncertain("no answer came")

    seed(desk.ctx, people(200, language="en"))
    campaign = desk.mailing(gentle=True).id
    desk.start()
    desk.witness.answer = lost
    assert submit_next(Desk(desk.ctx, "me"))
    assert desk.campaign(campaign).reason == "not-confirmed"
    hold.hold(desk.ctx, "x")
    batch, attempt, delivery, _ = desk.witness.taken[0]
    desk.event(batch, attempt, EventKind.PROCESSED, delivery)
    settle.settle(desk.ctx)
    found = desk.campaign(campaign)
    assert (found.status, found.reason) == (CampaignStatus.HELD, f"{HELD_BY}x")
    hold.release(desk.ctx)
    desk.witness.answer = lambda _body: Receipt("ok")
    desk.later(hours=1)
    assert not submit_next(Desk(desk.ctx, "me"))
    hold.release(desk.ctx, campaign)
    desk.later(minutes=2)
    assert submit_next(Desk(desk.ctx, "me"))


def test_readers_are_answered_and_events_recorded_meanwhile(desk: Bench) -> None:
    campaign = running(desk, 10)
    hold.hold(desk.ctx, "x")
    batch, attempt, delivery, _ = desk.witness.taken[0]
    assert leave.leave(desk.ctx, delivery, "one-click")
    desk.event(batch, attempt)
    assert desk.books(campaign).accepted == 10


def test_nothing_starts_while_it_stands_and_none_is_lost(desk: Bench) -> None:
    seed(desk.ctx, people(5))
    hold.hold(desk.ctx, "x")
    campaign = planned(desk, 2)
    assert campaign.status is CampaignStatus.SCHEDULED, "planning goes on"
    desk.later(hours=2)
    send_all(desk)
    assert not desk.witness.taken
    held = desk.campaign(campaign.id)
    assert (held.status, held.reason) == (CampaignStatus.HELD, f"{HELD_BY}x")
    with pytest.raises(NotAllowed) as raised:
        barring.require_none(desk.ctx)
    assert raised.value.code == "everything-held"
    assert "tester: x" in raised.value.message
    with pytest.raises(NotAllowed, match="everything is held"):
        control.resume(desk.ctx, campaign.id)


def test_the_end_of_a_hold_lets_nothing_go_by_itself(desk: Bench) -> None:
    seed(desk.ctx, people(5))
    early, later = planned(desk, 1), planned(desk, 50, "later")
    hold.hold(desk.ctx, "x")
    desk.later(hours=2)
    done = hold.release(desk.ctx)
    assert done.hold is not None
    assert hold.standing(desk.ctx) is None
    assert [one.campaign.id for one in done.waiting] == [early.id, later.id]
    send_all(desk)
    desk.later(hours=60)
    send_all(desk)
    assert not desk.witness.taken


def test_until_frees_new_mailings_and_nothing_that_was_missed(desk: Bench) -> None:
    seed(desk.ctx, people(5))
    before = planned(desk, 1)
    hold.hold(desk.ctx, "x", desk.clock[0] + timedelta(hours=2))
    meanwhile, ahead = planned(desk, 1.5, "meanwhile"), planned(desk, 3, "ahead")
    desk.later(hours=2.5)  # the machine slept over both times and over the end of the hold
    assert hold.standing(desk.ctx) is None
    send_all(desk)
    assert not desk.witness.taken
    assert [desk.campaign(one.id).status.value for one in (before, meanwhile, ahead)] == [
        "held",
        "held",
        "scheduled",
    ]
    desk.later(hours=0.6)
    send_all(desk)
    assert len(desk.witness.taken) == 5
    assert desk.campaign(ahead.id).status is CampaignStatus.FINISHED


def test_what_was_missed_wants_a_word_of_its_own(desk: Bench) -> None:
    seed(desk.ctx, people(5))
    campaign = planned(desk, 1).id
    hold.hold(desk.ctx, "x")
    desk.later(hours=2)
    hold.release(desk.ctx)
    with pytest.raises(NotAllowed) as raised:
        hold.release(desk.ctx, campaign)
    assert raised.value.code == "release-late"
    done = hold.release(desk.ctx, campaign, late=True)
    assert done.campaign is not None
    assert done.campaign.status is CampaignStatus.SCHEDULED
    send_all(desk)
    assert desk.books(campaign).accepted == 5


def test_one_mailing_goes_on_while_the_others_are_held(desk: Bench) -> None:
    seed(desk.ctx, people(5))
    first, second = planned(desk, 1), planned(desk, 1, "second")
    hold.hold(desk.ctx, "x")
    done = hold.release(desk.ctx, first.id)
    assert done.hold is not None
    assert [one.campaign.id for one in done.waiting] == [second.id]
    desk.later(hours=1)
    send_all(desk)
    assert desk.campaign(first.id).status is CampaignStatus.FINISHED
    assert desk.campaign(second.id).status is CampaignStatus.HELD
    hold.hold(desk.ctx, "again")
    assert hold.standing(desk.ctx) is not None
    third = planned(desk, 1, "third")
    hold.release(desk.ctx)
    assert third.status is CampaignStatus.SCHEDULED


@pytest.mark.parametrize("environ", [SMALL], indirect=True)
def test_a_further_hold_keeps_back_what_was_let_out_of_the_first(desk: Bench) -> None:
    campaign = running(desk)
    hold.hold(desk.ctx, "one")
    hold.release(desk.ctx, campaign)
    assert submit_next(Desk(desk.ctx, "me"))
    assert hold.hold(desk.ctx, "two").stopped == (campaign,)
    assert not submit_next(Desk(desk.ctx, "me"))
    hold.release(desk.ctx)
    assert hold.standing(desk.ctx) is None
    hold.release(desk.ctx, campaign)
    send_all(desk)
    assert desk.books(campaign).accepted == 40
    assert set(desk.witness.copies().values()) == {1}


def test_a_greeting_whose_day_has_passed_can_only_get_another_one(desk: Bench) -> None:
    seed(desk.ctx, people(5))
    campaign = planned(desk, 1, expiry=Expiry.LOCAL_MIDNIGHT).id
    hold.hold(desk.ctx, "x")
    desk.later(hours=24)
    hold.release(desk.ctx)
    for late in (False, True):
        with pytest.raises(NotAllowed) as raised:
            hold.release(desk.ctx, campaign, late=late)
        assert raised.value.code == "release-expired"
        assert f"newsletter reschedule {campaign}" in raised.value.hint


def test_festive_mailings_are_looked_at_first(desk: Bench) -> None:
    seed(desk.ctx, people(5))
    object.__setattr__(
        desk.ctx.settings, "values", {**desk.ctx.settings.values, "hold.festive": ("letter-bells",)}
    )
    plain = planned(desk, 1)
    feast = desk.mailing(edition("feast", word="-bells"))
    hold.hold(desk.ctx, "x")
    found = hold.every_waiting(desk.ctx)
    assert [(one.campaign.id, one.festive) for one in found] == [(feast.id, True), (plain.id, False)]
    look = found[1].as_json()
    assert look["lateness"] == Lateness.ON_TIME
    assert (look["missed"], look["pending"], look["include"]) == (False, 0, ["everyone"])


def test_what_no_hold_keeps_back_is_not_released(desk: Bench) -> None:
    campaign = running(desk, 5)
    with pytest.raises(NotAllowed) as raised:
        hold.release(desk.ctx, campaign)
    assert raised.value.code == "not-held"
    assert hold.release(desk.ctx).hold is None


@pytest.mark.parametrize(("reason", "hours", "code"), [(" \n", 1, "hold-reason"), ("x", -1, "hold-until")])
def test_a_hold_wants_a_reason_and_an_end_that_is_ahead(
    desk: Bench, reason: str, hours: int, code: str
) -> None:
    with pytest.raises(NotAllowed) as raised:
        hold.hold(desk.ctx, reason, desk.clock[0] + timedelta(hours=hours))
    assert raised.value.code == code
    assert hold.standing(desk.ctx) is None


def test_who_did_it_stands_in_the_audit_log(desk: Bench) -> None:
    campaign = running(desk, 5)
    other = planned(desk, 1, "other").id
    hold.hold(desk.ctx, "x")
    hold.release(desk.ctx, other)
    hold.release(desk.ctx)
    acts = [(row.actor, row.act, row.subject) for row in desk.rows(tables.audit)][-3:]
    assert acts == [
        ("tester", "hold everything", ""),
        ("tester", "release", str(other)),
        ("tester", "release everything", ""),
    ]
    assert campaign


def test_a_mailing_approved_after_a_hold_was_never_in_it(desk: Bench) -> None:
    """Its time lies within a hold that had ended when a person approved it, late."""
    seed(desk.ctx, people(5))
    campaign = planned(desk, 1).id
    hold.hold(desk.ctx, "x", desk.clock[0] + timedelta(hours=2))
    desk.later(hours=3)
    ask = plan.Ask(edition(), desk.campaign(campaign).audience, "witness")
    approve.approve(desk.ctx, campaign, plan.count(desk.ctx, ask).zones)
    send_all(desk)
    assert desk.books(campaign).accepted == 5


@pytest.mark.parametrize("environ", [SMALL], indirect=True)
def test_the_last_call_of_a_held_mailing_finishes_it(desk: Bench) -> None:
    seed(desk.ctx, people(5, language="en"))
    campaign = desk.mailing().id
    desk.start()

    def answer(_body: object) -> Receipt:
        hold.hold(desk.ctx, "x")
        return Receipt("ok")

    desk.witness.answer = answer
    assert submit_next(Desk(desk.ctx, "me"))
    assert desk.campaign(campaign).status is CampaignStatus.FINISHED
    assert hold.release(desk.ctx).waiting == []
    due.close_ended(desk.ctx)


@pytest.mark.parametrize("environ", [SMALL], indirect=True)
def test_a_decision_about_a_few_lets_the_others_wait(desk: Bench) -> None:
    """`settle --again` is a word about what is not confirmed, not about the mailing that a hold keeps back."""
    campaign = running(desk)
    batch = submit.claim_next(desk.ctx, "dead", None)
    assert batch
    assert submit._begin(Desk(desk.ctx, "dead"), batch)
    hold.hold(desk.ctx, "x")
    due.recover(desk.ctx)
    hold.release(desk.ctx)
    settle.decide(desk.ctx, campaign, settle.Decision.AGAIN)
    send_all(desk)
    assert desk.books(campaign).accepted == 5
    hold.release(desk.ctx, campaign)
    send_all(desk)
    assert desk.books(campaign).accepted == 40


def test_a_mistake_that_was_put_right_meanwhile_does_not_go_out_late(
    desk: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed(desk.ctx, people(5))
    number = planned(desk, 1).id
    hold.hold(desk.ctx, "a mistake in the text")
    desk.later(hours=2)
    hold.release(desk.ctx)
    monkeypatch.setattr(freeze, "differs", lambda *_: freeze.Drift(text=True))
    with pytest.raises(NotAllowed) as raised:
        hold.release(desk.ctx, number, late=True)
    assert raised.value.code == "release-differs"
    assert desk.campaign(number).status is CampaignStatus.HELD
