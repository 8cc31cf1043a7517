"""Preparation: an audience becomes deliveries, in one transaction, by set-based statements.

In: a campaign, predicates, the texts and conditions of its edition, waves by zone. Out: exclusions, variants, waves, batches,
deliveries; candidates = prepared + excluded. Called by pipeline.prepare.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    and_,
    func,
    literal,
    select,
)

from newsletter.model.campaign import BatchState
from newsletter.store import selection
from newsletter.store.deliveries import last_number
from newsletter.store.gathering import Wanted, Zone, cuts, drop, gathered, places
from newsletter.store.tables import (
    batches,
    deliveries,
    members,
    variants,
    waves,
)


@dataclass(frozen=True, slots=True)
class WaveRow:
    """One wave, and which members are in it by what their rows say."""

    due_at: datetime
    expires_at: datetime | None
    zones: tuple[str, ...]
    members_with: tuple[Zone, ...]


def place(db: Connection, campaign: int, planned: Sequence[WaveRow]) -> None:
    """Write the waves down, and which zone goes with which."""
    for wave in planned:
        fresh = waves.insert().values(
            campaign_id=campaign, due_at=wave.due_at, expires_at=wave.expires_at, zones=list(wave.zones)
        )
        number = db.execute(fresh.returning(waves.c.id)).scalar_one()
        rows = [
            {"timezone": zone, "province": province, "wave_id": number}
            for zone, province in wave.members_with
        ]
        if rows:
            db.execute(places.insert(), rows)


def deliver(db: Connection, wanted: Wanted, cut: Callable[[int], list[int]], now: datetime) -> int:
    """Make variants, batches and deliveries; `cut` says how many recipients each batch of a group holds. How many were made."""
    _make_variants(db, wanted.campaign, now)
    for wave_id, variant_id, count in list(_groups(db, wanted.campaign)):
        first = 1
        rows = []
        for size in cut(count):
            batch = _make_batch(db, wanted.campaign, wave_id, variant_id)
            rows.append({"wave_id": wave_id, "variant_id": variant_id, "first": first, "batch_id": batch})
            first += size
        db.execute(cuts.insert(), rows)
    made = _make_deliveries(db, wanted, now)
    drop(db)
    return made


def _make_variants(db: Connection, campaign: int, now: datetime) -> None:
    kind = (gathered.c.language, gathered.c.answers, gathered.c.tracking)
    found = select(*kind).where(gathered.c.reason.is_(None)).distinct().subquery()
    number = literal(last_number(db, variants, now)) + func.row_number().over(order_by=list(found.c))
    numbered = select(number, literal(campaign), *found.c)
    db.execute(variants.insert().from_select([column.name for column in variants.c], numbered))


def _joined(campaign: int) -> Any:
    """Gathered members with their wave and their variant."""
    return gathered.join(
        places,
        and_(places.c.timezone == gathered.c.timezone, places.c.province == gathered.c.province),
    ).join(
        variants,
        and_(
            variants.c.campaign_id == campaign,
            variants.c.language == gathered.c.language,
            variants.c.answers == gathered.c.answers,
            variants.c.tracking == gathered.c.tracking,
        ),
    )


def _groups(db: Connection, campaign: int) -> Iterator[tuple[int, int, int]]:
    grouped = (
        select(places.c.wave_id, variants.c.id, func.count())
        .select_from(_joined(campaign).join(waves, waves.c.id == places.c.wave_id))
        .where(gathered.c.reason.is_(None))
        .group_by(places.c.wave_id, variants.c.id, waves.c.due_at)
        .order_by(
            waves.c.due_at, func.count().desc(), variants.c.id
        )  # whom a gentle start shows itself to: many
    )
    yield from db.execute(grouped)


def _make_batch(db: Connection, campaign: int, wave: int, variant: int) -> int:
    fresh = batches.insert().values(
        campaign_id=campaign, wave_id=wave, variant_id=variant, state=BatchState.PLANNED.value
    )
    return int(db.execute(fresh.returning(batches.c.id)).scalar_one())


def _make_deliveries(db: Connection, wanted: Wanted, now: datetime) -> int:
    numbered = (
        select(
            gathered.c.member_id,
            places.c.wave_id,
            variants.c.id.label("variant_id"),
            func.row_number()
            .over(partition_by=(places.c.wave_id, variants.c.id), order_by=gathered.c.member_id)
            .label("number"),
        )
        .select_from(_joined(wanted.campaign))
        .where(gathered.c.reason.is_(None))
        .subquery()
    )
    # The batch whose run begins nearest before: one look into the key of `cut`, whatever the number of batches.
    batch = (
        select(cuts.c.batch_id)
        .where(
            cuts.c.wave_id == numbered.c.wave_id,
            cuts.c.variant_id == numbered.c.variant_id,
            cuts.c.first <= numbered.c.number,
        )
        .order_by(cuts.c.first.desc())
        .limit(1)
        .scalar_subquery()
    )
    placed = select(numbered.c.member_id, batch.label("batch_id")).subquery()
    order = (placed.c.batch_id, placed.c.member_id)
    chosen = (
        select(
            literal(last_number(db, deliveries, now)) + func.row_number().over(order_by=order),
            literal(wanted.campaign),
            literal(wanted.occasion),
            literal(wanted.copy),
            placed.c.batch_id,
            members.c.id,
            members.c.address_key,
            members.c.email,
            selection.merge(wanted.fields),
        )
        .select_from(placed)
        .join(members, members.c.id == placed.c.member_id)
        .order_by(*order)
    )
    names = ["id", "campaign_id", "occasion_id", "copy", "batch_id", "member_id", "address_key", "address", "merge"]  # fmt: skip
    return db.execute(deliveries.insert().from_select(names, chosen)).rowcount


def variant(db: Connection, variant_id: int) -> Row[Any]:
    """One variant: language, answers, tracking."""
    return db.execute(select(variants).where(variants.c.id == variant_id)).one()


def languages(db: Connection, campaign: int) -> Mapping[str, int]:
    """How many deliveries a campaign has in each language."""
    rows = db.execute(
        select(variants.c.language, func.count())
        .join_from(deliveries, batches, batches.c.id == deliveries.c.batch_id)
        .join(variants, variants.c.id == batches.c.variant_id)
        .where(batches.c.campaign_id == campaign)
        .group_by(variants.c.language)
        .order_by(variants.c.language)
    )
    return dict(rows.all())
