"""Decided: for how many people of a mailing a person's word stands where nobody knew what became of a call.

In: a campaign's number. Out: a Decided. Called by pipeline.report.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from newsletter.model.campaign import BatchState, Decided, DeliveryState, Progress
from newsletter.store.inquiries import OPEN
from newsletter.store.tables import attempts, batches, deliveries

ASSUMED = "assumed"  #: the reason of a batch that a person counted as handed over


def decided(db: Connection, campaign_id: int) -> Decided:
    """How many were counted as handed over, with no sign of life since; and how many were handed over once more (at most: of a batch
    that was split afterwards, all its parts count)."""
    found = (
        select(batches.c.id, (batches.c.reason == ASSUMED).label("assumed"), _again().label("again"))
        .where(batches.c.campaign_id == campaign_id, batches.c.state == BatchState.ACCEPTED.value)
        .subquery()
    )
    silent = and_(found.c.assumed, deliveries.c.progress == Progress.NO_NEWS.rank)
    counted = (
        select(func.count().filter(silent), func.count().filter(found.c.again))
        .join_from(found, deliveries, deliveries.c.batch_id == found.c.id)
        .where(or_(found.c.assumed, found.c.again), deliveries.c.state == DeliveryState.BATCHED.value)
    )
    return Decided(*db.execute(counted).one())


def _again() -> ColumnElement[bool]:
    """Batches before whose last call there was another of which nobody knows what became: theirs, or of a batch they were cut from."""
    before, later = batches.alias("before"), attempts.alias("later")
    root = func.coalesce(batches.c.root_id, batches.c.id)
    family = and_(
        before.c.state == BatchState.SPLIT.value, func.coalesce(before.c.root_id, before.c.id) == root
    )
    followed = exists().where(later.c.batch_id == attempts.c.batch_id, later.c.number > attempts.c.number)
    own = and_(before.c.id == batches.c.id, followed)
    return (
        select(attempts.c.number)
        .join(before, before.c.id == attempts.c.batch_id)
        .where(or_(own, family), attempts.c.outcome.in_(OPEN))
        .correlate(batches)
        .exists()
    )
