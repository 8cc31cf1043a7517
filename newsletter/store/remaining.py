"""What remains of a mailing: the time groups of which somebody has not been handed over yet.

In: a campaign's number. Out: rows. Called by pipeline.waiting and reschedule.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, case, func, select

from newsletter.model.campaign import BatchState, DeliveryState
from newsletter.store import waking
from newsletter.store.tables import batches, deliveries, waves

#: not begun, or begun and surely not taken
STAYED = (BatchState.PLANNED, BatchState.READY, BatchState.CLAIMED, BatchState.RETRY_WAIT)


@dataclass(frozen=True, slots=True)
class Group:
    """Those of one wave who have not been handed over. `begun`: the wave's time had come, and the runner had taken notice; what
    was put off for quiet hours or a blackout day has not begun, and is due when those are over."""

    due_at: datetime
    expires_at: datetime | None
    begun: bool
    people: int


def groups(db: Connection, campaign: int) -> list[Group]:
    """What remains, by time. A wave of which some batches have begun is told as two."""
    begun = and_(batches.c.state != BatchState.PLANNED.value, ~waking.put_off())
    due = case((waking.put_off(), batches.c.due_at), else_=waves.c.due_at)
    rows = db.execute(
        select(due, waves.c.expires_at, begun, func.count())
        .join_from(deliveries, batches, batches.c.id == deliveries.c.batch_id)
        .join(waves, waves.c.id == batches.c.wave_id)
        .where(
            batches.c.campaign_id == campaign,
            batches.c.state.in_([state.value for state in STAYED]),
            deliveries.c.state == DeliveryState.BATCHED.value,
        )
        .group_by(due, waves.c.expires_at, begun)
        .order_by(due, begun.desc())
    )
    return [Group(at, expires, bool(has), people) for at, expires, has, people in rows]
