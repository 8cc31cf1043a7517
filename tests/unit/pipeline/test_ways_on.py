"""No state without a way on: after a restart, a decision, a cancel or another hold, a mailing moves, or says whom it waits for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from newsletter.model.campaign import Campaign, CampaignStatus
from newsletter.model.errors import NotFound, RefusalScope, Refused, Uncertain
from newsletter.model.outbound import Receipt
from newsletter.pipeline import control, due, freeze, settle, submit
from newsletter.pipeline.schedule import Timetable
from newsletter.pipeline.submit import Desk, submit_next
from newsletter.planning.plan import Expiry, LocalPlan
from newsletter.store.tables import batches, waves
from tests.ledger import Bench, edition
from tests.seed import people, seed


def drain(desk: Bench) -> None:
    worker = Desk(desk.ctx, "me")
    while submit_next(worker):
        pass


def dies_in_the_call(desk: Bench) -> None:
    """The next batch is committed to leave, and the program is killed."""
    batch = submit.claim_next(desk.ctx, "dead", None)
    assert batch
    assert submit._begin(Desk(desk.ctx, "dead"), batch)


def states(desk: Bench) -> list[str]:
    return [row.state for row in desk.rows(batches)]


def standing(desk: Bench, campaign: Campaign) -> tuple[CampaignStatus, str]:
    found = desk.campaign(campaign.id)
    return found.status, found.reason


# --- killed in the one call that everything else waits for ---


def restarted(desk: Bench) -> None:
    due.recover(desk.ctx)


def overtaken(desk: Bench) -> None:
    """The runner lives, one of its slots does not."""
    desk.later(hours=1)
    drain(desk)


@pytest.mark.parametrize("comes_back", [restarted, overtaken])
def test_a_gentle_start_whose_first_call_died_waits_for_a_person(
    desk: Bench, comes_back: Callable[[Bench], None]
) -> None:
    seed(desk.ctx, people(200, language="en"))
    campaign = desk.mailing(gentle=True)
    desk.start()
    dies_in_the_call(desk)
    comes_back(desk)
    assert standing(desk, campaign) == (CampaignStatus.HELD, "not-confirmed")
    settle.decide(desk.ctx, campaign.id, settle.Decision.ASSUME)
    drain(desk)
    assert len(desk.witness.taken) == 150
    assert desk.books(campaign.id).closed


def refuse_whole(_body: Any) -> Receipt:
    raise Refused("400", code="x", scope=RefusalScope.REQUEST)


@pytest.mark.parametrize("comes_back", [restarted, overtaken])
def test_a_half_whose_sister_died_goes_on(desk: Bench, comes_back: Callable[[Bench], None]) -> None:
    """One half is refused and waits for what becomes of the other, which nobody will ever tell it."""
    seed(desk.ctx, people(8, language="en"))
    campaign = desk.mailing()
    desk.start()
    desk.witness.answer = refuse_whole
    worker = Desk(desk.ctx, "me")
    submit_next(worker)
    submit_next(worker)
    assert states(desk).count("retry_wait") == 1
    dies_in_the_call(desk)
    desk.witness.answer = lambda _body: Receipt("ok")
    comes_back(desk)
    drain(desk)
    books = desk.books(campaign.id)
    assert (books.accepted, books.in_doubt, books.pending) == (4, 4, 0)
    assert standing(desk, campaign) == (CampaignStatus.HELD, "not-confirmed")


# --- a decision about a batch is none about the mailing ---


def lost(_body: Any) -> Receipt:
    raise Uncertain("reset", code="x")


def with_a_doubt(desk: Bench) -> Campaign:
    seed(desk.ctx, people(40, language="en"))
    campaign = desk.mailing()
    desk.start()
    desk.witness.answer = lost
    submit_next(Desk(desk.ctx, "me"))
    desk.witness.answer = lambda _body: Receipt("ok")
    return campaign


@pytest.mark.parametrize("environ", [{"NEWSLETTER_SEND_BATCH_SIZE": "10"}], indirect=True)
def test_to_send_a_batch_again_lets_no_mailing_go_that_waits_for_another_reason(desk: Bench) -> None:
    campaign = with_a_doubt(desk)
    desk.mailing(edition(word="-edited"))
    assert standing(desk, campaign) == (CampaignStatus.HELD, "text-differs")
    settle.decide(desk.ctx, campaign.id, settle.Decision.AGAIN)
    assert standing(desk, campaign) == (CampaignStatus.HELD, "text-differs")
    drain(desk)
    assert not desk.witness.taken
    control.resume(desk.ctx, campaign.id)
    drain(desk)
    assert set(desk.witness.copies().values()) == {1}
    assert desk.books(campaign.id).accepted == 40


# --- what may have been taken stays so, whatever is decided next ---


def ends(desk: Bench, campaign: Campaign, how: str) -> None:
    if how == "cancelled":
        control.cancel(desk.ctx, campaign.id)
    else:
        with desk.ctx.store.write() as db:
            db.execute(waves.update().values(expires_at=desk.clock[0]))
    drain(desk)


@pytest.mark.parametrize("cut", [False, True])
@pytest.mark.parametrize("how", ["cancelled", "expired"])
@pytest.mark.parametrize("environ", [{"NEWSLETTER_SEND_BATCH_SIZE": "10"}], indirect=True)
def test_what_ends_a_mailing_does_not_make_a_doubt_a_no(desk: Bench, how: str, cut: bool) -> None:
    """A person had decided to send a batch again, and then cancels: the first call may have reached those people, so they keep their
    places, whatever parts they were cut into since."""
    (desk.ctx.root / "segments.toml").write_text("[all]\nwhere = 'language == \"en\"'\n", encoding="utf-8")
    campaign = with_a_doubt(desk)
    settle.decide(desk.ctx, campaign.id, settle.Decision.AGAIN)
    if cut:
        desk.witness.answer = refuse_whole
        submit_next(Desk(desk.ctx, "me"))
        desk.witness.answer = lambda _body: Receipt("ok")
    ends(desk, campaign, how)
    books = desk.books(campaign.id)
    assert (books.cancelled + books.expired, books.held) == (30, 10)
    other = desk.mailing(include=("all",))
    desk.start()
    drain(desk)
    assert desk.books(other.id).excluded == {"already-had-it": 10}
    settle.decide(desk.ctx, campaign.id, settle.Decision.ASSUME)
    assert desk.books(campaign.id).closed


# --- what a person let go on is what they saw, not what comes later ---


def planned(desk: Bench, monkeypatch: pytest.MonkeyPatch, *, readers_time: bool = False) -> Campaign:
    """Planned for tomorrow, in the time of each reader or in one."""
    seed(desk.ctx, people(4, language="en", timezone="America/Toronto"))
    seed(desk.ctx, [{"email": "far@reader.example", "language": "en", "timezone": "Pacific/Auckland"}])
    monkeypatch.setattr(freeze, "differs", lambda *_: False)
    at = (desk.clock[0] + timedelta(days=1)).replace(tzinfo=None)
    plan = LocalPlan(local=at, zone="UTC", readers_time=readers_time, expiry=Expiry.NEVER)
    return desk.mailing(when=Timetable(plan, desk.clock[0]))


@pytest.mark.parametrize("environ", [{"NEWSLETTER_SEND_GRACE_MINUTES": "240"}], indirect=True)
def test_a_mailing_let_go_on_before_its_time_is_held_when_it_is_late_after_all(
    desk: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = planned(desk, monkeypatch)
    due.hold(desk.ctx, campaign, "text-differs")
    control.resume(desk.ctx, campaign.id)
    desk.later(days=3)
    desk.start()
    assert standing(desk, campaign) == (CampaignStatus.HELD, "late")
    control.resume(desk.ctx, campaign.id)
    desk.later(hours=6)
    desk.start()
    due.hold_late(desk.ctx)
    drain(desk)
    assert desk.books(campaign.id).accepted == 5


@pytest.mark.parametrize("environ", [{"NEWSLETTER_SEND_GRACE_MINUTES": "240"}], indirect=True)
def test_a_late_wave_let_go_on_takes_no_later_one_with_it(
    desk: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = planned(desk, monkeypatch, readers_time=True)
    desk.later(hours=16)  # it is nine hours past in Auckland, and not yet in Toronto
    desk.start()
    assert standing(desk, campaign) == (CampaignStatus.HELD, "late")
    control.resume(desk.ctx, campaign.id)
    desk.start()
    due.hold_late(desk.ctx)
    drain(desk)
    assert set(desk.witness.copies()) == {"far@reader.example"}
    desk.later(days=1)
    due.hold_late(desk.ctx)
    assert standing(desk, campaign) == (CampaignStatus.HELD, "late")
    drain(desk)
    assert len(desk.witness.taken) == 1
    control.resume(desk.ctx, campaign.id)
    due.hold_late(desk.ctx)
    drain(desk)
    assert desk.books(campaign.id).accepted == 5


# --- numbers that are no mailing's ---


@pytest.mark.parametrize("number", [-1, 0, 7, 2**63, 10**40])
def test_a_number_that_is_no_mailings_is_said_to_be_none(desk: Bench, number: int) -> None:
    with pytest.raises(NotFound, match=f"no mailing {number}"):
        control.find(desk.ctx, number)


# --- what was surely refused is not counted as reached ---


def bad(*addresses: str) -> Callable[[Any], Receipt]:
    """A provider that refuses every request with one of these in it, and names nobody."""

    def given(body: Any) -> Receipt:
        if {address for _, address in body.people} & set(addresses):
            raise Refused("400", code="x", scope=RefusalScope.REQUEST)
        return Receipt("ok")

    return given


@pytest.mark.parametrize("decision", list(settle.Decision))
def test_people_in_a_part_that_was_refused_are_never_assumed_to_have_it(
    desk: Bench, decision: settle.Decision
) -> None:
    """Too many bad addresses for the requests that one batch may cost: what is left is held, and nobody in it was reached."""
    seed(desk.ctx, people(64, language="en"))
    campaign = desk.mailing()
    desk.start()
    desk.witness.answer = bad(*(f"p{number}@reader.example" for number in range(1, 32, 4)))
    drain(desk)
    held = desk.books(campaign.id).held
    assert held > 8
    settle.decide(desk.ctx, campaign.id, decision)
    drain(desk)
    while desk.books(campaign.id).held:
        settle.decide(desk.ctx, campaign.id, decision)
        drain(desk)
    books = desk.books(campaign.id)
    assert books.closed
    assert books.accepted == len(desk.witness.taken)
    assert books.rejected == 64 - books.accepted
    if decision is settle.Decision.AGAIN:
        assert books.rejected == 8
