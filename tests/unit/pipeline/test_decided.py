"""What a person decided stands in every account: nobody is said to have a mail once of whom that is not proven."""

from __future__ import annotations

from typing import Any

from newsletter.cli.statement import statement
from newsletter.model.campaign import Campaign, Decided, Progress
from newsletter.model.errors import RefusalScope, Refused, Uncertain
from newsletter.model.outbound import Receipt
from newsletter.pipeline import settle
from newsletter.pipeline.report import as_json, report
from newsletter.pipeline.submit import Desk, submit_next
from newsletter.pipeline.whole import whole
from newsletter.store import events
from tests.ledger import Bench
from tests.seed import people, seed


def drain(desk: Bench) -> None:
    worker = Desk(desk.ctx, "me")
    while submit_next(worker):
        pass


def lost(desk: Bench) -> Campaign:
    """The answer to the first call is lost; the rest is taken as ever."""

    def answer(body: Any) -> Receipt:
        desk.witness.take(body)
        desk.witness.answer = lambda _body: Receipt("ok")
        raise Uncertain("time-out", code="x")

    seed(desk.ctx, people(40))  # half of them read French: two batches
    desk.witness.answer = answer
    campaign = desk.mailing()
    desk.start()
    drain(desk)
    return campaign


def told(desk: Bench, campaign: Campaign) -> str:
    return " ".join(statement(report(desk.ctx, campaign.id), "News", "America/Toronto").split())


def test_whom_a_person_counted_as_handed_over_is_named_until_a_sign_comes(desk: Bench) -> None:
    campaign = lost(desk)
    settle.decide(desk.ctx, campaign.id, settle.Decision.ASSUME)
    unsure = report(desk.ctx, campaign.id).decided.assumed
    assert (unsure, desk.books(campaign.id).accepted) == (20, 40)
    assert "40 people; 0 not mailed" in told(desk, campaign)
    assert "20 people were counted as handed over by a person's decision" in told(desk, campaign)
    assert as_json(report(desk.ctx, campaign.id))["decided"] == {"assumed": 20, "again": 0}
    with desk.ctx.store.write() as db:
        events.advance(
            db, {delivery: Progress.DELIVERED.rank for _, _, delivery, _ in desk.witness.taken[:20]}
        )
    assert report(desk.ctx, campaign.id).decided.nobody, "a sign of life is a proof"
    assert "40 people, once each; 0 not mailed" in told(desk, campaign)


def test_whom_a_person_had_handed_over_once_more_is_named_for_good(desk: Bench) -> None:
    campaign = lost(desk)
    settle.decide(desk.ctx, campaign.id, settle.Decision.AGAIN)
    drain(desk)
    assert sorted(desk.witness.copies().values()) == [1] * 20 + [2] * 20, "they have it twice, indeed"
    with desk.ctx.store.write() as db:
        events.advance(db, {delivery: Progress.DELIVERED.rank for _, _, delivery, _ in desk.witness.taken})
    assert report(desk.ctx, campaign.id).decided == Decided(again=20)
    assert whole(desk.ctx, campaign.id).total.decided == Decided(again=20)
    assert "40 people; 0 not mailed" in told(desk, campaign)
    assert "20 people were handed over once more by a person's decision" in told(desk, campaign)


def test_who_was_split_off_after_that_is_still_named(desk: Bench) -> None:
    """One address of the batch is refused the second time: its halves carry what became of the whole."""
    campaign = lost(desk)
    settle.decide(desk.ctx, campaign.id, settle.Decision.AGAIN)
    refused = desk.witness.taken[3][3]

    def answer(body: Any) -> Receipt:
        if refused in {address for _, address in body.people}:
            raise Refused("bad address", code="x", scope=RefusalScope.REQUEST)
        return Receipt("ok")

    desk.witness.answer = answer
    drain(desk)
    books = desk.books(campaign.id)
    assert (books.accepted, books.rejected) == (39, 1)
    assert report(desk.ctx, campaign.id).decided.again == 19


def test_who_was_split_off_twice_is_still_named(desk: Bench) -> None:
    """Refused and halved, one half's answer is lost, it goes once more, is refused and halved again: the call that nobody knows of
    stands on a batch between the first and those who have two copies."""
    seed(desk.ctx, people(40, language="en"))
    calls: list[int] = []
    bad: set[str] = set()

    def answer(body: Any) -> Receipt:
        calls.append(len(body.people))
        if len(calls) == 2:
            desk.witness.take(body)
            bad.add(body.people[3][1])
            raise Uncertain("time-out", code="x")
        if len(calls) == 1 or bad & {address for _, address in body.people}:
            raise Refused("no", code="x", scope=RefusalScope.REQUEST)
        return Receipt("ok")

    desk.witness.answer = answer
    campaign = desk.mailing()
    desk.start()
    drain(desk)
    settle.decide(desk.ctx, campaign.id, settle.Decision.AGAIN)
    drain(desk)
    twice = sum(copies > 1 for copies in desk.witness.copies().values())
    assert (calls[:2], twice) == ([40, 20], 19)
    assert twice <= report(desk.ctx, campaign.id).decided.again <= 39


def test_a_mailing_without_a_doubt_says_once_each(desk: Bench) -> None:
    seed(desk.ctx, people(40, language="en"))
    campaign = desk.mailing()
    desk.start()
    drain(desk)
    assert report(desk.ctx, campaign.id).decided.nobody
    assert "40 people, once each; 0 not mailed, and why; 0 unexplained." in told(desk, campaign)
