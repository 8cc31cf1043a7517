"""Waking: batches that only waited for their time, or whose worker is gone, move on.

In: the clock, what living slots work at. Out: batches ready, or in doubt. Called by pipeline.submit, due, prepare, control.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Connection, Update, and_, bindparam, or_, select

from newsletter.model.campaign import PUT_OFF, BatchState, CampaignStatus
from newsletter.store.columns import Instant
from newsletter.store.tables import attempts, batches, campaigns, waves

_STOPPED = "the program stopped before the answer was known"


def _lapsed(state: BatchState) -> ColumnElement[bool]:
    """The lease ran out `now`, and no slot of the caller's has it `in_hand`."""
    others = batches.c.id.not_in(bindparam("in_hand", expanding=True))
    return and_(
        batches.c.state == state.value, batches.c.lease_until < bindparam("now", type_=Instant), others
    )


@cache
def _waking() -> Update:
    """Due waves, retries, claims whose lease ran out (nothing of theirs has left) are ready."""
    now = bindparam("now", type_=Instant)
    due_waves = select(waves.c.id).where(waves.c.due_at <= now)
    sending = select(campaigns.c.id).where(campaigns.c.status == CampaignStatus.SENDING.value)
    planned = and_(
        batches.c.state == BatchState.PLANNED.value,
        batches.c.campaign_id.in_(sending),
        batches.c.wave_id.in_(due_waves),
    )
    retry = and_(
        batches.c.state == BatchState.RETRY_WAIT.value,
        batches.c.waiting == "",
        batches.c.due_at <= now,
        # As with waves: what was put off and comes due while its mailing is held has not begun, but was missed.
        or_(batches.c.reason != PUT_OFF, batches.c.campaign_id.in_(sending)),
    )
    lapsed = _lapsed(BatchState.CLAIMED)
    ready = {"state": BatchState.READY.value, "owner": "", "lease_until": None, "due_at": None}
    return batches.update().where(or_(planned, retry, lapsed)).values(**ready)


def _doubting(where: ColumnElement[bool]) -> Update:
    """What was in flight and lost its owner is in doubt; `now`."""
    return (
        batches.update()
        .where(where)
        .values(
            state=BatchState.IN_DOUBT.value,
            doubt_since=bindparam("now", type_=Instant),
            owner="",
            lease_until=None,
            reason=_STOPPED,
        )
        .returning(batches.c.campaign_id)
    )


_OVERDUE = _doubting(_lapsed(BatchState.IN_FLIGHT))


def wake(db: Connection, now: datetime, in_hand: Collection[int] = ()) -> set[int]:
    """Move on what only waited for its time: due waves, retries, claims whose lease ran out.

    A batch in flight whose lease ran out becomes in doubt: never ready (L3). `in_hand`: what the caller's own slots work at.
    Returns the campaigns of such batches.
    """
    given = {"now": now, "in_hand": list(in_hand)}
    db.execute(_waking(), given)
    return set(db.execute(_OVERDUE, given).scalars())


def abandon(db: Connection, now: datetime, owners: str = "") -> None:
    """No other runner of these owners lives (the caller holds the lock): claims go back, what was in flight is in doubt. No lease
    is waited for. `owners`: how their names begin; empty: nobody else sends at all."""
    theirs = batches.c.owner.startswith(owners, autoescape=True)
    db.execute(
        batches.update()
        .where(batches.c.state == BatchState.CLAIMED.value, theirs)
        .values(state=BatchState.READY.value, owner="", lease_until=None)
    )
    flying = and_(batches.c.state == BatchState.IN_FLIGHT.value, theirs)
    # Their process is gone: whatever they called is over. (Of a lease that ran out, nobody knows that.)
    lost = and_(attempts.c.finished_at.is_(None), attempts.c.batch_id.in_(select(batches.c.id).where(flying)))
    db.execute(attempts.update().where(lost).values(finished_at=now, outcome="in_doubt", detail=_STOPPED))
    db.execute(_doubting(flying), {"now": now})


def begin_due(db: Connection, campaign: int, now: datetime) -> None:
    """A person lets a campaign go on, or its time has come: those of its waves that are due have begun, however late; also those
    that were put off until a time that has come."""
    due_waves = select(waves.c.id).where(waves.c.campaign_id == campaign, waves.c.due_at <= now)
    planned = and_(batches.c.state == BatchState.PLANNED.value, batches.c.wave_id.in_(due_waves))
    opened = and_(batches.c.campaign_id == campaign, put_off(), batches.c.due_at <= now)
    ready = {"state": BatchState.READY.value, "reason": "", "due_at": None}
    db.execute(batches.update().where(or_(planned, opened)).values(**ready))


def put_off() -> ColumnElement[bool]:
    """Batches that wait for the hours of their zones, until their `due_at`."""
    return and_(batches.c.state == BatchState.RETRY_WAIT.value, batches.c.reason == PUT_OFF)
