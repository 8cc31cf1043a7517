"""Notices: told in the transaction of what they tell of, taken up and ended later.

In: what happened; what became of the delivery. Out: rows. Called by store.campaigns, pipeline.notices.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, func, literal, or_, select

from newsletter.model.campaign import CampaignStatus
from newsletter.model.notice import NoticeKind, NoticeState
from newsletter.store.tables import notices
from newsletter.store.upserts import insert

#: changes of a campaign's status that staff are told of
TOLD: Mapping[CampaignStatus, NoticeKind] = MappingProxyType(
    {
        CampaignStatus.HELD: NoticeKind.HELD,
        CampaignStatus.PAUSED: NoticeKind.PAUSED,
        CampaignStatus.FINISHED: NoticeKind.FINISHED,
    }
)


def tell(
    db: Connection,
    kind: NoticeKind,
    key: str,
    *,
    campaign: int | None = None,
    data: Mapping[str, Any] | None = None,
    until: datetime | None = None,
) -> bool:
    """Write a notice, in the transaction of what it tells of; False when this event was told before."""
    row = insert(db, notices).values(
        key=f"{kind.value}:{key}", kind=kind.value, campaign_id=campaign, data=dict(data or {}), until=until
    )
    yielding = row.on_conflict_do_nothing(index_elements=[notices.c.key])
    return db.execute(yielding.returning(notices.c.id)).first() is not None


def tell_change(db: Connection, campaign: int, after: CampaignStatus, reason: str) -> None:
    """Write the notice of a change of status. The caller holds the campaign's row, so the number is this change's own."""
    so_far = db.execute(select(func.count()).where(notices.c.campaign_id == campaign)).scalar_one()
    tell(db, TOLD[after], f"{campaign}:{so_far}", campaign=campaign, data={"reason": reason})


def told(db: Connection, keys: Collection[str]) -> set[str]:
    """Which of these keys (with their kind) were told already."""
    query = select(notices.c.key).where(notices.c.key.in_(list(keys)))
    return {key for (key,) in db.execute(query)}


def due(db: Connection, now: datetime) -> Sequence[Row[Any]]:
    """What waits to be delivered now, oldest first."""
    query = (
        select(notices)
        .where(
            notices.c.state == NoticeState.WAITING.value,
            or_(notices.c.next_at.is_(None), notices.c.next_at <= now),
        )
        .order_by(notices.c.id)
    )
    return db.execute(query).all()


def take(db: Connection, row: Row[Any], now: datetime, next_at: datetime) -> bool:
    """Take a notice up for one try; False when another process did. `next_at`: when it is tried again, should this try be lost."""
    done = db.execute(
        notices.update()
        .where(
            notices.c.id == row.id,
            notices.c.state == NoticeState.WAITING.value,
            notices.c.attempts == row.attempts,
        )
        .values(attempts=row.attempts + 1, next_at=next_at, seen_at=row.seen_at or now)
    )
    return done.rowcount == 1


def reach(db: Connection, number: int, reached: Sequence[str]) -> None:
    """Note who has it by now."""
    db.execute(notices.update().where(notices.c.id == number).values(reached=list(reached)))


def fail(db: Connection, number: int, detail: str) -> None:
    """Note what went wrong; it is tried again."""
    db.execute(notices.update().where(notices.c.id == number).values(detail=detail))


def end(db: Connection, number: int, state: NoticeState, now: datetime, detail: str = "") -> bool:
    """A notice is over, in one way or another; False when it was over before."""
    done = db.execute(
        notices.update()
        .where(notices.c.id == number, notices.c.state == NoticeState.WAITING.value)
        .values(
            state=state.value,
            ended_at=now,
            seen_at=func.coalesce(notices.c.seen_at, literal(now, notices.c.seen_at.type)),
            next_at=None,
            detail=detail,
        )
    )
    return done.rowcount == 1


def listed(db: Connection, limit: int = 100) -> Sequence[Row[Any]]:
    """The newest notices, newest first."""
    return db.execute(select(notices).order_by(notices.c.id.desc()).limit(limit)).all()


def people(db: Connection, campaign: int) -> int | None:
    """How many a mailing was last announced to be for; None when nobody counted."""
    query = select(notices.c.data).where(notices.c.campaign_id == campaign).order_by(notices.c.id.desc())
    found = (data.get("people") for (data,) in db.execute(query))
    return next((count for count in found if count is not None), None)


def failing(db: Connection) -> int:
    """How many notices were given up, or have failed at least once and still wait."""
    query = select(func.count()).where(
        or_(
            notices.c.state == NoticeState.FAILED.value,
            (notices.c.state == NoticeState.WAITING.value) & (notices.c.detail != ""),
        )
    )
    return int(db.execute(query).scalar_one())
