"""The story of one address: what the ledger holds about it, mailing by mailing.

In: the key of an address. Out: rows. Called by pipeline.why. One person at a time: these queries may read much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Row, or_, select, union

from newsletter.model.campaign import BatchState, DeliveryState, Progress
from newsletter.store.tables import (
    HOLDS,
    attempts,
    audit,
    batches,
    campaigns,
    deliveries,
    events,
    exclusions,
    facts,
    hits,
    members,
    occasions,
    variants,
)

_BY_RANK = list(Progress)


@dataclass(frozen=True, slots=True)
class Sent:
    """One delivery with its batch and variant. `address` is where it went, where that is another than the one asked for."""

    delivery: int
    campaign: int
    address: str
    batch: int
    language: str
    batch_state: BatchState
    batch_reason: str
    state: DeliveryState
    reason: str
    progress: Progress


@dataclass(frozen=True, slots=True)
class Attempt:
    """One parcel that the delivery was in. `finished_at` is None while nobody knows how it ended."""

    number: int
    started_at: datetime
    finished_at: datetime | None
    outcome: str
    status: int | None
    reference: str
    detail: str
    due_at: datetime | None = None  #: when it leaves at the provider, where it is revocable


def sent(db: Connection, address_key: bytes, member: int = 0) -> dict[int, Sent]:
    """The deliveries to an address, by campaign; where there is none, that to a former address of the same member (0: none)."""
    query = (
        select(
            deliveries.c.id,
            deliveries.c.campaign_id,
            deliveries.c.batch_id,
            deliveries.c.address_key,
            deliveries.c.address,
            variants.c.language,
            batches.c.state.label("batch_state"),
            batches.c.reason.label("batch_reason"),
            deliveries.c.state,
            deliveries.c.reason,
            deliveries.c.progress,
        )
        .join_from(deliveries, batches, batches.c.id == deliveries.c.batch_id)
        .join(variants, variants.c.id == batches.c.variant_id)
        .where(
            deliveries.c.id.in_(_whose(address_key, member))
            if member
            else deliveries.c.address_key == address_key
        )
    )
    rows = sorted(
        db.execute(query), key=lambda row: row.address_key == address_key
    )  # the address itself last: it wins
    return {row.campaign_id: _sent(row, address_key) for row in rows}


def _whose(address_key: bytes, member: int) -> CompoundSelect[Any]:
    """The deliveries to a member, and those to their address while it was somebody else's: by two indexes, for millions of them."""
    to_address = select(deliveries.c.id).where(
        deliveries.c.occasion_id.in_(select(occasions.c.id)), deliveries.c.address_key == address_key, HOLDS
    )
    return union(select(deliveries.c.id).where(deliveries.c.member_id == member), to_address)


def _sent(row: Any, address_key: bytes) -> Sent:
    return Sent(
        delivery=row.id,
        campaign=row.campaign_id,
        address="" if row.address_key == address_key else row.address,
        batch=row.batch_id,
        language=row.language,
        batch_state=BatchState(row.batch_state),
        batch_reason=row.batch_reason,
        state=DeliveryState(row.state),
        reason=row.reason,
        progress=_BY_RANK[row.progress],
    )


def excluded(db: Connection, address_key: bytes, member: int = 0) -> dict[int, str]:
    """Why an address, or a former one of the same member, was left out, by campaign."""
    query = select(exclusions.c.campaign_id, exclusions.c.address_key, exclusions.c.reason).where(
        or_(exclusions.c.address_key == address_key, exclusions.c.member_id == member)
    )
    rows = sorted(db.execute(query), key=lambda row: row.address_key == address_key)
    return {row.campaign_id: row.reason for row in rows}


def attempts_of(db: Connection, batch: int) -> list[Attempt]:
    """How often a batch was posted, and how each ended."""
    query = select(attempts).where(attempts.c.batch_id == batch).order_by(attempts.c.number)
    return [
        Attempt(
            row.number,
            row.started_at,
            row.finished_at,
            row.outcome,
            row.status,
            row.reference,
            row.detail,
            row.due_at,
        )
        for row in db.execute(query)
    ]


def facts_of(db: Connection, delivery: int) -> list[tuple[str, datetime]]:
    """What is known beside the books."""
    query = select(facts.c.kind, facts.c.at).where(facts.c.delivery_id == delivery).order_by(facts.c.at)
    return [(row.kind, row.at) for row in db.execute(query)]


def hits_of(db: Connection, delivery: int) -> Sequence[Row[Any]]:
    """Clicks and opens that are the member's own: only with their yes."""
    return db.execute(select(hits).where(hits.c.delivery_id == delivery).order_by(hits.c.at, hits.c.id)).all()


def acts_about(db: Connection, subjects: Sequence[str]) -> Sequence[Row[Any]]:
    """Lines of the audit log (at, actor, act, subject, detail) about these subjects, the oldest first."""
    return db.execute(select(audit).where(audit.c.subject.in_(subjects)).order_by(audit.c.id)).all()


def events_of(db: Connection, delivery: int) -> Sequence[Row[Any]]:
    """What the provider told of a delivery, by the time it happened."""
    query = select(events).where(events.c.delivery_id == delivery)
    return db.execute(query.order_by(events.c.occurred_at, events.c.id)).all()


def known_since(db: Connection, address_key: bytes) -> datetime | None:
    """Since when there is a member with this address."""
    return db.execute(select(members.c.created_at).where(members.c.address_key == address_key)).scalar()


def prepared_at(db: Connection, campaign: int) -> datetime | None:
    """When the recipients of a campaign were written down; None: not yet."""
    row = db.execute(
        select(campaigns.c.started_at, campaigns.c.candidates).where(campaigns.c.id == campaign)
    ).first()
    return None if row is None or row.candidates is None else row.started_at
