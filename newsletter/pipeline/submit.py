"""Submit one batch: claim it, wait for the pace, commit that it leaves, call the provider, conclude.

In: a Context and who is working. Out: what became of the batch, stored. Called by worker.embedded, once for each free slot.

The order is the promise: what is about to leave is written down, durably, before a byte of it leaves; and whoever left is looked
for in that same transaction (docs/explanation/ledger.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from newsletter.dispatch.batching import cut_by_weight
from newsletter.dispatch.outcome import Answer
from newsletter.dispatch.pacing import Pace, gentle_rate
from newsletter.model.campaign import BatchState, CampaignStatus, DeliveryState
from newsletter.model.errors import ConfigurationError, Refused, Unavailable, Uncertain
from newsletter.model.outbound import OutboundBatch, Parcel
from newsletter.pipeline import conclude
from newsletter.pipeline.context import Context
from newsletter.pipeline.parcels import Parcels
from newsletter.store import Connection, batches, campaigns, deliveries, selection
from newsletter.store.batches import Batch

CLAIM_LEASE = timedelta(minutes=5)  #: longer than any wait for the pace
FLIGHT_LEASE = timedelta(minutes=10)  #: longer than the provider client's time-outs together


@dataclass(frozen=True, slots=True)
class Flight:
    """A batch on its way: the bytes, and whose place in the parcel is whose delivery."""

    batch: Batch
    attempt: int
    parcel: Parcel
    deliveries: tuple[int, ...]
    provider: str
    began_at: datetime


class Desk:
    """What the slots of one process share: who they are, the account's meter, compiled messages."""

    def __init__(self, ctx: Context, owner: str, *, stopping: Callable[[], bool] = lambda: False) -> None:
        self.ctx = ctx
        self.owner = owner
        self.stopping = stopping
        self.parcels = Parcels(ctx)
        self._lock = Lock()
        self._pace = Pace(ctx.now())

    def wait(self, per_minute: Callable[[datetime], int], members: int) -> bool:
        """Wait for the pace and take so many members' share of it; False when the program is stopping."""
        while not self.stopping():
            now = self.ctx.now()
            with self._lock:
                delay = self._pace.wait(now)
                if not delay:
                    self._pace = self._pace.after(now, members, per_minute(now))
                    return True
            self.ctx.sleep(min(delay.total_seconds(), 0.5))
        return False


def submit_next(desk: Desk, campaign: int | None = None) -> bool:
    """Submit the next batch that may leave, of one campaign or of any; False when there is nothing to do now."""
    ctx = desk.ctx
    batch = claim_next(ctx, desk.owner, campaign)
    if batch is None:
        return False
    if not _wait(desk, batch):
        with ctx.store.write() as db:
            batches.move(db, batch, [BatchState.CLAIMED], BatchState.READY)
        return False
    flight = _begin(desk, batch)
    if flight is not None:
        answer = _call(ctx, flight)
        with ctx.store.write() as db:
            conclude.conclude(ctx, db, flight, answer)
    return True


def claim_next(ctx: Context, owner: str, campaign: int | None) -> Batch | None:
    """Claim a batch (compare-and-set), after waking what only waited for its time."""
    now = ctx.now()
    with ctx.store.write() as db:
        batches.wake(db, now)
        return batches.claim(db, now, owner, now + CLAIM_LEASE, campaign)


def _wait(desk: Desk, batch: Batch) -> bool:
    ctx = desk.ctx
    with ctx.store.read() as db:
        row = campaigns.detail(db, batch.campaign)
        members = len(deliveries.of_batch(db, batch.id))
    account = ctx.settings.whole("send.rate_per_minute")
    if not row.gentle:
        return desk.wait(lambda _now: account, members)
    return desk.wait(lambda now: gentle_rate(row.started_at or now, now, account), members)


def _begin(desk: Desk, batch: Batch) -> Flight | None:
    """The last look, and the commit that the batch leaves; None when it does not leave after all."""
    ctx = desk.ctx
    try:
        with ctx.store.write() as db:
            return _commit_to_leave(desk, db, batch)
    except ConfigurationError as error:
        with ctx.store.write() as db:
            batches.move(db, batch, [BatchState.CLAIMED], BatchState.READY)
            conclude.pause(db, batch.campaign, f"setup: {error.message}")
        return None


def _commit_to_leave(desk: Desk, db: Connection, batch: Batch) -> Flight | None:
    ctx, now = desk.ctx, desk.ctx.now()
    row = campaigns.detail(db, batch.campaign)
    if row.status != CampaignStatus.SENDING:
        batches.move(db, batch, [BatchState.CLAIMED], BatchState.READY)
        conclude.finish(db, batch.campaign, now)
        return None
    if _expired(db, batch, now):
        return None
    skip_who_left(ctx, db, batch, now)
    rows = deliveries.of_batch(db, batch.id)
    if not rows:
        batches.move(
            db,
            batch,
            [BatchState.CLAIMED],
            BatchState.CANCELLED,
            reason="nobody of it may be mailed any more",
        )
        conclude.finish(db, batch.campaign, now)
        return None
    number = batches.next_attempt(db, batch)
    outbound = desk.parcels.outbound(db, batch, rows, number, int(row.started_at.timestamp()))
    provider = ctx.provider(row.provider)
    parts = _too_heavy(ctx, outbound)
    if parts:
        ids = [entry.id for entry in rows]
        conclude.split(db, batch, [(BatchState.READY, "", [ids[n] for n in part]) for part in parts])
        return None
    parcel = provider.encode(outbound)
    if not batches.move(
        db,
        batch,
        [BatchState.CLAIMED],
        BatchState.IN_FLIGHT,
        owner=desk.owner,
        lease_until=now + FLIGHT_LEASE,
        reason="",
    ):
        return None  # fenced: the claim ran out and another has it
    batches.begin_attempt(db, batch, parcel.sha256, parcel.members, now)
    return Flight(batch, number, parcel, tuple(entry.id for entry in rows), row.provider, now)


def _expired(db: Connection, batch: Batch, now: datetime) -> bool:
    expires_at = batches.expiry(db, batch)
    if expires_at is None or now < expires_at:
        return False
    batches.move(db, batch, [BatchState.CLAIMED], BatchState.EXPIRED, reason="its time had passed")
    deliveries.release(db, batches.is_batch(batch))
    conclude.finish(db, batch.campaign, now)
    return True


def skip_who_left(ctx: Context, db: Connection, batch: Batch, now: datetime) -> None:
    """Consent is judged when transmission starts (CASL s. 6(4)(a)): whoever may not be mailed now is skipped, with the reason."""
    gone: dict[str, list[int]] = {}
    for delivery, reason in selection.left(db, batch.id, now.date()):
        gone.setdefault(reason, []).append(delivery)
    for reason, ids in gone.items():
        deliveries.set_apart(db, ids, DeliveryState.SKIPPED, reason)


def _too_heavy(ctx: Context, outbound: OutboundBatch) -> Sequence[range]:
    """The parts that a batch must be cut into to stay under the limit of substitution bytes a request, if one is set."""
    limit = ctx.settings.whole("sendgrid.substitution_bytes")
    if not limit:
        return []
    tags = sum(len(tag) for tag in outbound.message.tags)
    weights = [tags + sum(len(value.encode()) for value in row.values) for row in outbound.recipients]
    parts = cut_by_weight(weights, limit)
    return parts if len(parts) > 1 else []


def _call(ctx: Context, flight: Flight) -> Answer:
    """Post the parcel, once. Whatever is not one of the documented answers is uncertain: nobody knows what was taken."""
    try:
        return ctx.provider(flight.provider).submit(flight.parcel)
    except (Refused, Unavailable, Uncertain) as answer:
        return answer
    except Exception as error:  # noqa: BLE001 - a bug of ours must not be taken for a refusal
        return Uncertain(f"{type(error).__name__} while the parcel was handed over", code="submit-crashed")
