"""The meters of accounts that several machines share: when all that has left will have been paid for, and when that was written.

In: an account. Out: a reading. Called by pipeline.meter.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from newsletter.store.database import Connection, get_meta, set_meta

_NAME = "pace."


class Reading(NamedTuple):
    """What a meter showed: when it is at zero, by a clock that said `seen`."""

    free_at: datetime
    seen: datetime


def read(db: Connection, account: str) -> Reading | None:
    """The account's meter; None: nothing ever left."""
    text = get_meta(db, _NAME + account)
    if text is None:
        return None
    free_at, _, seen = text.partition(" ")
    return Reading(datetime.fromisoformat(free_at), datetime.fromisoformat(seen or free_at))


def put(db: Connection, account: str, reading: Reading) -> None:
    """Set the meter."""
    set_meta(db, _NAME + account, f"{reading.free_at.isoformat()} {reading.seen.isoformat()}")
