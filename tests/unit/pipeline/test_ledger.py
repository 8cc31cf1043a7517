"""The ledger, on a real database: everyone once, and every account closes."""

from __future__ import annotations

import pytest

from newsletter.model.campaign import BatchState, CampaignStatus
from newsletter.model.errors import NotAllowed, RefusalScope, Refused, Unavailable, Uncertain
from newsletter.model.event import EventKind
from newsletter.model.member import Exclusion
from newsletter.model.outbound import Receipt
from newsletter.pipeline import control, due, members, settle, submit
from newsletter.pipeline.submit import Desk, submit_next
from newsletter.store import batches
from tests.ledger import Bench, edition
from tests.seed import people, seed


def drain(desk: Bench, most: int = 100) -> int:
    """Submit until nothing may leave; how many batches were looked at."""
    worker = Desk(desk.ctx, "me")
    for count in range(most):
        if not submit_next(worker):
            return count
    raise AssertionError("it does not end")


def test_everyone_once_and_the_books_close(desk: Bench) -> None:
    seed(desk.ctx, people(2500))
    seed(desk.ctx, [{"email": "no@reader.example", "consent_basis": ""}])
    campaign = desk.mailing()
    desk.start()
    drain(desk)
    books = desk.books(campaign.id)
    assert (books.candidates, books.prepared, books.accepted) == (2501, 2500, 2500)
    assert books.excluded == {"no-consent": 1}
    assert books.closed
    assert desk.campaign(campaign.id).status is CampaignStatus.FINISHED
    assert set(desk.witness.copies().values()) == {1}
    assert len(desk.witness.copies()) == 2500


def test_the_same_send_again_is_the_same_campaign_and_mails_nobody_new(desk: Bench) -> None:
    seed(desk.ctx, people(10))
    first = desk.mailing()
    desk.start()
    drain(desk)
    seed(desk.ctx, [{"email": "late@reader.example"}])
    assert desk.mailing().id == first.id
    desk.start()
    assert drain(desk) == 0
    assert len(desk.witness.taken) == 10


def test_an_edited_issue_to_an_overlapping_segment_mails_only_those_who_had_none(desk: Bench) -> None:
    (desk.ctx.root / "segments.toml").write_text(
        "[ontario]\nwhere = 'province == \"ON\"'\n", encoding="utf-8"
    )
    seed(desk.ctx, people(30))
    desk.mailing(include=("ontario",))
    desk.start()
    drain(desk)
    second = desk.mailing(edition(word="-edited"))
    desk.start()
    drain(desk)
    books = desk.books(second.id)
    assert (books.excluded, books.accepted) == ({"already-had-it": 10}, 20)
    assert set(desk.witness.copies().values()) == {1}


def test_another_copy_wants_a_reason_and_is_counted_apart(desk: Bench) -> None:
    seed(desk.ctx, people(5))
    first = desk.mailing()
    desk.start()
    drain(desk)
    second = desk.mailing(again="the date was wrong")
    assert second.id != first.id
    desk.start()
    drain(desk)
    assert desk.campaign(second.id).copy == 1
    assert set(desk.witness.copies().values()) == {2}
    assert desk.mailing(again="the date was wrong").id == second.id, (
        "the same command again mails nobody twice"
    )
    desk.start()
    assert drain(desk) == 0
    third = desk.mailing(again="the place was wrong")
    assert third.id not in {first.id, second.id}
    desk.start()
    drain(desk)
    assert desk.mailing(again="the date was wrong").id == second.id
    assert desk.mailing(again="the place was wrong").id == third.id
    assert set(desk.witness.copies().values()) == {3}


def test_cancelled_places_are_given_up_and_can_be_taken_again(desk: Bench) -> None:
    seed(desk.ctx, people(10))
    first = desk.mailing()
    desk.start()
    control.cancel(desk.ctx, first.id)
    drain(desk)
    assert desk.books(first.id).cancelled == 10
    assert desk.witness.taken == []
    desk.mailing(edition(word="2"), include=("everyone", "everyone"))
    assert desk.mailing(edition(word="3")).status is CampaignStatus.CANCELLED


def test_whoever_leaves_before_the_call_is_skipped(desk: Bench) -> None:
    seed(desk.ctx, people(4))
    campaign = desk.mailing()
    desk.start()
    with desk.ctx.store.write() as db:
        db.exec_driver_sql("UPDATE members SET consent_basis = '' WHERE email = 'p1@reader.example'")
        db.exec_driver_sql(
            "INSERT INTO suppressions (address_key, reason, at) SELECT address_key, 'unsubscribed', 1 FROM members"
            " WHERE email = 'p2@reader.example'"
        )
        db.exec_driver_sql("DELETE FROM members WHERE email = 'p3@reader.example'")
    drain(desk)
    books = desk.books(campaign.id)
    assert books.skipped == {"no-consent": 2, "unsubscribed": 1}
    assert list(desk.witness.copies()) == ["p0@reader.example"]


def test_whoever_moved_and_then_left_by_the_new_address_is_skipped_at_the_old_one(desk: Bench) -> None:
    seed(desk.ctx, people(3))
    campaign = desk.mailing()
    desk.start()
    for number in (1, 2):
        new = members.Changes(fields={"email": f"new{number}@reader.example"})
        members.edit(desk.ctx, f"p{number}@reader.example", new)
    members.unsubscribe(desk.ctx, "new1@reader.example", "by phone")
    drain(desk)
    assert desk.books(campaign.id).skipped == {"unsubscribed": 1}
    assert sorted(desk.witness.copies()) == ["p0@reader.example", "p2@reader.example"]


def test_who_leaves_by_an_address_of_before_leaves_with_the_one_of_now(desk: Bench) -> None:
    seed(desk.ctx, people(2))
    desk.mailing()
    desk.start()
    drain(desk)
    members.edit(desk.ctx, "p1@reader.example", members.Changes(fields={"email": "new@reader.example"}))
    members.unsubscribe(desk.ctx, "P1@reader.example", "by phone")
    assert members.story(desk.ctx, "new@reader.example").exclusion is Exclusion.UNSUBSCRIBED
    assert members.story(desk.ctx, "p0@reader.example").exclusion is None


@pytest.mark.parametrize("named", [True, False])
def test_one_bad_address_rejects_one_person(desk: Bench, named: bool) -> None:
    seed(desk.ctx, people(1000, language="en"))

    def answer(body):  # type: ignore[no-untyped-def]
        bad = [n for n, (_, address) in enumerate(body.people) if address == "p333@reader.example"]
        if bad:
            scope = RefusalScope.MEMBERS if named else RefusalScope.REQUEST
            raise Refused("bad address", code="x", scope=scope, members=bad if named else ())
        return Receipt("ok")

    desk.witness.answer = answer
    campaign = desk.mailing()
    desk.start()
    drain(desk)
    books = desk.books(campaign.id)
    assert (books.accepted, books.rejected) == (999, 1)
    assert len(desk.witness.posted) == (2 if named else 21)
    assert "p333@reader.example" not in desk.witness.copies()


def test_a_provider_that_names_one_at_a_time_costs_no_more_than_any_other(desk: Bench) -> None:
    """Sixty bad addresses, one named with each refusal, and a person who resumed: what is left when the batch has cost enough is
    held, and none of the good ones is rejected."""
    seed(desk.ctx, people(200, language="en"))
    bad = {f"p{number}@reader.example" for number in range(60)}

    def answer(body):  # type: ignore[no-untyped-def]
        found = [n for n, (_, address) in enumerate(body.people) if address in bad]
        if found:
            raise Refused("bad address", code="x", scope=RefusalScope.MEMBERS, members=found[:1])
        return Receipt("ok")

    desk.witness.answer = answer
    campaign = desk.mailing()
    desk.start()
    drain(desk)
    assert desk.campaign(campaign.id).status is CampaignStatus.PAUSED
    control.resume(desk.ctx, campaign.id)
    before = len(desk.witness.posted)
    drain(desk)
    assert len(desk.witness.posted) - before <= 2 * 8 + 10
    assert not bad & set(desk.witness.copies())
    books = desk.books(campaign.id)
    assert books.rejected <= 60
    assert books.pending == 0 or desk.campaign(campaign.id).status is CampaignStatus.PAUSED


def test_a_provider_that_refuses_everything_pauses_and_rejects_nobody(desk: Bench) -> None:
    seed(desk.ctx, people(3000))

    def answer(_body):  # type: ignore[no-untyped-def]
        raise Refused("Bad Request", code="x", scope=RefusalScope.REQUEST)

    desk.witness.answer = answer
    campaign = desk.mailing()
    desk.start()
    drain(desk)
    books = desk.books(campaign.id)
    assert desk.campaign(campaign.id).status is CampaignStatus.PAUSED
    assert (books.pending, books.rejected) == (3000, 0)
    assert len(desk.witness.posted) <= 30
    desk.witness.answer = lambda _body: Receipt("ok")  # what was wrong is mended, and a person resumes
    control.resume(desk.ctx, campaign.id)
    drain(desk)
    assert desk.books(campaign.id).accepted == 3000


def test_what_was_refused_as_a_whole_goes_again_whatever_held_the_mailing_since(desk: Bench) -> None:
    seed(desk.ctx, people(10, language="en"))

    def answer(_body):  # type: ignore[no-untyped-def]
        raise Refused("Bad Request", code="x", scope=RefusalScope.REQUEST)

    desk.witness.answer = answer
    campaign = desk.mailing()
    desk.start()
    drain(desk)
    desk.mailing(edition(word="-edited"))
    assert desk.campaign(campaign.id).reason == "text-differs"
    desk.witness.answer = lambda _body: Receipt("ok")
    control.resume(desk.ctx, campaign.id)
    drain(desk)
    assert desk.books(campaign.id).accepted == 10


@pytest.mark.parametrize("members", [1, 2])
@pytest.mark.parametrize("named", [True, False])
def test_a_mailing_to_refused_people_alone_comes_to_an_end(desk: Bench, named: bool, members: int) -> None:
    """It pauses once; whoever resumes it then decides about them, instead of resuming for ever. Two read two languages: two batches."""
    seed(desk.ctx, people(members))

    def answer(body):  # type: ignore[no-untyped-def]
        scope = RefusalScope.MEMBERS if named else RefusalScope.REQUEST
        raise Refused("bad address", code="x", scope=scope, members=[0] if named else ())

    desk.witness.answer = answer
    campaign = desk.mailing()
    desk.start()
    drain(desk)
    assert desk.campaign(campaign.id).status is CampaignStatus.PAUSED
    control.resume(desk.ctx, campaign.id)
    drain(desk)
    assert (desk.campaign(campaign.id).status, desk.books(campaign.id).held) == (
        CampaignStatus.HELD,
        members,
    )
    settle.decide(desk.ctx, campaign.id, settle.Decision.ASSUME)
    books = desk.books(campaign.id)
    assert (books.rejected, books.accepted) == (members, 0), "they were surely refused"
    assert desk.campaign(campaign.id).status is CampaignStatus.FINISHED


def test_the_account_is_refused_nobody_is_rejected(desk: Bench) -> None:
    seed(desk.ctx, people(10))

    def answer(_body):  # type: ignore[no-untyped-def]
        raise Refused("key revoked", code="x", scope=RefusalScope.ACCOUNT, status=401)

    desk.witness.answer = answer
    campaign = desk.mailing()
    desk.start()
    drain(desk)
    assert len(desk.witness.posted) == 1
    assert desk.campaign(campaign.id).reason == "account: key revoked"
    desk.witness.answer = lambda _body: Receipt("ok")
    control.resume(desk.ctx, campaign.id)
    drain(desk)
    assert desk.books(campaign.id).accepted == 10


def test_unavailable_is_asked_again_in_its_time(desk: Bench) -> None:
    seed(desk.ctx, people(3, language="en"))
    answers = [Unavailable("429", code="x", retry_after=30), None]

    def answer(_body):  # type: ignore[no-untyped-def]
        found = answers.pop(0)
        if found:
            raise found
        return Receipt("ok")

    desk.witness.answer = answer
    campaign = desk.mailing()
    desk.start()
    drain(desk)
    assert desk.books(campaign.id).pending == 3
    desk.later(seconds=29)
    drain(desk)
    assert len(desk.witness.posted) == 1
    desk.later(seconds=2)
    drain(desk)
    assert desk.books(campaign.id).accepted == 3


def uncertain(desk: Bench, *, taken: bool) -> None:
    def answer(body):  # type: ignore[no-untyped-def]
        if taken:
            desk.witness.take(body)
        raise Uncertain("time-out", code="x")

    desk.witness.answer = answer


@pytest.mark.parametrize("taken", [True, False])
def test_in_doubt_is_never_retried_and_one_event_proves_the_whole(desk: Bench, taken: bool) -> None:
    seed(desk.ctx, people(6, language="en"))
    uncertain(desk, taken=taken)
    campaign = desk.mailing()
    desk.start()
    drain(desk)
    desk.later(hours=1)
    drain(desk)
    assert len(desk.witness.posted) == 1
    assert desk.books(campaign.id).in_doubt == 6
    assert desk.campaign(campaign.id).status is CampaignStatus.HELD
    assert settle.settle(desk.ctx) == settle.Settled(0, 0, 1)
    if taken:
        batch, attempt, delivery, _ = desk.witness.taken[3]
        desk.event(batch, attempt, EventKind.DELIVERED, delivery)
        assert settle.settle(desk.ctx).accepted == 1
        assert desk.books(campaign.id).accepted == 6
        assert desk.campaign(campaign.id).status is CampaignStatus.FINISHED
    else:
        desk.later(hours=24)
        assert settle.settle(desk.ctx).held == 1
        assert desk.books(campaign.id).held == 6


def test_a_person_decides_about_what_is_held(desk: Bench) -> None:
    seed(desk.ctx, people(6, language="en"))
    uncertain(desk, taken=False)
    campaign = desk.mailing()
    desk.start()
    drain(desk)
    desk.witness.answer = lambda _body: Receipt("ok")
    assert settle.decide(desk.ctx, campaign.id, settle.Decision.AGAIN) == 1
    drain(desk)
    assert desk.books(campaign.id).accepted == 6
    with pytest.raises(NotAllowed):
        settle.decide(desk.ctx, campaign.id, settle.Decision.ASSUME)


def test_events_about_the_account_prove_nothing(desk: Bench) -> None:
    seed(desk.ctx, people(2, language="en"))
    uncertain(desk, taken=False)
    desk.mailing()
    desk.start()
    drain(desk)
    batch, attempt = desk.witness.posted[0]
    desk.event(batch, attempt, EventKind.OTHER)
    desk.event(batch, attempt + 1, EventKind.DELIVERED)  # no such attempt was ever made
    assert settle.settle(desk.ctx).accepted == 0


def test_a_runner_that_died_leaves_claims_ready_and_flights_in_doubt(desk: Bench) -> None:
    seed(desk.ctx, people(40))
    campaign = desk.mailing()
    desk.start()
    worker = Desk(desk.ctx, "dead")
    claimed = submit.claim_next(desk.ctx, "dead", None)
    flying = submit.claim_next(desk.ctx, "dead", None)
    assert claimed
    assert flying
    assert submit._begin(worker, flying) is not None
    due.recover(desk.ctx)
    with desk.ctx.store.read() as db:
        assert batches.get(db, claimed.id).state is BatchState.READY
        assert batches.get(db, flying.id).state is BatchState.IN_DOUBT
    drain(desk)
    books = desk.books(campaign.id)
    assert books.accepted + books.in_doubt == 40
    assert not desk.witness.copies() - desk.witness.copies()
    assert max(desk.witness.copies().values()) == 1


def test_a_fenced_workers_receipt_is_evidence(desk: Bench) -> None:
    seed(desk.ctx, people(5, language="en"))
    campaign = desk.mailing()
    desk.start()
    worker = Desk(desk.ctx, "slow")
    batch = submit.claim_next(desk.ctx, "slow", None)
    assert batch
    flight = submit._begin(worker, batch)
    assert flight
    desk.later(
        hours=1
    )  # longer than the lease: another worker finds it in flight and gives it up as in doubt
    assert drain(desk) == 0
    assert desk.books(campaign.id).in_doubt == 5
    answer = submit._call(desk.ctx, flight)
    with desk.ctx.store.write() as db:
        submit.conclude.conclude(desk.ctx, db, flight, answer)
    assert desk.books(campaign.id).accepted == 5


def test_a_pause_stops_what_has_not_been_committed_to_leave(desk: Bench) -> None:
    seed(desk.ctx, people(5, language="en"))
    campaign = desk.mailing()
    desk.start()
    batch = submit.claim_next(desk.ctx, "me", None)
    assert batch
    control.pause(desk.ctx, campaign.id)
    assert submit._begin(Desk(desk.ctx, "me"), batch) is None
    assert drain(desk) == 0
    assert desk.witness.posted == []
    control.resume(desk.ctx, campaign.id)
    drain(desk)
    assert desk.books(campaign.id).accepted == 5


def test_a_mailing_that_waits_for_its_time_can_be_paused(desk: Bench) -> None:
    seed(desk.ctx, people(5, language="en"))
    campaign = desk.mailing()
    control.pause(desk.ctx, campaign.id)
    desk.start()
    due.close_ended(desk.ctx)
    assert desk.campaign(campaign.id).status is CampaignStatus.PAUSED
    assert control.resume(desk.ctx, campaign.id).status is CampaignStatus.SCHEDULED
    desk.start()
    drain(desk)
    assert desk.books(campaign.id).accepted == 5


def test_a_pause_that_outlasts_the_grace_holds_the_mailing(desk: Bench) -> None:
    """To resume is to take the pause back; whether it may go out hours late is another question."""
    seed(desk.ctx, people(5, language="en"))
    campaign = desk.mailing()
    control.pause(desk.ctx, campaign.id)
    desk.later(hours=30)
    control.resume(desk.ctx, campaign.id)
    desk.start()
    assert desk.campaign(campaign.id).reason == "late"
    control.resume(desk.ctx, campaign.id)
    desk.start()
    assert desk.campaign(campaign.id).status is CampaignStatus.SENDING


def test_a_gentle_start_shows_itself_to_fifty_and_counts_down(desk: Bench) -> None:
    seed(desk.ctx, people(400, language="en"))
    campaign = desk.mailing(gentle=True)
    desk.start()
    drain(desk)
    assert len(desk.witness.taken) == 50
    desk.later(seconds=59)
    assert drain(desk) == 0
    desk.later(seconds=2)
    drain(desk)
    assert desk.books(campaign.id).accepted == 400
    assert [len([t for t in desk.witness.taken if t[0] == b]) for b, _ in desk.witness.posted] == [
        50,
        300,
        50,
    ]


def killed(*_: object) -> None:
    raise SystemExit


def test_an_interrupted_preparation_leaves_nothing(desk: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    seed(desk.ctx, people(5))
    campaign = desk.mailing()
    with monkeypatch.context() as patch:
        patch.setattr("newsletter.store.preparation._make_deliveries", killed)
        with pytest.raises(SystemExit):
            desk.start()
    assert desk.campaign(campaign.id).status is CampaignStatus.SCHEDULED
    desk.start()
    drain(desk)
    assert desk.books(campaign.id).accepted == 5


def test_a_crash_in_our_own_code_while_handing_over_is_a_doubt(desk: Bench) -> None:
    seed(desk.ctx, people(5, language="en"))
    desk.witness.answer = lambda _body: 1 / 0  # type: ignore[assignment,return-value]
    campaign = desk.mailing()
    desk.start()
    drain(desk)
    assert desk.books(campaign.id).in_doubt == 5
