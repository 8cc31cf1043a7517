"""Crowding: how many people of one audience also get another mailing.

In: audiences as conditions, or a campaign whose recipients are written down. Out: counts. Called by pipeline.neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Connection, exists, func, select

from newsletter.store import selection
from newsletter.store.tables import HOLDS, campaigns, deliveries, members

Conditions = Sequence[ColumnElement[bool]]
Audience = tuple[Conditions, Conditions]  #: in, out


def in_both(db: Connection, mine: Audience, other: Audience, today: date) -> int:
    """Members who may be mailed and are in both audiences."""
    return _count(db, mine, selection.audience(*other), today)


def also_had(db: Connection, mine: Audience, campaign: int, today: date) -> int:
    """Members of an audience who may be mailed and are among the recipients of a campaign."""
    occasion = select(campaigns.c.occasion_id).where(campaigns.c.id == campaign).scalar_subquery()
    # By its occasion and the address, as the index of places has them: one look a member.
    had = exists().where(
        deliveries.c.occasion_id == occasion,
        deliveries.c.address_key == members.c.address_key,
        HOLDS,
        deliveries.c.campaign_id == campaign,
    )
    return _count(db, mine, had, today)


def _count(db: Connection, mine: Audience, also: ColumnElement[bool], today: date) -> int:
    query = (
        select(func.count())
        .select_from(members)
        .where(selection.audience(*mine), also, selection.reason(today).is_(None))
    )
    return int(db.execute(query).scalar_one())
