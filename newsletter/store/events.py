"""Events: what providers told us, each once, append-only; and how far they prove that deliveries got.

In: events. Out: rows, ranks that only rise. Called by pipeline.record, pipeline.hits, pipeline.why.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, select
from sqlalchemy.exc import DataError, IntegrityError, InterfaceError, ProgrammingError

from newsletter.model.campaign import DeliveryState
from newsletter.model.event import EventKind, Trouble
from newsletter.store.bulk import Bulk, parameter
from newsletter.store.columns import microseconds
from newsletter.store.tables import attempts, batches, campaigns, deliveries, events
from newsletter.store.upserts import insert

#: what a value raises that a database cannot take; a database that is locked or full raises something else
UNSTORABLE = (DataError, IntegrityError, InterfaceError, ProgrammingError)

_MOST = 500  # numbers in one statement: far below the limits of both databases


def pages(numbers: Collection[int]) -> Iterator[Sequence[int]]:
    """Numbers in order, in lists that one statement takes."""
    ordered = sorted(numbers)
    for start in range(0, len(ordered), _MOST):
        yield ordered[start : start + _MOST]


class Row(NamedTuple):
    """One event as it is stored; ids of ours are None where it is not ours. `trouble`: what counts against its mailing."""

    provider: str
    event_id: str
    kind: EventKind
    delivery: int | None
    batch: int | None
    attempt: int | None
    occurred_at: datetime
    received_at: datetime
    reason: str
    status: str
    data: Mapping[str, object]
    trouble: Trouble | None = None


_COLUMNS = (
    "provider", "event_id", "kind", "delivery_id", "batch_id", "attempt", "occurred_at", "received_at", "reason", "status", "data",
    "trouble",
)  # fmt: skip
_PUT = Bulk(
    _COLUMNS,
    lambda db: (
        insert(db, events).values({name: parameter(name) for name in _COLUMNS}).on_conflict_do_nothing()
    ),
)
_encode = msgspec.json.Encoder(order="sorted").encode


def put(db: Connection, rows: Iterable[Row]) -> None:
    """Write events down; one that is known already changes nothing.

    In the order of their ids: sorted keys touch each page of the index once (notes/performance.md 7).
    """
    _PUT.run(db, [_values(row) for row in sorted(rows, key=itemgetter(1))])


def _values(row: Row) -> tuple[object, ...]:
    data = _encode(row.data).decode() if row.data else "{}"
    return (
        row.provider, row.event_id, row.kind.value, row.delivery, row.batch, row.attempt, microseconds(row.occurred_at),
        microseconds(row.received_at), row.reason, row.status, data, row.trouble.value if row.trouble else "",
    )  # fmt: skip


def known(db: Connection, provider: str, ids: Collection[str]) -> set[str]:
    """Which of these events are written down."""
    found: set[str] = set()
    ordered = sorted(ids)
    for start in range(0, len(ordered), _MOST):
        chosen = ordered[start : start + _MOST]
        query = select(events.c.event_id).where(events.c.provider == provider, events.c.event_id.in_(chosen))
        found.update(db.execute(query).scalars())
    return found


class Sent(NamedTuple):
    """A delivery and the attempt with which it was handed over."""

    delivery: int
    batch: int
    attempt: int


def handed_over(
    db: Connection, provider: str, references: Collection[str], addresses: Collection[bytes]
) -> dict[tuple[str, bytes], Sent]:
    """What was handed over to these addresses (their keys) in requests that the provider gave these ids."""
    found: dict[tuple[str, bytes], Sent] = {}
    keys = sorted(addresses)
    for start in range(0, len(keys), _MOST):
        query = (
            select(
                attempts.c.reference,
                deliveries.c.address_key,
                deliveries.c.id,
                attempts.c.batch_id,
                attempts.c.number,
            )
            .join_from(attempts, batches, batches.c.id == attempts.c.batch_id)
            .join(campaigns, campaigns.c.id == batches.c.campaign_id)
            .join(deliveries, deliveries.c.batch_id == attempts.c.batch_id)
            .where(
                campaigns.c.provider == provider,
                attempts.c.reference.in_(sorted(references)),
                deliveries.c.address_key.in_(keys[start : start + _MOST]),
                deliveries.c.state == DeliveryState.BATCHED.value,
            )
        )
        for reference, key, *sent in db.execute(query):
            found[reference, key] = Sent(*sent)
    return found


_ADVANCE = Bulk(
    ("rank", "number", "below"),
    lambda _: (
        deliveries.update()
        .where(deliveries.c.id == parameter("number"), deliveries.c.progress < parameter("below"))
        .values(progress=parameter("rank"))
    ),
)


def advance(db: Connection, ranks: Mapping[int, int]) -> None:
    """Raise the progress of deliveries (number → rank of model.campaign.Progress); never lower it."""
    _ADVANCE.run(db, [(rank, number, rank) for number, rank in sorted(ranks.items())])


def delivered_at(db: Connection, numbers: Collection[int]) -> dict[int, set[datetime]]:
    """When these deliveries were delivered, as far as it is known; several moments where a mail was handed over twice."""
    found: dict[int, set[datetime]] = {}
    for page in pages(numbers):
        query = select(events.c.delivery_id, events.c.occurred_at).where(
            events.c.delivery_id.in_(page), events.c.kind == EventKind.DELIVERED.value
        )
        for number, at in db.execute(query):
            found.setdefault(number, set()).add(at)
    return found


def of_delivery(db: Connection, number: int) -> Sequence[Any]:
    """What was told of one delivery, by the time it happened."""
    query = select(events).where(events.c.delivery_id == number)
    return db.execute(query.order_by(events.c.occurred_at, events.c.id)).all()


def page(db: Connection, campaign: int | None, after: int, size: int) -> Sequence[Any]:
    """So many events with the campaign that they are about (None: nobody knows), in the order in which they came, behind a number."""
    of = batches.c.campaign_id
    query = (
        select(events, of.label("campaign_id"))
        .join_from(events, batches, batches.c.id == events.c.batch_id, isouter=True)
        .where(events.c.id > after)
        .order_by(events.c.id)
        .limit(size)
    )
    return db.execute(query if campaign is None else query.where(of == campaign)).all()
