"""Quieting: batches that must wait until the quiet hours or a blackout day of their wave are over.

In: a claimed batch, an instant. Out: rows. Called by pipeline.hours, in the transaction that lets a batch leave.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from newsletter.model.campaign import PUT_OFF, BatchState
from newsletter.store import batches
from newsletter.store.batches import Batch
from newsletter.store.tables import batches as table
from newsletter.store.tables import waves


def zones(db: Connection, batch: Batch) -> tuple[str, ...]:
    """The zones of a batch's wave; none, where it was sent at once."""
    return tuple(db.execute(select(waves.c.zones).where(waves.c.id == batch.wave)).scalar_one())


def put_off(db: Connection, batch: Batch, until: datetime) -> bool:
    """The batch waits until then, and with it all others of its wave that nobody has claimed; False when it was fenced."""
    if not batches.move(
        db,
        batch,
        [BatchState.CLAIMED],
        BatchState.RETRY_WAIT,
        due_at=until,
        reason=PUT_OFF,
        waiting="",
    ):
        return False
    db.execute(
        table.update()
        .where(table.c.wave_id == batch.wave, table.c.state == BatchState.READY.value)
        .values(state=BatchState.RETRY_WAIT.value, due_at=until, reason=PUT_OFF)
    )
    return True
