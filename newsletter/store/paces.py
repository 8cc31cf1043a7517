"""The meters of accounts that several machines share: when all that has left will have been paid for.

In: an account. Out: a moment. Called by pipeline.meter.
"""

from __future__ import annotations

from datetime import datetime

from newsletter.store.database import Connection, get_meta, set_meta

_NAME = "pace."


def free_at(db: Connection, account: str) -> datetime | None:
    """When the account's meter is at zero; None: nothing ever left."""
    text = get_meta(db, _NAME + account)
    return None if text is None else datetime.fromisoformat(text)


def put(db: Connection, account: str, at: datetime) -> None:
    """Set the meter."""
    set_meta(db, _NAME + account, at.isoformat())
