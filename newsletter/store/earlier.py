"""Mailings beside one another: the last one of an issue or to the same people, and those that are planned.

In: an issue, an audience, a moment. Out: campaigns, schedules. Called by pipeline.considering, last_time, month, series.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, case, func, or_, select

from newsletter.model.campaign import AudienceRule, Campaign, CampaignStatus
from newsletter.store.campaigns import read, selected
from newsletter.store.tables import campaigns, deliveries, occasions, sequels


def before(db: Connection, publication: str, slug: str, moment: datetime, but: int = 0) -> Campaign | None:
    """The last mailing of an issue whose recipients were written down, and that was due (or begun) before a moment."""
    when = func.coalesce(campaigns.c.due_at, campaigns.c.started_at)
    query = (
        selected()
        .where(
            occasions.c.publication == publication,
            occasions.c.slug == slug,
            campaigns.c.started_at.is_not(None),
            when < moment,
            campaigns.c.id != but,
        )
        .order_by(when.desc(), campaigns.c.id.desc())
        .limit(1)
    )
    row = db.execute(query).first()
    return None if row is None else read(row)


def of_kind(db: Connection, publication: str, slug: str, rule: AudienceRule, but: int) -> Campaign | None:
    """The last mailing that the recipients of another are compared with: of the same issue to the same audience rule, else of any issue
    to that rule, else of the same issue. Only one that stands for itself and that somebody has or will get."""
    same_rule = and_(campaigns.c.include == list(rule.include), campaigns.c.exclude == list(rule.exclude))
    same_issue = occasions.c.slug == slug
    kept = select(deliveries.c.id).where(
        deliveries.c.campaign_id == campaigns.c.id,
        deliveries.c.occasion_id == campaigns.c.occasion_id,
        deliveries.c.holds,
    )
    nearness = case((and_(same_rule, same_issue), 0), (same_rule, 1), else_=2)
    query = (
        selected()
        .where(
            occasions.c.publication == publication,
            campaigns.c.started_at.is_not(None),
            or_(same_rule, same_issue),
            campaigns.c.id != but,
            campaigns.c.id.not_in(select(sequels.c.campaign_id)),
            kept.exists(),
        )
        .order_by(
            nearness, func.coalesce(campaigns.c.due_at, campaigns.c.started_at).desc(), campaigns.c.id.desc()
        )
        .limit(1)
    )
    row = db.execute(query).first()
    return None if row is None else read(row)


def planned_of(db: Connection, publication: str, slug: str) -> list[Any]:
    """The mailings of an issue that are planned and have not begun: id, schedule."""
    ahead = [
        CampaignStatus.DRAFT.value,
        CampaignStatus.SCHEDULED.value,
        CampaignStatus.PAUSED.value,
        CampaignStatus.HELD.value,
    ]
    query = (
        select(campaigns.c.id, campaigns.c.schedule)
        .join_from(campaigns, occasions, occasions.c.id == campaigns.c.occasion_id)
        .where(
            occasions.c.publication == publication,
            occasions.c.slug == slug,
            campaigns.c.schedule.is_not(None),
            campaigns.c.started_at.is_(None),
            campaigns.c.status.in_(ahead),
        )
    )
    return list(db.execute(query))


def schedules(db: Connection) -> dict[int, dict[str, Any]]:
    """What every mailing that has a time of its own was planned for, by number."""
    query = select(campaigns.c.id, campaigns.c.schedule).where(campaigns.c.schedule.is_not(None))
    return {row.id: row.schedule for row in db.execute(query)}
