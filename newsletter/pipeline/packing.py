"""Packing: the parcel of a claimed batch, made ahead of the transaction that lets it leave, or in it.

In: a desk, a batch, its deliveries. Out: a Packed, or None where the batch was cut or nobody is left in it. Called by pipeline.submit.

Most of the work of a batch is making its bytes. Done ahead, it holds up no writer: while one slot waits for the disk, the other packs.
Nothing is believed for it: submit looks at state, epoch and consent in its transaction, and packs anew when anybody has left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from newsletter.dispatch.batching import cut_by_weight, halves
from newsletter.model.campaign import BatchState, DeliveryState
from newsletter.model.errors import Explained, RefusalScope, Refused
from newsletter.model.inquiry import Revocable
from newsletter.model.outbound import OutboundBatch, Parcel
from newsletter.pipeline import conclude
from newsletter.pipeline.desk import Desk
from newsletter.providers.contract import Provider
from newsletter.store import Connection, attempts, batches, deliveries
from newsletter.store.batches import Batch
from newsletter.store.deliveries import Following


@dataclass(frozen=True, slots=True)
class Packed:
    """A parcel, the number of the attempt that stands in it, and whose deliveries are in it."""

    parcel: Parcel
    number: int
    deliveries: tuple[int, ...]


def ahead(desk: Desk, batch: Batch) -> Packed | None:
    """The parcel of a batch as it stands now; None where something is to be decided first, in the transaction that lets it leave.

    Deliveries of a claimed batch change by whoever has claimed it alone, so it is still right when state, epoch, the number of the
    attempt and everybody's consent are.
    """
    try:
        with desk.ctx.store.read() as db:
            number, rows = attempts.next_number(db, batch), deliveries.of_batch(db, batch.id)
            if not rows.numbers:
                return None
            provider, outbound = _outbound(desk, db, batch, rows, number, None)
        if len(_too_heavy(provider, outbound)) > 1:
            return None
        return Packed(provider.encode(outbound), number, tuple(rows.numbers))
    except (
        Explained
    ):  # of a recipient, a setting or the database: the transaction meets it again, and says what follows
        return None


def pack(desk: Desk, db: Connection, batch: Batch, number: int, revocable: Revocable | None) -> Packed | None:
    """The parcel of those who are left in a batch; None when it had to be cut instead, or nobody is left in it."""
    rows = deliveries.of_batch(db, batch.id)
    reason = "nobody of it can be sent to" if rows.numbers else "nobody of it may be mailed any more"
    end = BatchState.REJECTED if rows.numbers else BatchState.CANCELLED
    while rows.numbers:
        provider, outbound = _outbound(desk, db, batch, rows, number, revocable)
        parts = _too_heavy(provider, outbound)
        try:
            if len(parts) <= 1:
                return Packed(provider.encode(outbound), number, tuple(rows.numbers))
        except Refused as refusal:
            if (refusal.scope is RefusalScope.MEMBERS and refusal.members) or len(rows.numbers) == 1:
                rows = _leave_out(db, rows, refusal)
                continue
            parts = halves(len(rows.numbers))
        ids = rows.numbers
        conclude.split(db, batch, [(BatchState.READY, "", [ids[n] for n in part]) for part in parts])
        return None
    batches.move(db, batch, [BatchState.CLAIMED], end, reason=reason)
    return None


def _outbound(
    desk: Desk, db: Connection, batch: Batch, rows: Following, number: int, revocable: Revocable | None
) -> tuple[Provider, OutboundBatch]:
    outbound = desk.parcels.outbound(db, batch, rows, number)
    provider = desk.parcels.provider(db, batch)
    return provider, replace(outbound, revocable=revocable) if revocable else outbound


def _leave_out(db: Connection, rows: Following, refusal: Refused) -> Following:
    """Those who can never be sent to are rejected before anything leaves; the others remain."""
    out = set(refusal.members) or {0}
    deliveries.set_apart(db, [rows.numbers[place] for place in out], DeliveryState.REJECTED, refusal.message)
    return rows.without(out)


def _too_heavy(provider: Provider, outbound: OutboundBatch) -> Sequence[range]:
    """The parts that a batch must be cut into to stay under the provider's limit of weight, if it has one."""
    limit = provider.capabilities.max_weight
    if not limit:
        return []
    return cut_by_weight([provider.weigh(outbound.message, row) for row in outbound.recipients], limit)
