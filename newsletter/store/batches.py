"""Batches: claimed, sent on their way, concluded; every change by compare-and-set on state and epoch.

In: the clock, an owner, decisions. Out: rows; what may be claimed next. Called by pipeline.submit, settle, control.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Update,
    bindparam,
    case,
    func,
    or_,
    select,
)

from newsletter.model.campaign import PENDING, PUT_OFF, BatchState, CampaignStatus, DeliveryState
from newsletter.store.columns import Instant
from newsletter.store.tables import batches, campaigns, deliveries, waves


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as a worker holds it. `root` is the batch that it was split from in the end, or itself."""

    id: int
    campaign: int
    wave: int
    variant: int
    root: int
    depth: int
    state: BatchState
    epoch: int
    failures: int
    lane: str = ""


def _read(row: Row[Any]) -> Batch:
    return Batch(
        id=row.id,
        campaign=row.campaign_id,
        wave=row.wave_id,
        variant=row.variant_id,
        root=row.root_id or row.id,
        depth=row.depth,
        state=BatchState(row.state),
        epoch=row.epoch,
        failures=row.failures,
        lane=row.lane,
    )


# What runs for every batch is put together once: that is three quarters of such a statement's time.
_BY_NUMBER = select(batches).where(batches.c.id == bindparam("number"))


def get(db: Connection, batch_id: int) -> Batch:
    """A batch by number."""
    return _read(db.execute(_BY_NUMBER, {"number": batch_id}).one())


@cache
def _next(*, of_one: bool) -> Select[int]:
    """The next batch that may leave `now`, of one `campaign` or of any; none of a lane that is `closed`."""
    now = bindparam("now", type_=Instant)
    first = (
        select(func.min(batches.c.id))
        .where(batches.c.campaign_id == campaigns.c.id)
        .correlate(campaigns)
        .scalar_subquery()
    )
    root = func.coalesce(batches.c.root_id, batches.c.id)
    query = (
        select(batches.c.id)
        .join(campaigns, campaigns.c.id == batches.c.campaign_id)
        .join(waves, waves.c.id == batches.c.wave_id)
        .where(
            batches.c.state == BatchState.READY.value,
            campaigns.c.status == CampaignStatus.SENDING.value,
            or_(campaigns.c.not_before.is_(None), campaigns.c.not_before <= now),
            or_(campaigns.c.stage == "", root == first),
            batches.c.lane.not_in(bindparam("closed", expanding=True)),
        )
        .order_by(
            case((batches.c.root_id.is_(None), 1), else_=0),
            case((batches.c.lane == "", 1), else_=0),  # a lane that may leave is slow enough already
            waves.c.due_at,
            batches.c.id,
        )
        .limit(1)
    )
    return query.where(batches.c.campaign_id == bindparam("campaign")) if of_one else query


def next_ready(db: Connection, now: datetime, most: int, closed: Collection[str] = ()) -> list[int]:
    """The numbers of the next batches that may leave, in their order."""
    return list(db.execute(_next(of_one=False).limit(most), {"now": now, "closed": list(closed)}).scalars())


_CLAIM = (
    batches.update()
    .where(batches.c.id == bindparam("number"), batches.c.state == BatchState.READY.value)
    .values(
        state=BatchState.CLAIMED.value,
        owner=bindparam("by"),
        epoch=batches.c.epoch + 1,
        lease_until=bindparam("until", type_=Instant),
    )
    .returning(batches)
)


def claim(
    db: Connection,
    now: datetime,
    owner: str,
    lease_until: datetime,
    campaign: int | None = None,
    closed: Collection[str] = (),
) -> Batch | None:
    """Claim the next batch that may leave, if any: parts of a split batch first, then lanes, then by wave, then by number.

    Only while the campaign is sending, after its countdown, and, in the first stage of a gentle start, only its first batch. `closed`:
    lanes of which none may leave now: their batches are passed over, and hold up nobody.
    """
    asked = {"now": now, "campaign": campaign, "closed": list(closed)}
    chosen = db.execute(_next(of_one=campaign is not None), asked).scalar()
    if chosen is None:
        return None
    row = db.execute(_CLAIM, {"number": chosen, "by": owner, "until": lease_until}).first()
    return None if row is None else _read(row)


@cache
def _moving(before: frozenset[BatchState], columns: tuple[str, ...]) -> Update:
    states = sorted(state.value for state in before)
    return (
        batches.update()
        .where(
            batches.c.id == bindparam("number"),
            batches.c.epoch == bindparam("mine"),
            batches.c.state.in_(states),
        )
        .values({name: bindparam(f"to_{name}") for name in columns})
    )


def move(
    db: Connection, batch: Batch, before: Collection[BatchState], after: BatchState, **values: Any
) -> bool:
    """Compare-and-set: `WHERE state = :before AND epoch = :mine`; False means fenced (another has it now)."""
    values = {"state": after.value, "owner": "", "lease_until": None} | values
    moving = _moving(frozenset(before), tuple(values))
    given = {f"to_{name}": value for name, value in values.items()}
    return db.execute(moving, given | {"number": batch.id, "mine": batch.epoch}).rowcount == 1


def insert(db: Connection, parent: Batch, state: BatchState, **values: Any) -> int:
    """A part of a batch that is being split."""
    fresh = batches.insert().values(
        campaign_id=parent.campaign,
        wave_id=parent.wave,
        variant_id=parent.variant,
        root_id=parent.root,
        depth=parent.depth + 1,
        lane=parent.lane,
        state=state.value,
        **values,
    )
    return int(db.execute(fresh.returning(batches.c.id)).scalar_one())


_COUNT_REQUEST = (
    batches.update().where(batches.c.id == bindparam("root")).values(requests=batches.c.requests + 1)
)


def count_request(db: Connection, root: int) -> None:
    """One more request of a family."""
    db.execute(_COUNT_REQUEST, {"root": root})


def family(db: Connection, root: int) -> Sequence[Row[Any]]:
    """All parts of a family with their sizes (deliveries that still follow their batch)."""
    size = (
        select(func.count())
        .select_from(deliveries)
        .where(deliveries.c.batch_id == batches.c.id, deliveries.c.state == DeliveryState.BATCHED.value)
        .correlate(batches)
        .scalar_subquery()
    )
    return db.execute(
        select(batches, size.label("size"))
        .where(or_(batches.c.id == root, batches.c.root_id == root))
        .order_by(batches.c.id)
    ).all()


def first_family(db: Connection, campaign: int) -> set[BatchState]:
    """The states of the parts of a campaign's first batch."""
    first = db.execute(select(func.min(batches.c.id)).where(batches.c.campaign_id == campaign)).scalar()
    return {BatchState(row.state) for row in family(db, int(first))} if first is not None else set()


_ROOT = func.coalesce(batches.c.root_id, batches.c.id)
_WAITING_ROOTS = (
    select(_ROOT)
    .where(batches.c.campaign_id == bindparam("campaign"), batches.c.waiting != "")
    .distinct()
    .order_by(_ROOT)
)


def waiting_roots(db: Connection, campaign: int) -> list[int]:
    """The families of a campaign in which a refused part waits for evidence."""
    return [int(number) for (number,) in db.execute(_WAITING_ROOTS, {"campaign": campaign})]


def stuck(db: Connection, campaign: int) -> bool:
    """True when refused parts are all that a campaign still has to hand over."""
    pending = [state.value for state in PENDING]
    query = (
        select(batches.c.waiting != "")
        .where(batches.c.campaign_id == campaign, batches.c.state.in_(pending))
        .distinct()
    )
    return db.execute(query).scalars().all() == [True]


def accepted_elsewhere(db: Connection, batch: Batch) -> bool:
    """True when another family of the same variant has an accepted part."""
    root = func.coalesce(batches.c.root_id, batches.c.id)
    query = select(batches.c.id).where(
        batches.c.variant_id == batch.variant,
        batches.c.state == BatchState.ACCEPTED.value,
        root != batch.root,
    )
    return db.execute(query.limit(1)).first() is not None


def others_to_go(db: Connection, batch: Batch) -> bool:
    """True when a batch of another family of the mailing is still to go or under way; one that waits for evidence itself is not."""
    query = select(batches.c.id).where(
        batches.c.campaign_id == batch.campaign,
        batches.c.state.in_(sorted(state.value for state in PENDING)),
        batches.c.waiting == "",
        func.coalesce(batches.c.root_id, batches.c.id) != batch.root,
    )
    return db.execute(query.limit(1)).first() is not None


def insist(db: Connection, campaign: int) -> None:
    """A person resumed: refused parts go again, and their families start counting anew."""
    roots = waiting_roots(db, campaign)
    db.execute(batches.update().where(batches.c.id.in_(roots)).values(requests=0))
    db.execute(
        batches.update()
        .where(batches.c.campaign_id == campaign, batches.c.waiting != "")
        .values(state=BatchState.READY.value, waiting="", reason="", due_at=None)
    )


def restart(db: Connection, root: int) -> None:
    """A family starts counting its requests anew: a person decided that it goes again."""
    db.execute(batches.update().where(batches.c.id == root).values(requests=0))


def reason(db: Connection, batch: Batch) -> str:
    """Why a batch stands where it stands, in words."""
    return str(db.execute(select(batches.c.reason).where(batches.c.id == batch.id)).scalar_one())


_EXPIRY = select(waves.c.expires_at).where(waves.c.id == bindparam("wave"))


def expiry(db: Connection, batch: Batch) -> datetime | None:
    """When the wave of a batch expires, if it does."""
    return db.execute(_EXPIRY, {"wave": batch.wave}).scalar()


def is_batch(batch: Batch) -> ColumnElement[bool]:
    """This batch."""
    return batches.c.id == batch.id


def of_campaign(campaign: int) -> ColumnElement[bool]:
    """All batches of a campaign."""
    return batches.c.campaign_id == campaign


def unclear(db: Connection, campaign: int | None = None) -> list[Batch]:
    """Batches in doubt or held, of one campaign or of all, oldest first."""
    query = select(batches).where(batches.c.state.in_([BatchState.IN_DOUBT.value, BatchState.HELD.value]))
    if campaign is not None:
        query = query.where(batches.c.campaign_id == campaign)
    return [_read(row) for row in db.execute(query.order_by(batches.c.id))]


def under_way(db: Connection, campaign: int, now: datetime) -> bool:
    """True while a campaign has a batch that is leaving, or may leave now or when the provider is back; not one put off."""
    due_waves = select(waves.c.id).where(waves.c.due_at <= now)
    query = select(batches.c.id).where(
        batches.c.campaign_id == campaign,
        batches.c.state.in_([state.value for state in PENDING]),
        batches.c.wave_id.in_(due_waves),
        or_(batches.c.reason != PUT_OFF, batches.c.due_at.is_(None), batches.c.due_at <= now),
    )
    return db.execute(query.limit(1)).first() is not None
