"""Submit one batch: claim it, wait for the pace, commit that it leaves, call the provider, conclude.

In: a Context and who is working. Out: what became of the batch, stored. Called by worker.embedded, once for each free slot.

The order is the promise: what is about to leave is written down, durably, before a byte of it leaves; and whoever left is looked
for in that same transaction (docs/explanation/ledger.md).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from newsletter.dispatch.batching import cut_by_weight, halves
from newsletter.dispatch.outcome import Answer
from newsletter.dispatch.pacing import gentle_rate, retry_after
from newsletter.model.campaign import BatchState, CampaignStatus, DeliveryState
from newsletter.model.errors import (
    ConfigurationError,
    Explained,
    RefusalScope,
    Refused,
    StoreUnavailable,
    Unavailable,
    Uncertain,
)
from newsletter.model.outbound import OutboundBatch, Parcel
from newsletter.model.said import Said, kept
from newsletter.pipeline import barring, conclude, hours, lease, reaching
from newsletter.pipeline.context import Context
from newsletter.pipeline.desk import Desk as Desk  # the worker knows it from here
from newsletter.pipeline.flight import Flight
from newsletter.providers.contract import Provider
from newsletter.store import Connection, attempts, batches, campaigns, deliveries, doubts, selection, waking
from newsletter.store.batches import Batch

log = logging.getLogger(__name__)

CLAIM_LEASE = timedelta(
    minutes=5
)  #: of a claim whose process does not live any more; a living one's never lapses
FLIGHT_LEASE = timedelta(minutes=10)  #: as well; longer than the provider client's time-outs together
PATIENCE = 60  #: how often an answer is tried to be written down, a second apart, before it is given up

Written = TypeVar("Written")


def submit_next(desk: Desk, campaign: int | None = None) -> bool:
    """Submit the next batch that may leave, of one campaign or of any; False when there is nothing to do now."""
    try:
        batch = claim_next(desk.ctx, desk.owner, campaign, desk.in_hand())
    except StoreUnavailable as error:
        if not error.passing:
            raise
        return False
    if batch is None:
        return False
    with desk.holding(batch):
        return _submit(desk, batch)


def _submit(desk: Desk, batch: Batch) -> bool:
    ctx = desk.ctx
    if not _wait(desk, batch):
        with ctx.store.write() as db:
            batches.move(db, batch, [BatchState.CLAIMED], BatchState.READY)
        return False
    flight = _begin(desk, batch)
    if flight is not None:
        answer = _call(ctx, flight)
        if isinstance(answer, Unavailable):
            desk.hold_off(flight.provider, retry_after(batch.failures + 1, answer.retry_after))
        _write_down(ctx, flight, answer)
    return True


def claim_next(ctx: Context, owner: str, campaign: int | None, in_hand: Collection[int] = ()) -> Batch | None:
    """Claim a batch (compare-and-set), after waking what only waited for its time. `in_hand`: what living slots work at."""
    now = ctx.now()
    with ctx.store.write() as db:
        for lost in waking.wake(db, now, in_hand):
            conclude.follow(db, lost, now)
        return batches.claim(db, now, owner, now + CLAIM_LEASE, campaign)


def _wait(desk: Desk, batch: Batch) -> bool:
    ctx = desk.ctx
    rate = ctx.settings.whole("send.rate_per_minute")
    with ctx.store.read() as db:
        members = deliveries.count_of_batch(db, batch.id)
        row = campaigns.detail(db, batch.campaign)
        if row.gentle:
            rate = gentle_rate(attempts.handed_over(db, batch.campaign), rate)
    return desk.wait(row.provider, rate, members, lambda: _wanted(ctx, batch))


def _wanted(ctx: Context, batch: Batch) -> bool:
    """Nobody paused, held or cancelled it while it waited for its turn. (What counts is asked again when it leaves.)"""
    with ctx.store.read() as db:
        row = campaigns.detail(db, batch.campaign)
        return row.status == CampaignStatus.SENDING and barring.bars(db, row, ctx.now()) is None


def _begin(desk: Desk, batch: Batch) -> Flight | None:
    """The last look, and the commit that the batch leaves; None when it does not leave after all.

    What fails here fails before a byte has left: the mailing pauses, and no other waits for it. Raises NotOurs, which ends the runner.
    """
    ctx = desk.ctx

    def commit() -> Flight | None:
        with ctx.store.write() as db:
            return _commit_to_leave(desk, db, batch)

    try:
        return _insist(ctx, commit, lambda error: not error.passing or desk.stopping())
    except StoreUnavailable:
        raise
    except lease.NotOurs:  # another copy sends: the mailing, perhaps under way there, is left as it is
        with ctx.store.write() as db:
            batches.move(db, batch, [BatchState.CLAIMED], BatchState.READY)
        raise
    except Explained as error:
        reason = kept(error.said[0])
    except Exception as error:
        log.exception("batch %d could not be made ready", batch.id)
        reason = f"{type(error).__name__} while batch {batch.id} was made ready"
    with ctx.store.write() as db:
        batches.move(db, batch, [BatchState.CLAIMED], BatchState.READY)
        conclude.pause(db, batch.campaign, f"{conclude.SETUP}{reason}")
    return None


def _write_down(ctx: Context, flight: Flight, answer: Answer) -> None:
    """What the provider answered is known here only: a database that is locked or full is waited for, though not for ever."""
    tries = iter(range(PATIENCE))

    def commit() -> None:
        with ctx.store.write() as db:
            conclude.conclude(ctx, db, flight, answer)

    _insist(ctx, commit, lambda _error: next(tries, None) is None)


def _insist(
    ctx: Context, commit: Callable[[], Written], give_up: Callable[[StoreUnavailable], bool]
) -> Written:
    """Commit as soon as the database lets us. Raises StoreUnavailable when it is given up."""
    while True:
        try:
            return commit()
        except StoreUnavailable as error:
            if give_up(error):
                raise
            log.warning("%s; trying again", error.message)
            ctx.sleep(1.0)


def _commit_to_leave(desk: Desk, db: Connection, batch: Batch) -> Flight | None:
    ctx, now = desk.ctx, desk.ctx.now()
    row = campaigns.detail(db, batch.campaign)
    number = attempts.next_number(db, batch)
    if not _may_leave(db, batch, row, now) or (number > 1 and _proven(db, batch, now)):
        return None
    if hours.puts_off(ctx, db, batch, row, now):
        return None
    reaching.require_same(ctx, row)
    skip_who_left(ctx, db, batch, now)
    rows = deliveries.of_batch(db, batch.id)
    packed = _pack(desk, db, batch, rows, number, row) if rows else None
    if packed is None:
        if not rows:
            batches.move(
                db,
                batch,
                [BatchState.CLAIMED],
                BatchState.CANCELLED,
                reason="nobody of it may be mailed any more",
            )
        conclude.follow(db, batch.campaign, now)
        return None
    parcel, rows = packed
    if not batches.move(
        db,
        batch,
        [BatchState.CLAIMED],
        BatchState.IN_FLIGHT,
        owner=desk.owner,
        lease_until=now + FLIGHT_LEASE,
        reason="",
    ):
        return None
    attempts.begin(db, batch, number, parcel.sha256, parcel.members, now)
    counted = lease.step(ctx, db)
    return Flight(batch, number, parcel, tuple(entry.id for entry in rows), row.provider, now, counted)


def _may_leave(db: Connection, batch: Batch, row: Any, now: datetime) -> bool:
    """Still ours, still wanted, still in time; asked in the transaction that lets it leave."""
    standing = batches.get(db, batch.id)
    if (standing.state, standing.epoch) != (BatchState.CLAIMED, batch.epoch):
        return False  # fenced: the claim ran out and another has it; nothing of it is ours to change
    if barring.keeps_back(db, row, now) or row.status != CampaignStatus.SENDING:
        batches.move(db, batch, [BatchState.CLAIMED], BatchState.READY)
        conclude.follow(db, batch.campaign, now)
        return False
    return not _expired(db, batch, now)


def _proven(db: Connection, batch: Batch, now: datetime) -> bool:
    """An event came after a person decided to send again, and says that the first attempt was taken after all."""
    if not doubts.proven(db, only=batch.id):
        return False
    conclude.accept(db, batch, now)
    conclude.follow(db, batch.campaign, now)
    return True


def _expired(db: Connection, batch: Batch, now: datetime) -> bool:
    expires_at = batches.expiry(db, batch)
    if expires_at is None or now < expires_at:
        return False
    claimed = [BatchState.CLAIMED]
    deliveries.stop(db, batches.is_batch(batch), BatchState.EXPIRED, "its time had passed", claimed)
    conclude.follow(db, batch.campaign, now)
    return True


def skip_who_left(ctx: Context, db: Connection, batch: Batch, now: datetime) -> None:
    """Consent is judged when transmission starts (CASL s. 6(4)(a)): whoever may not be mailed now is skipped, with the reason."""
    gone: dict[str, list[int]] = {}
    for delivery, reason in selection.left(db, batch.id, now.date()):
        gone.setdefault(reason, []).append(delivery)
    for reason, ids in gone.items():
        deliveries.set_apart(db, ids, DeliveryState.SKIPPED, reason)


def _pack(
    desk: Desk, db: Connection, batch: Batch, rows: Sequence[Any], number: int, row: Any
) -> tuple[Parcel, Sequence[Any]] | None:
    """The parcel, and whose deliveries are in it; None when the batch had to be cut instead, or nobody is left in it."""
    provider = desk.ctx.provider(row.provider)
    while rows:
        outbound = desk.parcels.outbound(db, batch, rows, number, int(row.started_at.timestamp()))
        parts = _too_heavy(provider, outbound)
        try:
            if len(parts) <= 1:
                return provider.encode(outbound), rows
        except Refused as refusal:
            if (refusal.scope is RefusalScope.MEMBERS and refusal.members) or len(rows) == 1:
                rows = _leave_out(db, rows, refusal)
                continue
            parts = halves(len(rows))
        ids = [entry.id for entry in rows]
        conclude.split(db, batch, [(BatchState.READY, "", [ids[n] for n in part]) for part in parts])
        return None
    batches.move(db, batch, [BatchState.CLAIMED], BatchState.REJECTED, reason="nobody of it can be sent to")
    return None


def _leave_out(db: Connection, rows: Sequence[Any], refusal: Refused) -> Sequence[Any]:
    """Those who can never be sent to are rejected before anything leaves; the others remain."""
    out = set(refusal.members) or {0}
    gone = [entry.id for position, entry in enumerate(rows) if position in out]
    deliveries.set_apart(db, gone, DeliveryState.REJECTED, refusal.message)
    return [entry for position, entry in enumerate(rows) if position not in out]


def _too_heavy(provider: Provider, outbound: OutboundBatch) -> Sequence[range]:
    """The parts that a batch must be cut into to stay under the provider's limit of weight, if it has one."""
    limit = provider.capabilities.max_weight
    if not limit:
        return []
    return cut_by_weight([provider.weigh(outbound.message, row) for row in outbound.recipients], limit)


def _call(ctx: Context, flight: Flight) -> Answer:
    """Post the parcel, once. Whatever is not one of the documented answers is uncertain: nobody knows what was taken."""
    try:
        lease.keep(ctx, flight.counted)
    except (
        ConfigurationError
    ) as error:  # not a byte has left, and none does before a restored backup could be told
        return Unavailable(error.said[0], code=error.code)
    try:
        return ctx.provider(flight.provider).submit(flight.parcel)
    except (Refused, Unavailable, Uncertain) as answer:
        return answer
    except Exception as error:  # noqa: BLE001 - a bug of ours must not be taken for a refusal
        return Uncertain(
            Said(
                f"{type(error).__name__} while the parcel was handed over",
                f"{type(error).__name__} pendant la remise du lot",
            ),
            code="submit-crashed",
        )
