"""Events: what providers told us, each once, append-only; and how far they prove that deliveries got.

In: events. Out: rows, ranks that only rise. Called by pipeline.record, pipeline.hits, pipeline.why.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select
from sqlalchemy.exc import DataError, IntegrityError, InterfaceError, ProgrammingError

from newsletter.model.event import EventKind
from newsletter.store.tables import deliveries, events
from newsletter.store.upserts import insert

#: what a value raises that a database cannot take; a database that is locked or full raises something else
UNSTORABLE = (DataError, IntegrityError, InterfaceError, ProgrammingError)

_MOST = 500  # numbers in one statement: far below the limits of both databases


def pages(numbers: Collection[int]) -> Iterator[Sequence[int]]:
    """Numbers in order, in lists that one statement takes."""
    ordered = sorted(numbers)
    for start in range(0, len(ordered), _MOST):
        yield ordered[start : start + _MOST]


def put(db: Connection, rows: list[dict[str, Any]]) -> None:
    """Write events down; one that is known already changes nothing. Rows have every column but `id`.

    In the order of their ids: sorted keys touch each page of the index once (notes/performance.md 7).
    """
    if rows:
        rows.sort(key=lambda row: row["event_id"])
        db.execute(insert(db, events).on_conflict_do_nothing(), rows)


def known(db: Connection, provider: str, ids: Collection[str]) -> set[str]:
    """Which of these events are written down."""
    found: set[str] = set()
    ordered = sorted(ids)
    for start in range(0, len(ordered), _MOST):
        chosen = ordered[start : start + _MOST]
        query = select(events.c.event_id).where(events.c.provider == provider, events.c.event_id.in_(chosen))
        found.update(db.execute(query).scalars())
    return found


def advance(db: Connection, ranks: Mapping[int, int]) -> None:
    """Raise the progress of deliveries (number → rank of model.campaign.Progress); never lower it."""
    by_rank: dict[int, list[int]] = {}
    for number, rank in ranks.items():
        by_rank.setdefault(rank, []).append(number)
    for rank, numbers in by_rank.items():
        for page in pages(numbers):
            db.execute(
                deliveries.update()
                .where(deliveries.c.id.in_(page), deliveries.c.progress < rank)
                .values(progress=rank)
            )


def delivered_at(db: Connection, numbers: Collection[int]) -> dict[int, datetime]:
    """When these deliveries were delivered, as far as it is known; of several moments the last, in whatever order they came."""
    found: dict[int, datetime] = {}
    for page in pages(numbers):
        query = (
            select(events.c.delivery_id, func.max(events.c.occurred_at))
            .where(events.c.delivery_id.in_(page), events.c.kind == EventKind.DELIVERED.value)
            .group_by(events.c.delivery_id)
        )
        found |= {number: at for number, at in db.execute(query) if number is not None}
    return found


def of_delivery(db: Connection, number: int) -> Sequence[Row[Any]]:
    """What was told of one delivery, by the time it happened."""
    query = select(events).where(events.c.delivery_id == number)
    return db.execute(query.order_by(events.c.occurred_at, events.c.id)).all()
