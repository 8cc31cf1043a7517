"""Deliveries: this campaign to this member, and the place that each one holds.

In: batches, decisions about single deliveries. Out: rows in the order of their numbers. Called by pipeline.submit, control.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import msgspec
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Insert,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from newsletter.model.campaign import BatchState, DeliveryState
from newsletter.store import doubts
from newsletter.store.columns import microseconds
from newsletter.store.tables import batches, deliveries, facts, suppressions

# Put together once: these run for every batch.
_FOLLOWS = and_(
    deliveries.c.batch_id == bindparam("batch"), deliveries.c.state == DeliveryState.BATCHED.value
)
_COUNT = select(func.count()).select_from(deliveries).where(_FOLLOWS)


def last_number(db: Connection, table: Table, now: datetime) -> int:
    """The number after which new deliveries (or variants) are numbered: the clock's, so that after a backup was put back no
    number that was lost with it, and that links and events out there still name, becomes another's."""
    last = db.execute(select(func.max(table.c.id))).scalar()
    return max(microseconds(now), last or 0)


@dataclass(frozen=True, slots=True)
class Following:
    """Deliveries by columns, in the order of their numbers; `merges` are the values of `campaigns.fields`."""

    numbers: list[int]
    addresses: list[str]
    merges: list[list[str]]

    def without(self, positions: Collection[int]) -> Following:
        """The others."""
        kept = [place for place in range(len(self.numbers)) if place not in positions]
        return Following(
            [self.numbers[place] for place in kept],
            [self.addresses[place] for place in kept],
            [self.merges[place] for place in kept],
        )


_numbers = msgspec.json.Decoder(list[int])
_texts = msgspec.json.Decoder(list[str])
_lists = msgspec.json.Decoder(list[list[str]])


@cache
def _of_batch(kind: str) -> Select[str, str, str | None]:
    """One row of three JSON lists: a database writes them, and they are read, in half of the time of a row for each delivery."""
    chosen = select(deliveries.c.id, deliveries.c.address, deliveries.c.merge).where(_FOLLOWS)
    if kind == "postgresql":
        of = chosen.subquery().c
        numbers, addresses = (
            cast(func.json_agg(aggregate_order_by(one, of.id)), Text) for one in (of.id, of.address)
        )
        return select(numbers, addresses, func.string_agg(of.merge, aggregate_order_by(literal(","), of.id)))
    of = chosen.order_by(deliveries.c.id).subquery().c  # SQLite keeps the order of what these three read
    return select(
        func.json_group_array(of.id), func.json_group_array(of.address), func.group_concat(of.merge, ",")
    )


def of_batch(db: Connection, batch_id: int) -> Following:
    """The deliveries that still follow their batch."""
    numbers, addresses, merges = db.execute(_of_batch(db.dialect.name), {"batch": batch_id}).one()
    if merges is None:
        return Following([], [], [])
    return Following(_numbers.decode(numbers), _texts.decode(addresses), _lists.decode(f"[{merges}]"))


def count_of_batch(db: Connection, batch_id: int) -> int:
    """How many deliveries still follow their batch."""
    return db.execute(_COUNT, {"batch": batch_id}).scalar_one()


def set_apart(db: Connection, ids: Collection[int], state: DeliveryState, reason: str) -> None:
    """Skip or reject single deliveries; they give up their place in the same transaction."""
    db.execute(
        deliveries.update()
        .where(deliveries.c.id.in_(ids), deliveries.c.state == DeliveryState.BATCHED.value)
        .values(state=state.value, reason=reason, holds=False)
    )


def reject_batch(db: Connection, batch_id: int, reason: str) -> None:
    """Reject all that still follow a batch."""
    db.execute(
        deliveries.update()
        .where(_FOLLOWS)
        .values(state=DeliveryState.REJECTED.value, reason=reason, holds=False),
        {"batch": batch_id},
    )


def release(db: Connection, where: ColumnElement[bool]) -> None:
    """Deliveries of these batches give up their places: cancelled or expired."""
    chosen = select(batches.c.id).where(where)
    db.execute(deliveries.update().where(deliveries.c.batch_id.in_(chosen)).values(holds=False))


_NOT_LEFT = (BatchState.PLANNED, BatchState.READY, BatchState.RETRY_WAIT)


def stop(
    db: Connection,
    where: ColumnElement[bool],
    state: BatchState,
    reason: str,
    before: Collection[BatchState] = _NOT_LEFT,
) -> None:
    """Cancel or expire batches that have not left, and release their places.

    Those that a person let go again, with a call behind them of which nobody knows what became, are held instead: their people
    may have it, so they keep their places.
    """
    still = and_(where, batches.c.state.in_([one.value for one in before]))
    ended = {"reason": reason, "waiting": "", "due_at": None, "owner": "", "lease_until": None}
    held = ended | {"reason": f"{reason}; an earlier call may have reached them"}
    db.execute(batches.update().where(still, doubts.unresolved()).values(state=BatchState.HELD.value, **held))
    release(db, still)
    db.execute(batches.update().where(still).values(state=state.value, **ended))


def hand_to(db: Connection, parent: int, child: int, ids: Sequence[int]) -> None:
    """Give deliveries of a batch that is split to one of its parts; a run of numbers is moved by its ends."""
    where: ColumnElement[bool] = deliveries.c.id.between(ids[0], ids[-1])
    if ids[-1] - ids[0] + 1 != len(ids):
        where = deliveries.c.id.in_(ids)
    db.execute(deliveries.update().where(deliveries.c.batch_id == parent, where).values(batch_id=child))


@cache
def _leaving_meanwhile() -> Insert:
    """Facts for who is on the do-not-mail list `since` then, as of `now`."""
    gone = exists().where(
        suppressions.c.address_key == deliveries.c.address_key,
        suppressions.c.at >= bindparam("since"),
        suppressions.c.lifted_at.is_(None),
    )
    known = exists().where(facts.c.delivery_id == deliveries.c.id, facts.c.kind == "left")
    now: BindParameter[datetime] = bindparam("now", type_=facts.c.at.type)
    chosen = select(deliveries.c.id, literal("left"), now).where(_FOLLOWS, gone, ~known)
    return facts.insert().from_select(["delivery_id", "kind", "at"], chosen)


def left_meanwhile(db: Connection, batch_id: int, since: datetime, now: datetime) -> int:
    """Note who left between the commit that sent a batch on its way and now: *left during hand-over*."""
    return db.execute(_leaving_meanwhile(), {"batch": batch_id, "since": since, "now": now}).rowcount
