"""Holds on everything: placed, standing, ended; and the mailings that they stop.

In: a person, a reason, the clock. Out: Hold values; which mailings stopped. Called by pipeline.barring and hold.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, or_, select

from newsletter.model.campaign import BatchState
from newsletter.model.hold import Hold
from newsletter.store.columns import Instant
from newsletter.store.tables import batches, holds

# Asked for every batch that leaves: put together once.
_STANDING = (
    select(holds)
    .where(
        holds.c.released_at.is_(None),
        or_(holds.c.until_at.is_(None), holds.c.until_at > bindparam("now", type_=Instant)),
    )
    .order_by(holds.c.id.desc())
    .limit(1)
)


def _read(row: Row[Any]) -> Hold:
    return Hold(row.id, row.reason, row.placed_by, row.placed_at, row.until_at)


def standing(db: Connection, now: datetime) -> Hold | None:
    """The hold that holds everything back now, if one does."""
    row = db.execute(_STANDING, {"now": now}).first()
    return None if row is None else _read(row)


def newest(db: Connection) -> int | None:
    """The number of the newest hold, whether it stands or not: who is let go now is let out of all up to it."""
    return db.execute(select(func.max(holds.c.id))).scalar()


def missing(db: Connection, due: datetime, approved: datetime, after: int) -> Hold | None:
    """A hold with a number above `after` within which a mailing's time fell: what was due then was missed. Not one that had ended
    when the mailing was approved."""
    query = select(holds).where(holds.c.id > after, holds.c.placed_at <= due)
    for end in (holds.c.released_at, holds.c.until_at):
        query = query.where(or_(end.is_(None), and_(end > due, end > approved)))
    row = db.execute(query.order_by(holds.c.id.desc()).limit(1)).first()
    return None if row is None else _read(row)


def place(db: Connection, now: datetime, by: str, reason: str, until: datetime | None) -> Hold:
    """Place a hold; one that stood before is ended by it, so that at most one stands."""
    end(db, now, by)
    fresh = holds.insert().values(reason=reason, placed_by=by, placed_at=now, until_at=until)
    number = int(db.execute(fresh.returning(holds.c.id)).scalar_one())
    return Hold(number, reason, by, now, until)


def end(db: Connection, now: datetime, by: str) -> int:
    """End what stands; how many were ended, those that had come to their end by themselves included."""
    done = db.execute(
        holds.update().where(holds.c.released_at.is_(None)).values(released_at=now, released_by=by)
    )
    return done.rowcount


def under_way(db: Connection) -> int:
    """How many calls to providers are under way."""
    query = select(func.count()).select_from(batches).where(batches.c.state == BatchState.IN_FLIGHT.value)
    return int(db.execute(query).scalar_one())
