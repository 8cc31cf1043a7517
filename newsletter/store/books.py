"""The books of a campaign, counted from the ledger each time: nothing is counted up by hand.

In: a campaign's number. Out: Books. Called by pipeline.report and whoever asks whether a campaign is at its end.
"""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection, bindparam, func, select

from newsletter.model.campaign import PENDING, BatchState, Books, DeliveryState, Progress
from newsletter.store.tables import batches, campaigns, deliveries

_BY_RANK = list(Progress)
_FOLLOWS = {
    BatchState.ACCEPTED: "accepted",
    BatchState.IN_DOUBT: "in_doubt",
    BatchState.HELD: "held",
    BatchState.CANCELLED: "cancelled",
    BatchState.EXPIRED: "expired",
    BatchState.REJECTED: "rejected",
    BatchState.SPLIT: "split",
    **dict.fromkeys(PENDING, "pending"),
}


def books(db: Connection, campaign_id: int) -> Books:
    """Count a campaign's deliveries by what became of them."""
    counted = db.execute(
        select(batches.c.state, deliveries.c.state, deliveries.c.reason, deliveries.c.progress, func.count())
        .join_from(deliveries, batches, batches.c.id == deliveries.c.batch_id)
        .where(batches.c.campaign_id == campaign_id)
        .group_by(batches.c.state, deliveries.c.state, deliveries.c.reason, deliveries.c.progress)
    )
    totals: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    for batch_state, delivery_state, reason, rank, count in counted:
        totals["prepared"] += count
        if delivery_state == DeliveryState.SKIPPED:
            skipped[reason] += count
        elif delivery_state == DeliveryState.REJECTED:
            totals["rejected"] += count
        else:
            name = _FOLLOWS[BatchState(batch_state)]
            totals[name] += count
            if name == "accepted":
                totals[_BY_RANK[rank].value] += count
    head = db.execute(
        select(campaigns.c.candidates, campaigns.c.excluded).where(campaigns.c.id == campaign_id)
    ).one()
    if totals.pop("split", 0):
        raise AssertionError(f"campaign {campaign_id}: deliveries were left in a batch that was split")
    return Books(candidates=head.candidates or 0, excluded=head.excluded, skipped=dict(skipped), **totals)


_SIZES = (
    select(batches.c.state, func.count())
    .join_from(deliveries, batches, batches.c.id == deliveries.c.batch_id)
    .where(batches.c.campaign_id == bindparam("campaign"))
    .group_by(batches.c.state)
)


def moved(db: Connection, campaign_id: int) -> tuple[int, int]:
    """How many deliveries a campaign has, and how many of them are in batches that are not pending any more: a fifth of the time
    of the books, for who looks every moment. Those that were skipped or rejected by themselves count with their batch."""
    counted: dict[str, int] = dict(db.execute(_SIZES, {"campaign": campaign_id}).all())
    prepared = sum(counted.values())
    return prepared, prepared - sum(n for state, n in counted.items() if BatchState(state).pending)


_STATES = (
    select(batches.c.state, func.count())
    .where(batches.c.campaign_id == bindparam("campaign"))
    .group_by(batches.c.state)
)


def open_batches(db: Connection, campaign_id: int) -> tuple[int, int]:
    """How many batches are pending, and how many are in doubt or held: all that the status of a campaign needs."""
    counted: dict[str, int] = dict(db.execute(_STATES, {"campaign": campaign_id}).all())
    pending = sum(count for state, count in counted.items() if BatchState(state).pending)
    return pending, counted.get(BatchState.IN_DOUBT.value, 0) + counted.get(BatchState.HELD.value, 0)


def shapes(db: Connection, campaign_id: int) -> tuple[int, int]:
    """How many variants a campaign has, and how many batches that were not split."""
    kept = select(func.count()).where(
        batches.c.campaign_id == campaign_id, batches.c.state != BatchState.SPLIT.value
    )
    texts = select(func.count(batches.c.variant_id.distinct())).where(batches.c.campaign_id == campaign_id)
    return db.execute(texts).scalar_one(), db.execute(kept).scalar_one()
