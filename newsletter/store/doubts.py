"""Doubts: which batches are proven to be taken by what came back, and which have waited for that too long.

In: a campaign, the clock. Out: numbers of batches. Called by pipeline.settle and submit, and
by store.deliveries.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select

from newsletter.model.campaign import BatchState
from newsletter.model.event import EVIDENCE, EventKind
from newsletter.model.inquiry import Question
from newsletter.store.tables import attempts, batches, deliveries, events, inquiries

#: events that a provider may send of mail which it then discards
_BEFORE_IT_LEAVES = frozenset({EventKind.PROCESSED, EventKind.DROPPED})
#: states in which a batch may be waiting for a proof that it was taken
UNPROVEN = (BatchState.IN_DOUBT, BatchState.HELD, BatchState.READY, BatchState.CLAIMED, BatchState.RETRY_WAIT)


def proven(db: Connection, campaign: int | None = None, only: int | None = None) -> list[int]:
    """Batches not known to be taken for which an event speaks: one event with our batch id proves the whole request.

    Those in doubt or held; and those that are to go again, for a refused request has no events. An event that names a delivery
    which is not of the batch speaks of another with its number: of a database that a backup has replaced.
    """
    of_it = (
        select(deliveries.c.id)
        .where(deliveries.c.id == events.c.delivery_id, deliveries.c.batch_id == batches.c.id)
        .correlate(events, batches)
    )
    seen = select(events.c.id).where(
        events.c.batch_id == batches.c.id,
        events.c.kind.in_([kind.value for kind in EVIDENCE]),
        events.c.attempt.in_(_calls()),
        or_(events.c.delivery_id.is_(None), of_it.exists()),
    )
    query = select(batches.c.id).where(
        batches.c.state.in_([state.value for state in UNPROVEN]), seen.exists()
    )
    if campaign is not None:
        query = query.where(batches.c.campaign_id == campaign)
    if only is not None:
        query = query.where(batches.c.id == only)
    return [int(number) for (number,) in db.execute(query.order_by(batches.c.id))]


def _calls() -> Select[int]:
    """The calls with a batch of which an event can speak. What was revoked may have been taken and discarded: only an event of a mail
    on its way to somebody speaks of it."""
    asked = exists().where(
        inquiries.c.batch_id == attempts.c.batch_id,
        inquiries.c.number == attempts.c.number,
        inquiries.c.question == Question.REVOKE.value,
    )
    moved = events.c.kind.in_([kind.value for kind in EVIDENCE - _BEFORE_IT_LEAVES])
    return (
        select(attempts.c.number)
        .where(attempts.c.batch_id == batches.c.id, or_(moved, ~asked))
        .correlate(batches, events)
    )


def revoked(db: Connection, batch: int, number: int) -> bool:
    """True when a provider was told, or may have been, to discard a call."""
    query = select(inquiries.c.id).where(
        inquiries.c.batch_id == batch,
        inquiries.c.number == number,
        inquiries.c.question == Question.REVOKE.value,
    )
    return db.execute(query.limit(1)).first() is not None


def overdue(db: Connection, before: datetime) -> list[int]:
    """Batches that are in doubt since before a moment."""
    query = select(batches.c.id).where(
        batches.c.state == BatchState.IN_DOUBT.value, batches.c.doubt_since < before
    )
    return [int(number) for (number,) in db.execute(query)]


def undecided(db: Connection, doubted_before: datetime, refused_before: datetime) -> dict[int, list[int]]:
    """Batches that are held for a person since long ago, by campaign: in doubt since before one moment, or (where they never were)
    last posted before another."""
    last = (
        select(func.max(attempts.c.started_at)).where(attempts.c.batch_id == batches.c.id).scalar_subquery()
    )
    long = or_(
        batches.c.doubt_since < doubted_before, and_(batches.c.doubt_since.is_(None), last < refused_before)
    )
    query = select(batches.c.campaign_id, batches.c.id).where(batches.c.state == BatchState.HELD.value, long)
    found: dict[int, list[int]] = {}
    for campaign, batch in db.execute(query.order_by(batches.c.id)):
        found.setdefault(campaign, []).append(batch)
    return found


def may_be_taken(db: Connection, batch: int) -> bool:
    """False when every call with a batch's people was refused: surely nobody of it was reached."""
    query = select(batches.c.id).where(batches.c.id == batch, unresolved())
    return db.execute(query).first() is not None


def unresolved() -> ColumnElement[bool]:
    """Batches with whose people a call was made of which nobody knows what became. It may have been the call of a batch which they
    were cut from since."""
    before = batches.alias("before")
    root = func.coalesce(batches.c.root_id, batches.c.id)
    theirs = or_(
        before.c.id == batches.c.id,
        and_(func.coalesce(before.c.root_id, before.c.id) == root, before.c.state == BatchState.SPLIT.value),
    )
    return (
        select(attempts.c.number)
        .join(before, before.c.id == attempts.c.batch_id)
        .where(theirs, attempts.c.outcome.in_(["in_doubt", ""]))
        .correlate(batches)
        .exists()
    )
