"""The meters that several machines share: when all that has left will have been paid for, and when that was written.

In: names of meters. Out: readings. Called by pipeline.meter.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from newsletter.store.database import Connection, set_meta
from newsletter.store.tables import meta

_NAME = "pace."


class Reading(NamedTuple):
    """What a meter showed: when it is at zero, by a clock that said `seen`."""

    free_at: datetime
    seen: datetime


def read(db: Connection, meters: Collection[str]) -> dict[str, Reading]:
    """These meters by name; one is missing of which nothing ever left."""
    rows = db.execute(select(meta).where(meta.c.name.in_([_NAME + one for one in meters])))
    return {row.name.removeprefix(_NAME): _reading(row.value) for row in rows}


def _reading(text: str) -> Reading:
    free_at, _, seen = text.partition(" ")
    return Reading(datetime.fromisoformat(free_at), datetime.fromisoformat(seen or free_at))


def put(db: Connection, meter: str, reading: Reading) -> None:
    """Set a meter."""
    set_meta(db, _NAME + meter, f"{reading.free_at.isoformat()} {reading.seen.isoformat()}")
