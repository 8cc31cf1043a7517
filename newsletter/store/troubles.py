"""Troubles: how many mails of a mailing were handed over since a moment, and what came back of them that counts against it.

In: a campaign, a moment. Out: counts of people. Called by pipeline.judging, at every round in which something came.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from newsletter.model.campaign import BatchState, Progress
from newsletter.model.event import Trouble
from newsletter.store.tables import TROUBLED, attempts, batches, deliveries, events


def counted(db: Connection, campaign: int, since: datetime | None) -> tuple[int, dict[Trouble, int]]:
    """How many people were handed over, and how many of them each trouble is known of.

    Whom a server refused for now and took later is none of them.
    """
    taken = _taken(campaign, since)
    handed_over = select(func.sum(attempts.c.members)).where(attempts.c.id.in_(taken))
    query = (
        select(events.c.trouble, func.count(events.c.delivery_id.distinct()))
        .join_from(events, deliveries, deliveries.c.id == events.c.delivery_id)
        .where(TROUBLED, events.c.batch_id.in_(_batches(taken)), _stands())
        .group_by(events.c.trouble)
    )
    found = {Trouble(trouble): int(count) for trouble, count in db.execute(query)}
    return int(db.execute(handed_over).scalar() or 0), found


def _taken(campaign: int, since: datetime | None) -> Select[int]:
    """The last attempt of each batch that was taken."""
    query = (
        select(func.max(attempts.c.id))
        .join_from(attempts, batches, batches.c.id == attempts.c.batch_id)
        .where(batches.c.campaign_id == campaign, batches.c.state == BatchState.ACCEPTED.value)
        .group_by(attempts.c.batch_id)
    )
    return query if since is None else query.where(attempts.c.started_at >= since)


def _batches(taken: Select[int]) -> Select[int]:
    return select(attempts.c.batch_id).where(attempts.c.id.in_(taken))


def _stands() -> ColumnElement[bool]:
    return or_(events.c.trouble != Trouble.POLICY.value, deliveries.c.progress != Progress.DELIVERED.rank)
