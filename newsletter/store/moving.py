"""Moving: those of a mailing who have not been handed over get another time; those who have, or may have, stay where they are.

In: a campaign, waves by zone. Out: batches in other waves. Called by pipeline.reschedule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, select

from newsletter.model.campaign import BatchState, DeliveryState
from newsletter.store import deliveries as of_deliveries
from newsletter.store.gathering import Zone
from newsletter.store.preparation import WaveRow
from newsletter.store.remaining import STAYED
from newsletter.store.tables import batches, deliveries, members, waves

_UNTOUCHED: Mapping[str, object] = {"owner": "", "lease_until": None, "due_at": None, "reason": ""}


@dataclass(frozen=True, slots=True)
class Shares:
    """People of a campaign. `movable`: by zone and province as their rows have them now; `fixed`: under way, not confirmed, or
    waiting for what became of others in a refused request."""

    movable: Mapping[Zone, int]
    fixed: int


def _movable(campaign: int) -> ColumnElement[bool]:
    return and_(
        batches.c.campaign_id == campaign,
        batches.c.state.in_([state.value for state in STAYED]),
        batches.c.waiting == "",
        deliveries.c.state == DeliveryState.BATCHED.value,
    )


def _by_member(*columns: Any) -> Select[Any]:
    """Deliveries with their batch and the member, who may have been erased meanwhile."""
    return (
        select(*columns)
        .join_from(deliveries, batches, batches.c.id == deliveries.c.batch_id)
        .outerjoin(members, members.c.id == deliveries.c.member_id)
    )


_ZONE = (func.coalesce(members.c.timezone, ""), func.coalesce(members.c.province, ""))


def shares(db: Connection, campaign: int) -> Shares:
    """Who of a mailing could get another time."""
    rows = db.execute(_by_member(*_ZONE, func.count()).where(_movable(campaign)).group_by(*_ZONE))
    pending = [state.value for state in (*STAYED, BatchState.IN_FLIGHT, BatchState.IN_DOUBT, BatchState.HELD)]
    open_still = (
        select(func.count())
        .join_from(deliveries, batches, batches.c.id == deliveries.c.batch_id)
        .where(
            batches.c.campaign_id == campaign,
            batches.c.state.in_(pending),
            deliveries.c.state == DeliveryState.BATCHED.value,
        )
    )
    movable = {(zone, province): count for zone, province, count in rows}
    return Shares(movable, db.execute(open_still).scalar_one() - sum(movable.values()))


def move(db: Connection, campaign: int, planned: Sequence[WaveRow]) -> int:
    """Give everybody movable the wave of their zone; how many were moved.

    A batch whose people part is split. A worker that has claimed one is fenced: it finds another epoch, and lets it be.
    """
    numbers = {wave.due_at: _wave(db, campaign, wave) for wave in planned}
    wave_of = {zone: numbers[wave.due_at] for wave in planned for zone in wave.members_with}
    moved = 0
    for batch, parts in list(_parts(db, campaign, wave_of)):
        moved += sum(len(ids) for ids in parts.values())
        _move(db, batch, parts)
    return moved


def _wave(db: Connection, campaign: int, wave: WaveRow) -> int:
    """The number of a wave, made where there is none at that time."""
    there = and_(waves.c.campaign_id == campaign, waves.c.due_at == wave.due_at)
    known = db.execute(select(waves.c.id, waves.c.zones).where(there)).first()
    if known is None:
        fresh = waves.insert().values(
            campaign_id=campaign, due_at=wave.due_at, expires_at=wave.expires_at, zones=list(wave.zones)
        )
        return int(db.execute(fresh.returning(waves.c.id)).scalar_one())
    zones = sorted({*known.zones, *wave.zones})
    db.execute(waves.update().where(waves.c.id == known.id).values(expires_at=wave.expires_at, zones=zones))
    return int(known.id)


def _parts(
    db: Connection, campaign: int, wave_of: Mapping[Zone, int]
) -> Iterator[tuple[Row[Any], dict[int, list[int]]]]:
    """Each batch, with its deliveries by the wave that they come to."""
    rows = db.execute(
        _by_member(deliveries.c.batch_id, deliveries.c.id, *_ZONE)
        .where(_movable(campaign))
        .order_by(deliveries.c.batch_id, deliveries.c.id)
    ).all()
    for number, people in groupby(rows, key=lambda row: row[0]):
        parts: dict[int, list[int]] = defaultdict(list)
        for _, delivery, zone, province in people:
            parts[wave_of[zone, province]].append(delivery)
        yield db.execute(select(batches).where(batches.c.id == number)).one(), parts


def _move(db: Connection, batch: Row[Any], parts: Mapping[int, Sequence[int]]) -> None:
    whole = len(parts) == 1
    values: dict[str, object] = {"state": BatchState.PLANNED.value if whole else BatchState.SPLIT.value}
    if whole:
        values["wave_id"] = next(iter(parts))
    db.execute(
        batches.update()
        .where(batches.c.id == batch.id)
        .values(**_UNTOUCHED, **values, epoch=batches.c.epoch + 1)
    )
    for wave, ids in () if whole else parts.items():
        fresh = batches.insert().values(
            campaign_id=batch.campaign_id,
            wave_id=wave,
            variant_id=batch.variant_id,
            lane=batch.lane,
            root_id=batch.root_id or batch.id,
            depth=batch.depth,
            state=BatchState.PLANNED.value,
        )
        child = int(db.execute(fresh.returning(batches.c.id)).scalar_one())
        of_deliveries.hand_to(db, batch.id, child, ids)
