"""The lease of a database, as the database itself has it; and what a claim makes of the mailings that are under way.

In: a Lease. Out: the one that stands; batches in doubt. Called by pipeline.lease and claim.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import msgspec
from sqlalchemy import Connection, Insert, func, select

from newsletter.model.campaign import PENDING, BatchState
from newsletter.model.lease import Lease, Seat
from newsletter.store.database import get_meta, set_meta
from newsletter.store.tables import attempts, batches, deliveries

_NAME = "lease"
_BESIDE = "lease.beside"  # who shares it


def known(db: Connection, here: Lease | None = None) -> Lease | None:
    """Who may send from this database, and how far was counted; None: nobody planned or sent anything with it yet.

    It is `here` where this machine and folder share it with others.
    """
    first = _first(db)
    if first is None or here is None or here.same_place(first) or here.seat not in beside(db):
        return first
    return replace(here, counter=first.counter, at=first.at)


def _first(db: Connection) -> Lease | None:
    text = get_meta(db, _NAME)
    return None if text is None else msgspec.json.decode(text, type=Lease)


def beside(db: Connection) -> Sequence[Seat]:
    """Who shares the database with the one that the lease names."""
    text = get_meta(db, _BESIDE)
    return [] if text is None else msgspec.json.decode(text, type=list[Seat])


def put(db: Connection, lease: Lease) -> None:
    """Write down how far was counted, in the transaction of the act that it counts; whoever shares the database stays."""
    first = _first(db)
    if first is not None and not lease.same_place(first) and lease.seat in beside(db):
        lease = replace(first, counter=lease.counter, at=lease.at)
    set_meta(db, _NAME, msgspec.json.encode(lease).decode())


def take(db: Connection, lease: Lease) -> None:
    """One machine and folder take the database: nobody else may send from it any more."""
    set_meta(db, _BESIDE, "[]")
    set_meta(db, _NAME, msgspec.json.encode(lease).decode())


def share(db: Connection, seat: Seat) -> None:
    """One more machine and folder may send from it, beside those that do."""
    set_meta(db, _BESIDE, msgspec.json.encode([*beside(db), seat]).decode())


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
