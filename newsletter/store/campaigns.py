"""Campaigns and the occasions they belong to.

In: what was planned and approved; changes of status by compare-and-set. Out: Campaign values. Called by pipeline.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, case, func, or_, select

from newsletter.model.campaign import PENDING, AudienceRule, BatchState, Campaign, CampaignStatus
from newsletter.model.publication import TrackingMode
from newsletter.store import notices, waking
from newsletter.store.tables import batches, campaigns, occasions, sequels, waves

_LARGEST = 2**63 - 1  # of a number in the database


@dataclass(frozen=True, slots=True)
class Planned:
    """A campaign as it is first written down. `official`: its provider, as it is set now, reaches real people."""

    publication: str
    slug: str
    occurrence: str
    edition: str
    audience: AudienceRule
    provider: str
    official: bool
    tracking: TrackingMode
    key_id: int
    gentle: bool
    grace_seconds: int
    again_reason: str = ""
    schedule: dict[str, Any] | None = None
    due_at: datetime | None = None
    send_window: str | None = None


def selected() -> Select[Any]:
    """Campaigns with what their occasions say, as `read` takes them."""
    return select(campaigns, occasions.c.publication, occasions.c.slug, occasions.c.occurrence).join_from(
        campaigns, occasions, occasions.c.id == campaigns.c.occasion_id
    )


def read(row: Row[Any]) -> Campaign:
    """One campaign of `selected`."""
    return Campaign(
        id=row.id,
        publication=row.publication,
        slug=row.slug,
        occurrence=row.occurrence,
        copy=row.copy,
        edition=row.edition_id,
        audience=AudienceRule(tuple(row.include), tuple(row.exclude)),
        provider=row.provider,
        tracking=TrackingMode(row.tracking),
        status=CampaignStatus(row.status),
        reason=row.reason,
        gentle=bool(row.gentle),
        created_at=row.created_at,
        due_at=row.due_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )


def known_occasion(db: Connection, publication: str, slug: str, occurrence: str) -> int | None:
    """The number of an occasion; None before its first mailing was planned."""
    where = (
        occasions.c.publication == publication,
        occasions.c.slug == slug,
        occasions.c.occurrence == occurrence,
    )
    return db.execute(select(occasions.c.id).where(*where)).scalar()


def occasion(db: Connection, publication: str, slug: str, occurrence: str) -> int:
    """The number of an occasion, made on first use."""
    found = known_occasion(db, publication, slug, occurrence)
    if found is not None:
        return found
    fresh = occasions.insert().values(publication=publication, slug=slug, occurrence=occurrence)
    return int(db.execute(fresh.returning(occasions.c.id)).scalar_one())


def same(db: Connection, planned: Planned) -> Campaign | None:
    """The campaign that is *the same send*: same publication, slug, occurrence, include and exclude (house.md 5).

    The newest of them. When another copy is asked for: the one that is still under way, or the one that had this very reason.
    One that completes another is never the same send.
    """
    rows = db.execute(
        selected()
        .where(
            occasions.c.publication == planned.publication,
            occasions.c.slug == planned.slug,
            occasions.c.occurrence == planned.occurrence,
            campaigns.c.id.not_in(select(sequels.c.campaign_id)),
        )
        .order_by(campaigns.c.id.desc())
    )
    wanted = (set(planned.audience.include), set(planned.audience.exclude))
    for row in rows:
        found = read(row)
        alike = (set(row.include), set(row.exclude)) == wanted
        other = planned.again_reason not in {"", row.again_reason}
        if alike and not (other and found.status.over):
            return found
    return None


def next_copy(db: Connection, planned: Planned) -> int:
    """0, or with a reason for one more copy the next number of its occasion."""
    if not planned.again_reason:
        return 0
    number = known_occasion(db, planned.publication, planned.slug, planned.occurrence)
    highest = db.execute(select(func.max(campaigns.c.copy)).where(campaigns.c.occasion_id == number)).scalar()
    return 0 if highest is None else int(highest) + 1


def create(db: Connection, planned: Planned, now: datetime) -> int:
    """Write a campaign down as a draft. With a reason for another copy, it takes the next copy number of its occasion."""
    number = occasion(db, planned.publication, planned.slug, planned.occurrence)
    copy = next_copy(db, planned)
    fresh = (
        campaigns.insert()
        .values(
            occasion_id=number,
            copy=copy,
            again_reason=planned.again_reason,
            edition_id=planned.edition,
            include=list(planned.audience.include),
            exclude=list(planned.audience.exclude),
            provider=planned.provider,
            official=planned.official,
            tracking=planned.tracking.value,
            key_id=planned.key_id,
            status=CampaignStatus.DRAFT.value,
            gentle=planned.gentle,
            stage="first" if planned.gentle else "",
            schedule=planned.schedule,
            due_at=planned.due_at,
            send_window=planned.send_window,
            grace_seconds=planned.grace_seconds,
            created_at=now,
        )
        .returning(campaigns.c.id)
    )
    return int(db.execute(fresh).scalar_one())


_KEPT = ("occasion_id", "copy", "again_reason", "include", "exclude", "provider", "tracking", "grace_seconds")


def derive(db: Connection, first: int, now: datetime, **values: Any) -> int:
    """A draft like another campaign: same occasion and copy (unless `values` says otherwise), same audience rule and provider."""
    row = detail(db, first)
    kept = {name: getattr(row, name) for name in _KEPT}
    fresh = {"status": CampaignStatus.DRAFT.value, "created_at": now} | values
    made = campaigns.insert().values(**kept | fresh).returning(campaigns.c.id)
    return int(db.execute(made).scalar_one())


def get(db: Connection, campaign_id: int) -> Campaign | None:
    """A campaign by number; people type and pages are asked for any number."""
    if not 0 < campaign_id <= _LARGEST:
        return None
    row = db.execute(selected().where(campaigns.c.id == campaign_id)).first()
    return None if row is None else read(row)


def listed(db: Connection, statuses: Collection[CampaignStatus] = ()) -> Sequence[Campaign]:
    """All campaigns, or those with one of these statuses, newest first."""
    query = selected().order_by(campaigns.c.id.desc())
    if statuses:
        query = query.where(campaigns.c.status.in_([status.value for status in statuses]))
    return [read(row) for row in db.execute(query)]


_DETAIL = select(campaigns).where(campaigns.c.id == bindparam("number"))


def page(db: Connection, before: int | None, size: int) -> Sequence[Campaign]:
    """So many campaigns, the newest first, of those before a number (None: from the newest on)."""
    query = selected().order_by(campaigns.c.id.desc()).limit(size)
    return [
        read(row) for row in db.execute(query if before is None else query.where(campaigns.c.id < before))
    ]


def detail(db: Connection, campaign_id: int) -> Row[Any]:
    """The whole row, for what Campaign leaves out. Raises LookupError."""
    row = db.execute(_DETAIL, {"number": campaign_id}).first()
    if row is None:
        raise LookupError(f"no campaign {campaign_id}")
    return row


def change(
    db: Connection, campaign_id: int, before: Collection[CampaignStatus], after: CampaignStatus, **values: Any
) -> bool:
    """Compare-and-set of the status, with other columns beside it; False when it stood elsewhere.

    What staff are told of (held, paused, finished) is told in this same transaction, each change once.
    """
    was = _standing(db, campaign_id) if after in notices.TOLD else None
    done = db.execute(
        campaigns.update()
        .where(campaigns.c.id == campaign_id, campaigns.c.status.in_([status.value for status in before]))
        .values(status=after.value, **values)
    )
    if done.rowcount == 1 and was is not None:
        reason = str(values.get("reason", was[1]))
        if was != (after.value, reason):
            notices.tell_change(db, campaign_id, after, reason)
    return done.rowcount == 1


def hold_all(db: Connection, before: Collection[CampaignStatus], reason: str) -> list[int]:
    """Every mailing with one of these statuses is held; their numbers."""
    numbers = sorted(campaign.id for campaign in listed(db, before))
    return [number for number in numbers if change(db, number, before, CampaignStatus.HELD, reason=reason)]


def _standing(db: Connection, campaign_id: int) -> tuple[str, str] | None:
    """Status and reason before a change; on PostgreSQL the row is locked, so that two changes are told as two."""
    query = select(campaigns.c.status, campaigns.c.reason).where(campaigns.c.id == campaign_id)
    row = db.execute(query.with_for_update()).first()
    return None if row is None else (row.status, row.reason)


def update(db: Connection, campaign_id: int, **values: Any) -> None:
    """Set columns that are not the status."""
    db.execute(campaigns.update().where(campaigns.c.id == campaign_id).values(**values))


def refresh_preparing(db: Connection) -> None:
    """After a crash in preparing nothing of it was committed: it waits for its time again."""
    db.execute(
        campaigns.update()
        .where(campaigns.c.status == CampaignStatus.PREPARING.value)
        .values(status=CampaignStatus.SCHEDULED.value)
    )


def ended(db: Connection) -> list[int]:
    """Campaigns under way of which nothing is pending; cancelled ones of which something came back after the cancel."""
    returned = batches.c.state.in_(
        [state.value for state in PENDING - {BatchState.CLAIMED, BatchState.IN_FLIGHT}]
    )
    pending = batches.c.state.in_([state.value for state in PENDING])
    of_it = select(batches.c.id).where(batches.c.campaign_id == campaigns.c.id)
    under_way = and_(
        campaigns.c.started_at.is_not(None),
        campaigns.c.status.in_([CampaignStatus.SENDING.value, CampaignStatus.PAUSED.value]),
    )
    query = select(campaigns.c.id).where(
        or_(
            and_(under_way, ~of_it.where(pending).exists()),
            and_(campaigns.c.status == CampaignStatus.CANCELLED.value, of_it.where(returned).exists()),
        )
    )
    return [int(number) for (number,) in db.execute(query)]


def drafts(db: Connection) -> list[Any]:
    """Campaigns that wait for an approval and have a time: id, due_at, schedule."""
    query = select(campaigns.c.id, campaigns.c.due_at, campaigns.c.schedule).where(
        campaigns.c.status == CampaignStatus.DRAFT.value, campaigns.c.schedule.is_not(None)
    )
    return list(db.execute(query))


def held_for(db: Connection, reason: str) -> list[Any]:
    """Campaigns that are held for this reason: id, due_at, schedule."""
    query = select(campaigns.c.id, campaigns.c.due_at, campaigns.c.schedule).where(
        campaigns.c.status == CampaignStatus.HELD.value, campaigns.c.reason == reason
    )
    return list(db.execute(query))


def with_late_waves(db: Connection, now: datetime) -> list[int]:
    """Campaigns that are sending, with a wave that has not begun and whose grace is over; of what was put off, that begins when it
    should have left."""
    due = case((waking.put_off(), batches.c.due_at), else_=waves.c.due_at).label("due_at")
    query = (
        select(campaigns.c.id, campaigns.c.grace_seconds, due)
        .join(waves, waves.c.campaign_id == campaigns.c.id)
        .join(batches, batches.c.wave_id == waves.c.id)
        .where(
            campaigns.c.status == CampaignStatus.SENDING.value,
            or_(batches.c.state == BatchState.PLANNED.value, waking.put_off()),
            waves.c.expires_at.is_(None),  # those that expire need no grace
            due < now,
        )
        .distinct()
    )
    return sorted(
        {row.id for row in db.execute(query) if row.due_at + timedelta(seconds=row.grace_seconds) < now}
    )
