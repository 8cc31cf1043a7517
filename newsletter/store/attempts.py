"""Attempts: each call to a provider, written down before its bytes leave, and how it ended.

In: a batch, the digest of its bytes, an outcome. Out: rows. Called by pipeline.submit, conclude, settle.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Update, bindparam, func, select

from newsletter.model.inquiry import Revocable
from newsletter.model.outbound import Parcel
from newsletter.store.batches import Batch
from newsletter.store.tables import attempts, batches

# Put together once: these run for every batch.
_BEGIN = attempts.insert()
_LAST = select(func.max(attempts.c.number)).where(attempts.c.batch_id == bindparam("batch"))


def next_number(db: Connection, batch: Batch) -> int:
    """The number that the next attempt of a batch will have, from 1."""
    return (db.execute(_LAST, {"batch": batch.id}).scalar() or 0) + 1


def begin(
    db: Connection,
    batch: Batch,
    number: int,
    parcel: Parcel,
    now: datetime,
    revocable: Revocable | None = None,
) -> None:
    """Write an attempt down, before its bytes leave; also by what it can be revoked."""
    db.execute(
        _BEGIN,
        {
            "batch_id": batch.id,
            "number": number,
            "epoch": batch.epoch,
            "sha256": parcel.sha256,
            "members": parcel.members,
            "started_at": now,
            "handle": revocable.handle if revocable else "",
            "due_at": revocable.due_at if revocable else None,
        },
    )


@cache
def _ending(columns: tuple[str, ...]) -> Update:
    return (
        attempts.update()
        .where(attempts.c.batch_id == bindparam("of_batch"), attempts.c.number == bindparam("of_number"))
        .values({name: bindparam(f"to_{name}") for name in columns})
    )


def end(db: Connection, batch: Batch, number: int, **values: Any) -> None:
    """Write down how an attempt ended; also by a worker that was fenced: what happened, happened."""
    given = {f"to_{name}": value for name, value in values.items()}
    db.execute(_ending(tuple(values)), given | {"of_batch": batch.id, "of_number": number})


def last(db: Connection, batch: Batch) -> Row[Any] | None:
    """The newest attempt of a batch: what was posted, when, and how it ended."""
    query = select(attempts).where(attempts.c.batch_id == batch.id).order_by(attempts.c.number.desc())
    return db.execute(query.limit(1)).first()


def handed_over(db: Connection, campaign: int) -> int:
    """How many people of a campaign were in requests that were not refused."""
    taken = attempts.c.outcome.in_(["accepted", "in_doubt", ""])
    query = select(func.sum(attempts.c.members)).join(batches, batches.c.id == attempts.c.batch_id)
    return int(db.execute(query.where(batches.c.campaign_id == campaign, taken)).scalar() or 0)
