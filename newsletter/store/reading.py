"""Reading: when, and in which language of the text, a mailing was read; what the curves of its report are drawn from.

In: a campaign's number, which of its links are one. Out: rows. Called by pipeline.curves.

Counted as the report counts (store.hits.counted): of a delivery and a link one, its best hit, the first of those; of nobody in
particular every hit. So a curve, a table by language and the figures above them are one count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Connection, Row, Subquery, case, func, select, type_coerce, union_all

from newsletter.store.hits import BEST
from newsletter.store.tables import hits, variants


def over_time(db: Connection, campaign: int, unit: int, same: Mapping[int, int]) -> Sequence[Row[Any]]:
    """Kind, reader, step (of `unit` microseconds since the epoch), number."""
    read = _read(campaign, same)
    step = type_coerce(read.c.at, BigInteger) // unit
    return db.execute(
        select(read.c.kind, read.c.reader, step.label("step"), func.count().label("number"))
        .group_by(read.c.kind, read.c.reader, step)
        .order_by(step)
    ).all()


def by_language(db: Connection, campaign: int, same: Mapping[int, int]) -> Sequence[Row[Any]]:
    """By language of the text: language, kind, reader, number."""
    read = _read(campaign, same)
    return db.execute(
        select(variants.c.language, read.c.kind, read.c.reader, func.count().label("number"))
        .join_from(read, variants, variants.c.id == read.c.variant_id)
        .group_by(variants.c.language, read.c.kind, read.c.reader)
    ).all()


def _read(campaign: int, same: Mapping[int, int]) -> Subquery:
    columns = (hits.c.kind, hits.c.reader, hits.c.at, hits.c.variant_id)
    mine = hits.c.variant_id.in_(select(variants.c.id).where(variants.c.campaign_id == campaign))
    strength = case({one.value: place for place, one in enumerate(BEST)}, value=hits.c.reader)
    link = case(dict(same), value=hits.c.link, else_=hits.c.link) if same else hits.c.link
    place = func.row_number().over(
        partition_by=(hits.c.kind, hits.c.delivery_id, link), order_by=(strength, hits.c.at, hits.c.id)
    )
    placed = select(*columns, place.label("place")).where(mine, hits.c.delivery_id.is_not(None)).subquery()
    best = select(placed.c.kind, placed.c.reader, placed.c.at, placed.c.variant_id).where(placed.c.place == 1)
    singles = select(*columns).where(mine, hits.c.delivery_id.is_(None))
    return union_all(best, singles).subquery()
