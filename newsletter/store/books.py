"""The books of a campaign, counted from the ledger each time: nothing is counted up by hand.

In: a campaign's number. Out: Books. Called by pipeline.report and whoever asks whether a campaign is at its end.
"""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection, and_, bindparam, case, func, select

from newsletter.model.campaign import PENDING, BatchState, Books, DeliveryState, Progress
from newsletter.store.tables import batches, campaigns, deliveries

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


_FOLLOWING = deliveries.c.state == DeliveryState.BATCHED.value
# By the state of the batch alone, which its index brings in order: nothing is sorted, however many deliveries there are.
_TOTALS = (
    select(
        batches.c.state,
        func.count().label("prepared"),
        func.sum(case((deliveries.c.state == DeliveryState.SKIPPED.value, 1), else_=0)).label("skipped"),
        func.sum(case((deliveries.c.state == DeliveryState.REJECTED.value, 1), else_=0)).label("rejected"),
        *(
            func.sum(case((and_(_FOLLOWING, deliveries.c.progress == one.rank), 1), else_=0)).label(one.value)
            for one in Progress
        ),
    )
    .join_from(deliveries, batches, batches.c.id == deliveries.c.batch_id)
    .where(batches.c.campaign_id == bindparam("campaign"))
    .group_by(batches.c.state)
)
_SKIPPED = (
    select(deliveries.c.reason, func.count())
    .join_from(deliveries, batches, batches.c.id == deliveries.c.batch_id)
    .where(batches.c.campaign_id == bindparam("campaign"), deliveries.c.state == DeliveryState.SKIPPED.value)
    .group_by(deliveries.c.reason)
)


def books(db: Connection, campaign_id: int) -> Books:
    """Count a campaign's deliveries by what became of them."""
    totals: Counter[str] = Counter()
    apart = 0
    for row in db.execute(_TOTALS, {"campaign": campaign_id}):
        name = _FOLLOWS[BatchState(row.state)]
        totals["prepared"] += row.prepared
        totals["rejected"] += row.rejected
        totals[name] += row.prepared - row.rejected - row.skipped
        apart += row.skipped
        if name == "accepted":
            totals.update({one.value: getattr(row, one.value) for one in Progress})
    skipped: dict[str, int] = dict(db.execute(_SKIPPED, {"campaign": campaign_id}).all()) if apart else {}
    head = db.execute(
        select(campaigns.c.candidates, campaigns.c.excluded).where(campaigns.c.id == campaign_id)
    ).one()
    if totals.pop("split", 0):
        raise AssertionError(f"campaign {campaign_id}: deliveries were left in a batch that was split")
    return Books(candidates=head.candidates or 0, excluded=head.excluded, skipped=skipped, **totals)


_SIZES = (
    select(batches.c.id, func.count())
    .join_from(deliveries, batches, batches.c.id == deliveries.c.batch_id)
    .where(batches.c.campaign_id == bindparam("campaign"))
    .group_by(batches.c.id)
)
_STANDING = select(batches.c.id, batches.c.state).where(batches.c.campaign_id == bindparam("campaign"))


def moved(db: Connection, campaign_id: int, sizes: dict[int, int]) -> tuple[int, int]:
    """How many deliveries a campaign has, and how many of them are in batches that are not pending any more: for who looks every
    moment. Those that were skipped or rejected by themselves count with their batch.

    `sizes` is the caller's to keep between two looks: a batch changes its size only when it is split, and then there are new ones; so
    people are counted again only when a batch is not among them.
    """
    states: dict[int, str] = dict(db.execute(_STANDING, {"campaign": campaign_id}).all())
    if states.keys() - sizes.keys():
        counted: dict[int, int] = dict(db.execute(_SIZES, {"campaign": campaign_id}).all())
        sizes.update(dict.fromkeys(states, 0) | counted)
    prepared = sum(sizes[number] for number in states)
    return prepared, prepared - sum(sizes[n] for n, state in states.items() if BatchState(state).pending)


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
