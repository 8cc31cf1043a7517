"""One batch on its way out: fenced workers, odd clocks, a database in use or full, faults of one mailing beside another."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from newsletter.model.campaign import BatchState, Campaign, CampaignStatus
from newsletter.model.errors import NotAllowed, StoreUnavailable, Uncertain
from newsletter.model.event import EventKind
from newsletter.model.outbound import Receipt
from newsletter.pipeline import control, settle, submit
from newsletter.pipeline.submit import Desk, submit_next
from newsletter.store import batches
from newsletter.store.batches import Batch
from tests.databases import only_sqlite
from tests.ledger import Bench, edition
from tests.seed import people, seed


def write(desk: Bench, statement: str, **values: object) -> None:
    with desk.ctx.store.write() as db:
        db.execute(text(statement), values)


def drain(desk: Bench) -> None:
    worker = Desk(desk.ctx, "me")
    while submit_next(worker):
        pass


def everybody_leaves(desk: Bench) -> None:
    write(
        desk,
        "INSERT INTO suppressions (address_key, reason, at) SELECT address_key, 'unsubscribed', 1 FROM members",
    )


# --- a worker that slept while another did its work ---


def overtaken(desk: Bench) -> tuple[Campaign, Batch]:
    """A batch that one worker claimed and another sent; further ones are still to go."""
    seed(desk.ctx, people(40))
    campaign = desk.mailing()
    desk.start()
    slow = submit.claim_next(desk.ctx, "slow", None)
    assert slow
    desk.later(hours=1)
    assert submit_next(Desk(desk.ctx, "quick"))
    assert desk.books(campaign.id).accepted == 20
    return campaign, slow


def test_an_overtaken_worker_gives_up_nobodys_place(desk: Bench) -> None:
    campaign, slow = overtaken(desk)
    write(desk, "UPDATE waves SET expires_at = :at", at=int(desk.clock[0].timestamp() * 1e6) - 1)
    assert submit._begin(Desk(desk.ctx, "slow"), slow) is None
    assert desk.books(campaign.id).accepted == 20
    control.cancel(desk.ctx, campaign.id)
    second = desk.mailing(edition(word="-edited"), include=("everyone",), again="the rest")
    assert second.id == campaign.id + 1
    with desk.ctx.store.read() as db:
        held = db.exec_driver_sql("SELECT count(*) FROM deliveries WHERE holds").scalar()
    assert held == 20, "those who have it hold their place: nobody else may mail them again"


def test_an_overtaken_worker_skips_nobody_who_was_mailed(desk: Bench) -> None:
    campaign, slow = overtaken(desk)
    everybody_leaves(desk)
    assert submit._begin(Desk(desk.ctx, "slow"), slow) is None
    books = desk.books(campaign.id)
    assert (books.accepted, books.skipped) == (20, {})


# --- clocks ---


@pytest.mark.parametrize("jump", [timedelta(hours=5), timedelta(days=-1)])
def test_what_a_living_slot_has_in_hand_is_nobody_elses(desk: Bench, jump: timedelta) -> None:
    seed(desk.ctx, people(40))
    campaign = desk.mailing()
    desk.start()
    worker = Desk(desk.ctx, "me")
    claimed = submit.claim_next(desk.ctx, "me", None)
    flying = submit.claim_next(desk.ctx, "me", None)
    assert claimed
    assert flying
    flight = submit._begin(worker, flying)
    assert flight
    with worker.holding(claimed), worker.holding(flying):
        desk.clock[0] += jump
        assert submit_next(worker)  # the third batch
        assert not submit_next(worker)
        with desk.ctx.store.read() as db:
            assert batches.get(db, claimed.id).state is BatchState.CLAIMED
            assert batches.get(db, flying.id).state is BatchState.IN_FLIGHT
        submit._write_down(desk.ctx, flight, Receipt("ok"))
        assert submit._submit(worker, claimed)
    assert desk.books(campaign.id).accepted == 40
    assert set(desk.witness.copies().values()) <= {1}


def paced(desk: Bench) -> Desk:
    """Two batches of 100 at 100 a minute, the first of them sent."""
    seed(desk.ctx, people(200, language="en"))
    desk.mailing()
    desk.start()
    worker = Desk(desk.ctx, "me")
    assert submit_next(worker)
    return worker


@pytest.mark.parametrize("environ", [{"NEWSLETTER_SEND_RATE_PER_MINUTE": "100"}], indirect=True)
def test_a_clock_that_is_set_back_does_not_stop_a_mailing(desk: Bench) -> None:
    worker = paced(desk)
    desk.later(days=-1)
    before = desk.clock[0]
    assert submit_next(worker)
    assert timedelta(seconds=59) < desk.clock[0] - before < timedelta(seconds=62)
    assert len(desk.witness.taken) == 200


# --- the database ---


def locked(desk: Bench) -> sqlite3.Connection:
    other = sqlite3.connect(str(desk.ctx.store.engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other


def impatient(desk: Bench, pragma: str = "busy_timeout=20") -> None:
    desk.ctx.store.close()
    event.listen(desk.ctx.store.engine, "connect", lambda raw, _: raw.execute(f"PRAGMA {pragma}"))


@only_sqlite
def test_an_answer_is_written_down_as_soon_as_the_database_can_be(desk: Bench) -> None:
    seed(desk.ctx, people(3, language="en"))
    campaign = desk.mailing()
    desk.start()
    impatient(desk)
    holders: list[sqlite3.Connection] = []
    slept: list[float] = []

    def answer(_body: Any) -> Receipt:
        holders.append(locked(desk))
        return Receipt("ok")

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            holders.pop().close()

    desk.witness.answer = answer
    object.__setattr__(desk.ctx, "sleep", sleep)
    assert submit_next(Desk(desk.ctx, "me"))
    assert len(slept) == 3
    assert desk.books(campaign.id).accepted == 3
    assert len(desk.witness.posted) == 1


@only_sqlite
def test_a_database_in_use_makes_a_worker_wait_and_not_fail(desk: Bench) -> None:
    seed(desk.ctx, people(3, language="en"))
    campaign = desk.mailing()
    desk.start()
    impatient(desk)
    worker = Desk(desk.ctx, "me")
    holder = locked(desk)
    assert not submit_next(worker)
    holder.close()
    batch = submit.claim_next(desk.ctx, "me", None)
    assert batch
    holder = locked(desk)
    object.__setattr__(desk.ctx, "sleep", lambda _seconds: holder.close())
    assert submit._begin(worker, batch) is not None
    assert desk.books(campaign.id).pending == 3


@only_sqlite
def test_a_full_disk_lets_nothing_leave(desk: Bench) -> None:
    seed(desk.ctx, people(300, language="en"))
    desk.mailing()
    desk.start()
    batch = submit.claim_next(desk.ctx, "me", None)
    assert batch
    write(
        desk, "UPDATE members SET consent_basis = '', consent_evidence = ''"
    )  # so that the last look writes a lot
    impatient(desk, "max_page_count=1")
    everybody = "UPDATE deliveries SET reason = hex(randomblob(4000))"
    with pytest.raises(StoreUnavailable), desk.ctx.store.write() as db:
        db.exec_driver_sql(everybody)  # it is full indeed
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            submit,
            "skip_who_left",
            lambda _ctx, db, *_: db.exec_driver_sql(everybody),
        )
        with pytest.raises(StoreUnavailable) as raised:
            submit._begin(Desk(desk.ctx, "me"), batch)
    assert raised.value.code == "database-full"
    assert desk.witness.posted == []


# --- one mailing beside another ---


def test_a_fault_of_one_mailing_pauses_that_one(desk: Bench) -> None:
    seed(desk.ctx, people(6, language="en"))
    bad, good = desk.mailing(edition("bad")), desk.mailing(edition("good"))
    desk.start()
    write(desk, "UPDATE variants SET language = 'xx' WHERE campaign_id = :bad", bad=bad.id)
    drain(desk)
    assert desk.books(good.id).accepted == 6
    paused = desk.campaign(bad.id)
    assert paused.status is CampaignStatus.PAUSED
    assert paused.reason.startswith("setup: KeyError")
    write(desk, "UPDATE variants SET language = 'en' WHERE campaign_id = :bad", bad=bad.id)
    control.resume(desk.ctx, bad.id)
    drain(desk)
    assert desk.books(bad.id).accepted == 6


# --- what a person decided, and what came to be known later ---


def lost(desk: Bench) -> Campaign:
    """A batch that the provider took, though its answer was lost."""

    def answer(body: Any) -> Receipt:
        desk.witness.take(body)
        raise Uncertain("time-out", code="x")

    seed(desk.ctx, people(4, language="en"))
    desk.witness.answer = answer
    campaign = desk.mailing()
    desk.start()
    drain(desk)
    desk.witness.answer = lambda _body: Receipt("ok")
    return campaign


@pytest.mark.parametrize("settled", [True, False])
def test_proof_that_comes_after_the_decision_to_send_again_is_still_proof(desk: Bench, settled: bool) -> None:
    campaign = lost(desk)
    settle.decide(desk.ctx, campaign.id, settle.Decision.AGAIN)
    batch, attempt, delivery, _ = desk.witness.taken[0]
    desk.event(batch, attempt, EventKind.DELIVERED, delivery)
    if settled:  # the worker looks for evidence; else the last look finds it
        assert settle.settle(desk.ctx).accepted == 1
    drain(desk)
    assert set(desk.witness.copies().values()) == {1}
    assert desk.books(campaign.id).accepted == 4
    assert desk.campaign(campaign.id).status is CampaignStatus.FINISHED


def test_nothing_of_a_cancelled_mailing_is_sent_again(desk: Bench) -> None:
    """Its places would be given up, and these people, who may have it, mailed anew by the next mailing."""
    campaign = lost(desk)
    control.cancel(desk.ctx, campaign.id)
    with pytest.raises(NotAllowed, match="cancelled"):
        settle.decide(desk.ctx, campaign.id, settle.Decision.AGAIN)
    assert desk.books(campaign.id).in_doubt == 4
    settle.decide(desk.ctx, campaign.id, settle.Decision.ASSUME)
    assert desk.books(campaign.id).closed


# --- a gentle start ---


def test_a_gentle_start_that_was_paused_for_a_night_goes_on_gently(desk: Bench) -> None:
    seed(desk.ctx, people(1250, language="en"))
    campaign = desk.mailing(gentle=True)
    desk.start()
    drain(desk)
    assert len(desk.witness.taken) == 50
    control.pause(desk.ctx, campaign.id)
    desk.later(hours=12)
    control.resume(desk.ctx, campaign.id)
    before = desk.clock[0]
    drain(desk)
    assert desk.books(campaign.id).accepted == 1250
    assert desk.clock[0] - before >= timedelta(minutes=3)  # 1,200 at 300 a minute, the first 300 at once


def test_a_gentle_start_shows_itself_to_fifty_of_the_many(desk: Bench) -> None:
    seed(desk.ctx, people(100, language="fr"))
    seed(desk.ctx, [{"email": f"few{number}@reader.example", "language": "en"} for number in range(3)])
    desk.mailing(gentle=True)
    desk.start()
    drain(desk)
    assert len(desk.witness.taken) == 50
