"""The lease of a database, as the database itself has it; and what a claim makes of the mailings that are under way.

In: a Lease. Out: the one that stands; batches in doubt. Called by pipeline.lease and claim.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import Connection, Insert, func, select

from newsletter.model.campaign import PENDING, BatchState
from newsletter.model.lease import Lease
from newsletter.store.database import get_meta, set_meta
from newsletter.store.tables import attempts, batches, deliveries

_NAME = "lease"


def known(db: Connection) -> Lease | None:
    """Who used this database last; None: nobody planned or sent anything with it yet."""
    text = get_meta(db, _NAME)
    return None if text is None else msgspec.json.decode(text, type=Lease)


def put(db: Connection, lease: Lease) -> None:
    """Write the lease down, in the transaction of the act that it counts."""
    set_meta(db, _NAME, msgspec.json.encode(lease).decode())


def doubt_all(db: Connection, now: datetime, reason: str) -> list[int]:
    """A backup was put back: whatever it shows as not handed over may have left after it was made. All of it is in doubt, with an
    attempt, so that events can still prove it; the numbers of the campaigns concerned."""
    pending = [state.value for state in PENDING]
    rows = db.execute(
        select(batches.c.id, batches.c.campaign_id, batches.c.epoch).where(batches.c.state.in_(pending))
    ).all()
    for row in rows:
        db.execute(_attempt(db, row.id, row.epoch, now, reason))
    db.execute(
        batches.update()
        .where(batches.c.state.in_(pending))
        .values(
            state=BatchState.IN_DOUBT.value,
            epoch=batches.c.epoch + 1,
            doubt_since=now,
            reason=reason,
            waiting="",
            owner="",
            lease_until=None,
            due_at=None,
        )
    )
    return sorted({row.campaign_id for row in rows})


def _attempt(db: Connection, batch: int, epoch: int, now: datetime, reason: str) -> Insert:
    number = db.execute(
        select(func.coalesce(func.max(attempts.c.number), 0)).where(attempts.c.batch_id == batch)
    ).scalar_one()
    members = select(func.count()).select_from(deliveries).where(deliveries.c.batch_id == batch)
    return attempts.insert().values(
        batch_id=batch,
        number=number + 1,
        epoch=epoch,
        sha256="",
        members=members.scalar_subquery(),
        started_at=now,
        finished_at=now,
        outcome="in_doubt",
        detail=reason,
    )
