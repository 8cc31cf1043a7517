"""The spool of hooks: verified bodies as they came, before anything is made of them.

In: headers and raw bytes. Out: rows in the order of arrival. Called by pipeline.record.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from newsletter.model.event import HookRequest
from newsletter.store.tables import hooks

NEW, APPLIED, FAILED = "new", "applied", "failed"


def spool(db: Connection, provider: str, headers: Mapping[str, str], body: bytes, now: datetime) -> int:
    """Keep a hook; its number."""
    fresh = hooks.insert().values(provider=provider, received_at=now, headers=dict(headers), body=body)
    return int(db.execute(fresh.returning(hooks.c.id)).scalar_one())


def waiting(db: Connection) -> int:
    """How many hooks nothing has been made of yet."""
    return db.execute(select(func.count()).where(hooks.c.state == NEW)).scalar_one()


def fresh(db: Connection, most: int) -> Sequence[tuple[int, str, HookRequest]]:
    """The oldest hooks that nothing has been made of: number, provider, request."""
    rows = db.execute(select(hooks).where(hooks.c.state == NEW).order_by(hooks.c.id).limit(most))
    return [(row.id, row.provider, HookRequest(row.headers, row.body, row.received_at)) for row in rows]


def conclude(db: Connection, ids: Collection[int], state: str, error: str = "") -> None:
    """Say what became of hooks."""
    db.execute(hooks.update().where(hooks.c.id.in_(ids)).values(state=state, error=error))


def revive(db: Connection) -> int:
    """Hooks that could not be read are to be read again: a key was put back, or the program mended."""
    return db.execute(hooks.update().where(hooks.c.state == FAILED).values(state=NEW, error="")).rowcount


def oldest(db: Connection) -> datetime | None:
    """When the oldest body came of those that were applied and are still kept."""
    first = select(hooks.c.received_at).where(hooks.c.state == APPLIED).order_by(hooks.c.id).limit(1)
    return db.execute(first).scalar()


def forget(db: Connection, before: datetime, most: int) -> int:
    """Drop the oldest bodies that were applied before a moment: their events are kept, and they name addresses."""
    old = (
        select(hooks.c.id)
        .where(hooks.c.state == APPLIED, hooks.c.received_at < before)
        .order_by(hooks.c.id)
        .limit(most)
    )
    return db.execute(hooks.delete().where(hooks.c.id.in_(old))).rowcount
