"""Conclude: what an answer changes, in one transaction.

In: a batch that was on its way, and the provider's answer. Out: states in the store. Called by pipeline.submit and settle.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from newsletter.dispatch.batching import halves
from newsletter.dispatch.outcome import Act, Answer, Family, Meaning, Part, Waiting, budget, meaning, review
from newsletter.dispatch.pacing import COUNTDOWN, retry_after
from newsletter.model.campaign import BatchState, Campaign, CampaignStatus
from newsletter.model.errors import Explained, Refused, Unavailable
from newsletter.model.outbound import Receipt
from newsletter.pipeline import barring
from newsletter.pipeline.context import Context
from newsletter.pipeline.flight import Flight
from newsletter.store import Connection, attempts, batches, books, campaigns, deliveries, doubts
from newsletter.store.batches import Batch

REFUSED_WHOLE = "refused: the provider refuses the whole request"
TROUBLE = "trouble: "  #: how a reason begins when too much came back of it
LATE = "late"  #: held: its time passed while nothing was running
TEXT_DIFFERS = "text-differs"  #: held: the issue's files no longer give the approved edition
#: how a reason begins when the text is the approved one, and a check finds an error in it that it did not find then
NEW_ERROR = "new-error: "
RESCHEDULED = "rescheduled"  #: held: those who have not got it have another time, which waits for approval
NOT_CONFIRMED = "not-confirmed"  #: held: something is in doubt or held
SETUP = "setup: "  #: how a reason begins when something must be put right before anything leaves
NOT_APPROVED = "not-approved"  #: held: its time came, and nobody had approved it
APPROVAL_OLD = "approval-old"  #: held: its time came, and the approval was too old by then
COUNT_OFF = "count-off"  #: held: its time came, and far more or fewer people would get it than were approved
SEGMENT_DIFFERS = (
    "segment-differs"  #: held: its time came, and a segment of it says something else than was approved
)
#: held until it is approved again: no other word lets it go
CONFIRM = frozenset({APPROVAL_OLD, COUNT_OFF, SEGMENT_DIFFERS})


def never_approved(found: Campaign) -> bool:
    """True for a mailing that was held because its time came and nobody had approved it: no person's word lets it go but an approval."""
    return (found.status, found.reason) == (CampaignStatus.HELD, NOT_APPROVED)


def conclude(ctx: Context, db: Connection, flight: Flight, answer: Answer) -> None:
    """Store what an answer means for its batch, its family and its campaign."""
    now, batch = ctx.now(), flight.batch
    _end_attempt(db, flight, answer, now)
    standing = batches.get(db, batch.id)
    if (standing.state, standing.epoch) != (BatchState.IN_FLIGHT, batch.epoch):
        _late(db, standing, flight, answer, now)
    else:
        _apply(db, flight, answer, now)
    follow(db, batch.campaign, now)


def follow(db: Connection, campaign: int, now: datetime) -> None:
    """What follows for a campaign from what became of one of its batches: refused parts move on, or the campaign ends."""
    _review(db, campaign)
    _finish(db, campaign, now)


def _end_attempt(db: Connection, flight: Flight, answer: Answer, now: datetime) -> None:
    attempts.end(
        db,
        flight.batch,
        flight.attempt,
        finished_at=now,
        outcome=meaning(answer).value,
        status=answer.status,
        reference=answer.reference if isinstance(answer, Receipt) else "",
        detail=_words(answer),
    )


def _words(answer: Answer) -> str:
    if not isinstance(answer, Explained):
        return ""
    return f"{answer.message} ({answer.hint})" if answer.hint else answer.message


def _late(db: Connection, standing: Batch, flight: Flight, answer: Answer, now: datetime) -> None:
    """The worker was fenced meanwhile. Its receipt is evidence all the same, unless what it was for may have been revoked since."""
    if isinstance(answer, Receipt) and not doubts.revoked(db, standing.id, flight.attempt):
        accept(db, standing, now)


def accept(db: Connection, batch: Batch, now: datetime) -> bool:
    """A batch that was in flight, or of which a proof came, turns out to be taken by the provider."""
    taken = batches.move(
        db,
        batch,
        [BatchState.IN_FLIGHT, *doubts.UNPROVEN],
        BatchState.ACCEPTED,
        reason="",
        waiting="",
        due_at=None,
        failures=0,
    )
    if taken:
        row = campaigns.detail(db, batch.campaign)
        if row.refusals:
            campaigns.update(db, batch.campaign, refusals=0)
        if row.stage:
            _open(db, batch.campaign, now, now + COUNTDOWN)
    return taken


def _open(db: Connection, campaign: int, now: datetime, not_before: datetime | None) -> None:
    """The first group of a gentle start is out: the rest may follow, after the countdown, unless everything is held meanwhile."""
    campaigns.update(db, campaign, stage="", not_before=not_before)
    row = campaigns.detail(db, campaign)
    if row.reason == NOT_CONFIRMED:
        campaigns.change(db, campaign, [CampaignStatus.HELD], CampaignStatus.SENDING, reason="")
        barring.keeps_back(db, row, now)


def _apply(db: Connection, flight: Flight, answer: Answer, now: datetime) -> None:
    batch = flight.batch
    match meaning(answer):
        case Meaning.ACCEPTED:
            batches.count_request(db, batch.root)
            accept(db, batch, now)
            deliveries.left_meanwhile(db, batch.id, flight.began_at, now)
        case Meaning.IN_DOUBT:
            batches.move(
                db, batch, [BatchState.IN_FLIGHT], BatchState.IN_DOUBT, doubt_since=now, reason=_words(answer)
            )
        case Meaning.AGAIN:
            _again(db, batch, answer, now)
        case Meaning.ACCOUNT:
            batches.move(
                db, batch, [BatchState.IN_FLIGHT], BatchState.RETRY_WAIT, due_at=now, reason=_words(answer)
            )
            pause(db, batch.campaign, f"account: {_words(answer)}")
        case Meaning.NAMED | Meaning.REFUSED:
            _refused(db, flight, answer)


def _again(db: Connection, batch: Batch, answer: Answer, now: datetime) -> None:
    asked = answer.retry_after if isinstance(answer, Unavailable) else None
    due: timedelta = retry_after(batch.failures + 1, asked)
    batches.move(
        db,
        batch,
        [BatchState.IN_FLIGHT],
        BatchState.RETRY_WAIT,
        due_at=now + due,
        failures=batch.failures + 1,
        reason=_words(answer),
    )


def _refused(db: Connection, flight: Flight, answer: Answer) -> None:
    """A refusal of the request or of named recipients: aside, and wait for evidence."""
    batch = flight.batch
    batches.count_request(db, batch.root)
    campaigns.update(db, batch.campaign, refusals=campaigns.detail(db, batch.campaign).refusals + 1)
    named = set(answer.members) if isinstance(answer, Refused) else set()
    chosen = [delivery for position, delivery in enumerate(flight.deliveries) if position in named]
    rest = [delivery for position, delivery in enumerate(flight.deliveries) if position not in named]
    if chosen and rest:
        again = (
            (BatchState.READY, "") if _affords(db, batch) else (BatchState.RETRY_WAIT, Waiting.REFUSED.value)
        )
        parts = [(*again, rest), (BatchState.RETRY_WAIT, Waiting.NAMED.value, chosen)]
        split(db, batch, parts, reason=_words(answer))
        return
    waiting = Waiting.NAMED if chosen else Waiting.REFUSED
    batches.move(
        db,
        batch,
        [BatchState.IN_FLIGHT],
        BatchState.RETRY_WAIT,
        waiting=waiting.value,
        due_at=None,
        reason=_words(answer),
    )


def _affords(db: Connection, batch: Batch) -> bool:
    """Whether the family of a batch may cost one more request: a provider may name one address at a time."""
    found = batches.family(db, batch.root)
    requests = int(next(row.requests for row in found if row.id == batch.root))
    return requests < budget(sum(row.size for row in found))


def split(
    db: Connection, batch: Batch, parts: Sequence[tuple[BatchState, str, Sequence[int]]], *, reason: str = ""
) -> None:
    """Cut a batch into parts (state, why it waits, deliveries), which keep the deliveries."""
    before = [BatchState.CLAIMED, BatchState.IN_FLIGHT, BatchState.RETRY_WAIT]
    if not batches.move(db, batch, before, BatchState.SPLIT, waiting="", reason=reason):
        return
    for state, waiting, ids in parts:
        child = batches.insert(db, batch, state, waiting=waiting, reason=reason if waiting else "")
        deliveries.hand_to(db, batch.id, child, ids)


def _review(db: Connection, campaign: int) -> None:
    """Look at every family of a campaign in which a refused part waits, until nothing more follows."""
    for root in batches.waiting_roots(db, campaign):
        row = campaigns.detail(db, campaign)
        found = batches.family(db, root)
        acts = review(_family(db, found, root, refusals=row.refusals, insisted=bool(row.insisted)))
        for act, part in acts:
            _act(db, act, batches.get(db, part))


def _family(db: Connection, found: Sequence[Any], root: int, *, refusals: int, insisted: bool) -> Family:
    undecided = {state.value for state in BatchState if state.pending}
    parts = tuple(
        Part(row.id, row.size, row.depth, Waiting(row.waiting) if row.waiting else None)
        for row in found
        if row.state in undecided
    )
    first = batches.get(db, root)
    return Family(
        size=sum(row.size for row in found),
        requests=next(row.requests for row in found if row.id == root),
        parts=parts,
        proven=any(row.state == BatchState.ACCEPTED for row in found),
        elsewhere=batches.accepted_elsewhere(db, first),
        last=not batches.others_to_go(db, first),
        insisted=insisted,
        campaign_refusals=refusals,
    )


def _act(db: Connection, act: Act, part: Batch) -> None:
    waiting = [BatchState.RETRY_WAIT]
    reason = batches.reason(db, part)
    match act:
        case Act.SPLIT:
            ids = deliveries.of_batch(db, part.id).numbers
            split(
                db,
                part,
                [(BatchState.READY, "", [ids[n] for n in half]) for half in halves(len(ids))],
                reason=reason,
            )
        case Act.REJECT:
            deliveries.reject_batch(db, part.id, reason)
            batches.move(db, part, waiting, BatchState.REJECTED, waiting="")
        case Act.HOLD:
            batches.move(db, part, waiting, BatchState.HELD, waiting="")
        case Act.PAUSE:
            pause(db, part.campaign, f"{REFUSED_WHOLE}: {reason}")


def pause(db: Connection, campaign: int, reason: str) -> bool:
    """The program pauses a campaign; nobody is rejected, nothing is lost."""
    return campaigns.change(db, campaign, [CampaignStatus.SENDING], CampaignStatus.PAUSED, reason=reason)


def _finish(db: Connection, campaign: int, now: datetime) -> None:
    """A campaign without anything pending is finished, or held while something is not confirmed.

    What comes back to a campaign that was cancelled meanwhile is cancelled with it.
    """
    row = campaigns.detail(db, campaign)
    if row.status == CampaignStatus.CANCELLED:
        deliveries.stop(db, batches.of_campaign(campaign), BatchState.CANCELLED, "cancelled")
        return
    pending, unclear = books.open_batches(db, campaign)
    if pending and row.stage:
        _look_at_first(db, campaign, now)
    if pending:
        return
    if unclear:  # what is paused stays so: a doubt that ends lets nothing of it go
        live = [CampaignStatus.SENDING, CampaignStatus.HELD]
        campaigns.change(db, campaign, live, CampaignStatus.HELD, reason=NOT_CONFIRMED)
    else:
        over = [CampaignStatus.SENDING, CampaignStatus.PAUSED, CampaignStatus.HELD]
        campaigns.change(db, campaign, over, CampaignStatus.FINISHED, reason="", ended_at=now)


def _look_at_first(db: Connection, campaign: int, now: datetime) -> None:
    """The first group of a gentle start will not be accepted by itself: nobody of it is left, or nobody knows."""
    states = batches.first_family(db, campaign)
    if any(state.pending for state in states):
        return
    if states & {BatchState.IN_DOUBT, BatchState.HELD}:
        campaigns.change(db, campaign, [CampaignStatus.SENDING], CampaignStatus.HELD, reason=NOT_CONFIRMED)
    else:
        _open(db, campaign, now, None)
