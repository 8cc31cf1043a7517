"""Inquiries: what providers were asked about calls in doubt, written down before it is asked.

In: a batch, an attempt, a question, an answer. Out: rows; which batches may be asked about. Called by pipeline.inquiring and settle.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, func, or_, select

from newsletter.model.campaign import BatchState
from newsletter.model.inquiry import Answered, Inquiry, Question, Reply
from newsletter.store.tables import attempts, batches, campaigns, deliveries, inquiries

#: how a call ends of which it is proven that nothing of it reached anybody
ABSENT = "absent"
#: of a call of which nobody knows what became
OPEN = ("in_doubt", "")
RELEASES = 10  #: so often a provider is asked to forget a revocation; then it stays there until it forgets it by itself


def _last() -> ColumnElement[bool]:
    """An attempt that is the last of its batch."""
    later = attempts.alias("later")
    return ~exists().where(later.c.batch_id == attempts.c.batch_id, later.c.number > attempts.c.number)


def in_doubt(db: Connection, since: datetime, campaign: int | None = None) -> Sequence[Row[Any]]:
    """The last calls with batches that are in doubt or held, of which nobody knows what became; begun `since` then, oldest first.
    With each its batch's `campaign_id` and the mailing's `provider`."""
    query = (
        select(attempts, batches.c.campaign_id, campaigns.c.provider)
        .join(batches, batches.c.id == attempts.c.batch_id)
        .join(campaigns, campaigns.c.id == batches.c.campaign_id)
        .where(
            batches.c.state.in_([BatchState.IN_DOUBT.value, BatchState.HELD.value]),
            attempts.c.outcome.in_(OPEN),
            attempts.c.sha256 != "",  # a backup was put back: nobody knows of which call it is the trace
            attempts.c.started_at >= since,
            _last(),
        )
        .order_by(attempts.c.started_at, attempts.c.id)
    )
    return db.execute(query if campaign is None else query.where(batches.c.campaign_id == campaign)).all()


def of(db: Connection, batch: int, number: int | None = None) -> tuple[Inquiry, ...]:
    """What was asked about a batch, or one attempt of it, oldest first."""
    query = select(inquiries).where(inquiries.c.batch_id == batch)
    if number is not None:
        query = query.where(inquiries.c.number == number)
    return tuple(_read(row) for row in db.execute(query.order_by(inquiries.c.id)))


def by_attempt(db: Connection, batch: int) -> dict[int, list[Inquiry]]:
    """The same, by attempt."""
    found: dict[int, list[Inquiry]] = defaultdict(list)
    for row in db.execute(select(inquiries).where(inquiries.c.batch_id == batch).order_by(inquiries.c.id)):
        found[row.number].append(_read(row))
    return found


def _read(row: Row[Any]) -> Inquiry:
    return Inquiry(
        Question(row.question), row.asked_at, row.answered_at, Reply(row.reply), row.detail, row.there_at
    )


def begin(db: Connection, batch: int, number: int, question: Question, now: datetime) -> int:
    """Write a question down before it is asked; its number."""
    row = inquiries.insert().values(batch_id=batch, number=number, question=question.value, asked_at=now)
    return int(db.execute(row.returning(inquiries.c.id)).scalar_one())


def end(db: Connection, inquiry: int, answered: Answered, now: datetime) -> None:
    """Write down what was answered."""
    values = {"answered_at": now, "reply": answered.reply.value, "detail": answered.detail[:300]}
    db.execute(inquiries.update().where(inquiries.c.id == inquiry).values(there_at=answered.there, **values))


def sample(db: Connection, batch: int, most: int = 3) -> list[tuple[int, str]]:
    """A few of a batch's people: delivery and address, from its beginning, its middle and its end."""
    ids = list(
        db.execute(
            select(deliveries.c.id).where(deliveries.c.batch_id == batch).order_by(deliveries.c.id)
        ).scalars()
    )
    steps = max(1, min(most, len(ids)) - 1)
    chosen = {ids[place * (len(ids) - 1) // steps] for place in range(min(most, len(ids)))}
    query = select(deliveries.c.id, deliveries.c.address).where(deliveries.c.id.in_(chosen))
    return [(row.id, row.address) for row in db.execute(query.order_by(deliveries.c.id))]


def resent(db: Connection, batch: int) -> int:
    """How often a batch went again because nothing of an earlier call can have reached anybody."""
    query = select(func.count()).where(attempts.c.batch_id == batch, attempts.c.outcome == ABSENT)
    return int(db.execute(query).scalar_one())


def to_release(
    db: Connection, settled_before: datetime, all_before: datetime, tried_before: datetime
) -> Sequence[Row[Any]]:
    """Revocable attempts whose revocation stops nothing any more, oldest first: revoked, not released nor tried to be since a moment
    or too often, and either settled and due before a moment, or due before an earlier one. With each its mailing's `provider`."""

    def asked(*where: ColumnElement[bool]) -> ColumnElement[bool]:
        mine = and_(inquiries.c.batch_id == attempts.c.batch_id, inquiries.c.number == attempts.c.number)
        return exists().where(mine, *where).correlate(attempts)

    often = (
        select(func.count())
        .where(
            inquiries.c.batch_id == attempts.c.batch_id,
            inquiries.c.number == attempts.c.number,
            inquiries.c.question == Question.RELEASE.value,
        )
        .correlate(attempts)
        .scalar_subquery()
    )
    settled = and_(attempts.c.outcome.not_in(OPEN), attempts.c.due_at < settled_before)
    query = (
        select(attempts, campaigns.c.provider)
        .join(batches, batches.c.id == attempts.c.batch_id)
        .join(campaigns, campaigns.c.id == batches.c.campaign_id)
        .where(
            attempts.c.handle != "",
            or_(settled, attempts.c.due_at < all_before),
            asked(inquiries.c.question == Question.REVOKE.value),
            often < RELEASES,
            ~asked(inquiries.c.reply == Reply.RELEASED.value),
            ~asked(
                inquiries.c.question == Question.RELEASE.value,
                inquiries.c.answered_at.is_not(None),
                inquiries.c.asked_at > tried_before,
            ),
        )
        .order_by(attempts.c.due_at)
        .limit(20)
    )
    return db.execute(query).all()


def disown(db: Connection) -> int:
    """This is a copy: another may have gone on with its calls in doubt, so nobody knows whether they are the last ones. None of them
    can be revoked, or proven absent, from here any more; how many."""
    open_ones = and_(attempts.c.outcome.in_(OPEN), attempts.c.sha256 != "")
    return db.execute(attempts.update().where(open_ones).values(handle="", due_at=None)).rowcount
