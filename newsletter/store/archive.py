"""What is past and whole: the finished mailings, for the page that everybody may read.

In: a publication. Out: rows, newest first. Called by pipeline.archive.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, true

from newsletter.model.campaign import CampaignStatus
from newsletter.store.tables import campaigns, occasions


@dataclass(frozen=True, slots=True)
class Past:
    """One finished mailing: its issue, its edition, and when it began to leave."""

    slug: str
    occurrence: str
    edition: str
    sent_at: datetime


def finished(db: Connection, publication: str, most: int, *, official: bool, slug: str = "") -> list[Past]:
    """Finished mailings, the newest first; only those that reached real people where `official`, only one issue's with `slug`."""
    rows = db.execute(
        select(occasions.c.slug, occasions.c.occurrence, campaigns.c.edition_id, campaigns.c.started_at)
        .join_from(campaigns, occasions, occasions.c.id == campaigns.c.occasion_id)
        .where(
            occasions.c.publication == publication,
            campaigns.c.status == CampaignStatus.FINISHED.value,
            campaigns.c.started_at.is_not(None),
            campaigns.c.official if official else true(),
            occasions.c.slug == slug if slug else true(),
        )
        .order_by(campaigns.c.started_at.desc(), campaigns.c.id.desc())
        .limit(most)
    )
    return [Past(row.slug, row.occurrence, row.edition_id, row.started_at) for row in rows]
