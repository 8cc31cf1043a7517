"""What comes back while a mailing is being sent pauses the rest of it: told why, resumed by a person, never twice for the same."""

from __future__ import annotations

import pytest

from newsletter.model.campaign import Campaign, CampaignStatus
from newsletter.model.errors import RefusalScope, Refused
from newsletter.model.event import Event, EventKind
from newsletter.pipeline import applying, control, judging, notices, reason_words
from newsletter.pipeline.applying import Hook
from newsletter.pipeline.submit import Desk, submit_next
from newsletter.store.tables import deliveries
from tests.french import wrong
from tests.ledger import Bench, edition
from tests.seed import people, seed
from tests.told import Listener, listening

NBSP = "\u00a0"
pytestmark = pytest.mark.parametrize("environ", [{"NEWSLETTER_SEND_BATCH_SIZE": "50"}])


@pytest.fixture
def going(desk: Bench) -> Campaign:
    """A mailing to 400, of whom 100 were handed over."""
    seed(desk.ctx, people(400))
    made = desk.mailing()
    desk.start()
    hand_over(desk, 2)
    return made


def hand_over(desk: Bench, batches: int) -> None:
    worker = Desk(desk.ctx, "me")
    for _ in range(batches):
        submit_next(worker)


def tell(desk: Bench, kind: EventKind, numbers: range, *, reason: str = "", hard: bool = False, policy: bool = False) -> None:  # fmt: skip
    """Events about those who were handed over (by their turn) are applied, as the worker does."""
    sent = desk.witness.taken
    told = tuple(
        Event(
            "witness", f"{kind}-{sent[n][2]}-{reason}", kind, desk.clock[0], instance="test", batch=sent[n][0], attempt=sent[n][1],
            delivery=sent[n][2], reason=reason, hard=hard, policy=policy,
        )
        for n in numbers
    )  # fmt: skip
    with desk.ctx.store.write() as db:
        applying.apply(desk.ctx, db, [Hook("witness", desk.clock[0], told)])
    judging.judge(desk.ctx)


def status(desk: Bench, mailing: Campaign) -> CampaignStatus:
    return desk.campaign(mailing.id).status


def told(desk: Bench, mailing: Campaign) -> tuple[str, str]:
    reason = desk.campaign(mailing.id).reason
    english, french = (reason_words.sentence(reason, language) for language in ("en", "fr"))
    assert wrong(french) == ""
    return english, french


def test_dead_addresses_pause_the_rest_from_their_share_on(desk: Bench, going: Campaign) -> None:
    tell(desk, EventKind.BOUNCED, range(4), hard=True)
    assert status(desk, going) is CampaignStatus.SENDING
    tell(desk, EventKind.BOUNCED, range(5), hard=True)
    assert status(desk, going) is CampaignStatus.PAUSED
    english, french = told(desk, going)
    assert english.startswith(
        "Too much came back: 5 of 100 mails came back, for there is no such address (5%; it pauses at 5%, send.pause_bounces)"
    )
    assert french.startswith(f"Trop de retours{NBSP}: 5 des 100 courriels sont revenus")
    assert f"5{NBSP}%" in french
    hand_over(desk, 4)
    assert len(desk.witness.taken) == 100
    listener = Listener()
    with pytest.MonkeyPatch.context() as patch, listening(patch, listener):
        notices.deliver(desk.ctx)
    (notice,) = (one for one in listener.heard if one.subject.startswith("Paused"))
    assert "send.pause_bounces" in " ".join(notice.paragraphs)
    assert f"newsletter resume {going.id}" in " ".join(notice.paragraphs)


def test_what_was_seen_pauses_nothing_more_and_what_is_new_does(desk: Bench, going: Campaign) -> None:
    tell(desk, EventKind.BOUNCED, range(6), hard=True)
    desk.later(minutes=5)
    control.resume(desk.ctx, going.id)
    tell(desk, EventKind.BOUNCED, range(6, 40), hard=True)  # of those who had left before
    assert status(desk, going) is CampaignStatus.SENDING
    hand_over(desk, 1)
    tell(desk, EventKind.BOUNCED, range(100, 104), hard=True)
    assert status(desk, going) is CampaignStatus.SENDING
    tell(desk, EventKind.BOUNCED, range(104, 105), hard=True)
    assert status(desk, going) is CampaignStatus.PAUSED
    assert "5 of 50 mails" in told(desk, going)[0]


def test_a_pause_by_a_person_forgives_nothing(desk: Bench, going: Campaign) -> None:
    control.pause(desk.ctx, going.id)
    tell(desk, EventKind.BOUNCED, range(20), hard=True)
    assert desk.campaign(going.id).reason == "person: tester"
    desk.later(minutes=5)
    control.resume(desk.ctx, going.id)
    judging.judge(desk.ctx)
    assert status(desk, going) is CampaignStatus.PAUSED


def test_whom_a_server_refused_for_now_and_took_later_counts_no_more(desk: Bench, going: Campaign) -> None:
    tell(desk, EventKind.DEFERRED, range(3), policy=True)
    tell(desk, EventKind.DELIVERED, range(3))
    tell(desk, EventKind.DEFERRED, range(3, 7), policy=True)
    assert status(desk, going) is CampaignStatus.SENDING
    tell(desk, EventKind.BOUNCED, range(6, 8), policy=True)  # one of them had been refused for now before
    assert status(desk, going) is CampaignStatus.PAUSED
    assert "5 of 100 mails were refused for their content or their sender" in told(desk, going)[0]


def test_complaints_pause_at_three_in_a_thousand_and_five_at_least(desk: Bench, going: Campaign) -> None:
    tell(desk, EventKind.COMPLAINED, range(4))
    assert status(desk, going) is CampaignStatus.SENDING
    tell(desk, EventKind.COMPLAINED, range(4, 5))
    assert status(desk, going) is CampaignStatus.PAUSED
    assert "(5%; it pauses at 0.3%, send.pause_complaints)" in told(desk, going)[0]


def test_an_account_without_credits_pauses_everything(desk: Bench, going: Campaign) -> None:
    other = desk.mailing(edition("another"))
    desk.start()
    tell(desk, EventKind.DROPPED, range(1), reason="Recipient List over Package Quota", policy=True)
    assert {status(desk, going), status(desk, other)} == {CampaignStatus.PAUSED}
    assert "the account has no mails left" in told(desk, going)[0]
    desk.later(minutes=5)
    for one in (going, other):
        control.resume(desk.ctx, one.id)
    tell(desk, EventKind.DROPPED, range(1, 9), reason="Recipient List over Package Quota", policy=True)
    assert {status(desk, going), status(desk, other)} == {CampaignStatus.SENDING}, (
        "dropped before they were bought"
    )


def test_events_of_another_mailing_and_of_nobody_pause_nothing(desk: Bench, going: Campaign) -> None:
    events = tuple(
        Event("witness", f"x{n}", EventKind.COMPLAINED, desk.clock[0], instance=instance, batch=1, attempt=1, delivery=n)
        for n, instance in enumerate(["other"] * 30 + ["test"], start=10**6)
    )  # fmt: skip
    with desk.ctx.store.write() as db:
        applying.apply(desk.ctx, db, [Hook("witness", desk.clock[0], events)])
    assert judging.judge(desk.ctx) == []
    assert status(desk, going) is CampaignStatus.SENDING


def test_credits_that_are_used_up_are_told_with_the_step(desk: Bench, going: Campaign) -> None:
    def refuse(_body: object) -> None:
        raise Refused("SendGrid refused (401): Maximum credits exceeded", code="credits-used-up", scope=RefusalScope.ACCOUNT, status=401)  # fmt: skip

    desk.witness.answer = refuse  # type: ignore[assignment]
    hand_over(desk, 1)
    assert status(desk, going) is CampaignStatus.PAUSED
    assert len(desk.rows(deliveries)) == 400
    assert desk.books(going.id).rejected == 0
