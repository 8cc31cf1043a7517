"""Failed attempts to sign in, counted by keys.

In: keys, the clock. Out: counts. Called by pipeline.signing_in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from newsletter.store import upserts
from newsletter.store.tables import sign_in_failures as failures


def counts(db: Connection, keys: Sequence[str]) -> Mapping[str, tuple[int, datetime]]:
    """How often each key failed, and when it did last."""
    query = select(failures).where(failures.c.key.in_(keys))
    return {row.key: (row.failures, row.last_at) for row in db.execute(query)}


def add(db: Connection, keys: Sequence[str], now: datetime) -> None:
    """One more failure of each."""
    for key in keys:
        fresh = upserts.insert(db, failures).values(key=key, failures=1, last_at=now)
        counted = {"failures": failures.c.failures + 1, "last_at": now}
        db.execute(fresh.on_conflict_do_update(index_elements=["key"], set_=counted))


def take_back(db: Connection, keys: Sequence[str]) -> None:
    """One failure less of each: it was none."""
    counted = failures.update().where(failures.c.key.in_(keys), failures.c.failures > 0)
    db.execute(counted.values(failures=failures.c.failures - 1))


def clear(db: Connection, keys: Sequence[str]) -> None:
    """These failed no more."""
    db.execute(failures.delete().where(failures.c.key.in_(keys)))


def forget(db: Connection, before: datetime) -> None:
    """What failed long ago counts no more."""
    db.execute(failures.delete().where(failures.c.last_at < before))
