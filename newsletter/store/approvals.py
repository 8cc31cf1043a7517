"""Approvals and what proves them: written once, never changed.

In: a yes. Out: rows, newest last. Called by pipeline.signing, foresee, the pages of approvals.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from newsletter.model.approval import Approval, How, Signed, Yes
from newsletter.model.campaign import CampaignStatus
from newsletter.store.tables import approvals, campaigns, evidence
from newsletter.store.upserts import insert


def put(db: Connection, campaign: int, yes: Yes, signed: Signed, at: datetime, by: str) -> int:
    """Keep a yes that somebody (`by`) gave or recorded; its number."""
    row = approvals.insert().values(
        campaign_id=campaign,
        at=at,
        person=yes.person or by,
        how=yes.how.value,
        edition_id=signed.edition,
        signed=dict(signed.content),
        digest=signed.digest,
        people=signed.people,
        excluded=dict(yes.excluded),
        words=yes.words,
        recorded_by=by,
        evidence=yes.evidence or None,
    )
    return int(db.execute(row.returning(approvals.c.id)).scalar_one())


def of_campaign(db: Connection, campaign: int) -> list[Approval]:
    """Everybody's yes to a campaign, oldest first."""
    query = (
        select(approvals, evidence.c.name.label("evidence_name"))
        .join_from(approvals, evidence, evidence.c.digest == approvals.c.evidence, isouter=True)
        .where(approvals.c.campaign_id == campaign)
        .order_by(approvals.c.id)
    )
    return [_read(row) for row in db.execute(query)]


def _read(row: Row[Any]) -> Approval:
    return Approval(
        number=row.id,
        campaign=row.campaign_id,
        at=row.at,
        person=row.person,
        how=How(row.how),
        edition=row.edition_id,
        signed=row.signed,
        digest=row.digest,
        people=row.people,
        excluded=row.excluded,
        words=row.words,
        recorded_by=row.recorded_by,
        evidence=row.evidence or "",
        evidence_name=row.evidence_name or "",
    )


def keep_evidence(db: Connection, digest: str, name: str, media_type: str, data: bytes, at: datetime) -> None:
    """Keep a file that proves a yes; the same bytes twice are one row."""
    row = insert(db, evidence).values(digest=digest, name=name, media_type=media_type, data=data, at=at)
    db.execute(row.on_conflict_do_nothing(index_elements=[evidence.c.digest]))


def evidence_of(db: Connection, number: int) -> tuple[str, str, bytes] | None:
    """Name, media type and bytes of the file that proves an approval; None where it has none."""
    query = (
        select(evidence.c.name, evidence.c.media_type, evidence.c.data)
        .join(approvals, approvals.c.evidence == evidence.c.digest)
        .where(approvals.c.id == number)
    )
    row = db.execute(query).first()
    return None if row is None else (row.name, row.media_type, row.data)


def to_count(db: Connection, due_before: datetime, counted_before: datetime) -> Sequence[int]:
    """Approved mailings for a time of their own that begins before a moment, and whose recipients nobody counted since another."""
    return [
        row.campaign_id
        for row in ahead(db, due_before)
        if (row.counted_at or row.at) < counted_before and row.approved_at is not None
    ]


def ahead(db: Connection, due_before: datetime) -> Sequence[Row[Any]]:
    """Approved mailings for a time of their own before a moment: campaign_id, due_at, approved_at, and of the newest approval when it was
    given (`at`) and for how many (`people`), when they were counted again, and how many they were then."""
    newest = select(func.max(approvals.c.id)).group_by(approvals.c.campaign_id)
    query = (
        select(
            approvals.c.campaign_id,
            approvals.c.at,
            approvals.c.people,
            approvals.c.counted_at,
            approvals.c.counted,
            campaigns.c.due_at,
            campaigns.c.approved_at,
        )
        .join(campaigns, campaigns.c.id == approvals.c.campaign_id)
        .where(
            approvals.c.id.in_(newest),
            campaigns.c.status == CampaignStatus.SCHEDULED.value,
            campaigns.c.schedule.is_not(None),
            campaigns.c.started_at.is_(None),
            campaigns.c.insisted.is_(False),
            campaigns.c.due_at < due_before,
        )
    )
    return list(db.execute(query))


def counted(db: Connection, campaign: int, at: datetime, people: int | None) -> None:
    """The recipients of a mailing were counted again."""
    newest = select(func.max(approvals.c.id)).where(approvals.c.campaign_id == campaign).scalar_subquery()
    db.execute(approvals.update().where(approvals.c.id == newest).values(counted_at=at, counted=people))


def last_counted(db: Connection, campaign: int) -> int | None:
    """How many the recipients were when they were last counted ahead of its time, since the newest approval; None: nobody did."""
    query = select(approvals.c.counted).where(approvals.c.campaign_id == campaign)
    return db.execute(query.order_by(approvals.c.id.desc()).limit(1)).scalar()
