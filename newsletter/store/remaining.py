"""What remains of a mailing: the time groups of which somebody has not been handed over yet.

In: a campaign's number. Out: rows. Called by pipeline.waiting and reschedule.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from newsletter.model.campaign import BatchState, DeliveryState
from newsletter.store.tables import batches, deliveries, waves

#: not begun, or begun and surely not taken
STAYED = (BatchState.PLANNED, BatchState.READY, BatchState.CLAIMED, BatchState.RETRY_WAIT)


@dataclass(frozen=True, slots=True)
class Group:
    """Those of one wave who have not been handed over. `begun`: the wave's time had come, and the runner had taken notice."""

    due_at: datetime
    expires_at: datetime | None
    begun: bool
    people: int


def groups(db: Connection, campaign: int) -> list[Group]:
    """What remains, by time. A wave of which some batches have begun is told as two."""
    begun = batches.c.state != BatchState.PLANNED.value
    rows = db.execute(
        select(waves.c.due_at, waves.c.expires_at, begun, func.count())
        .join_from(deliveries, batches, batches.c.id == deliveries.c.batch_id)
        .join(waves, waves.c.id == batches.c.wave_id)
        .where(
            batches.c.campaign_id == campaign,
            batches.c.state.in_([state.value for state in STAYED]),
            deliveries.c.state == DeliveryState.BATCHED.value,
        )
        .group_by(waves.c.due_at, waves.c.expires_at, begun)
        .order_by(waves.c.due_at, begun.desc())
    )
    return [Group(due, expires, bool(has), people) for due, expires, has, people in rows]
