"""Hits: clicks and opens at our own endpoints, with what was thought of them. Neither address nor User-Agent is here.

In: judged hits. Out: rows, counts. Called by pipeline.hits, pipeline.report.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

import msgspec
from sqlalchemy import (
    Connection,
    Text,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    select,
    union_all,
)

from newsletter.model.campaign import BatchState, DeliveryState, Progress
from newsletter.model.event import Reader
from newsletter.model.member import TrackingConsent
from newsletter.model.publication import TrackingMode
from newsletter.store.bulk import Lookup
from newsletter.store.columns import microseconds
from newsletter.store.events import pages
from newsletter.store.tables import batches, campaigns, deliveries, hits, members, variants

# The best hit of a reader on a link stands for the pair: one true click is enough.
BEST = (Reader.HUMAN, Reader.UNKNOWN, Reader.MACHINE)


@dataclass(frozen=True, slots=True)
class Source:
    """What a token's number stands for: a variant, and (individual mode) what its member allows now."""

    variant: int
    edition: str
    tracking: TrackingMode
    consent: TrackingConsent | None = None


@dataclass(slots=True)  # not frozen: one is made for each request, and that would cost twice as much
class Hit:
    """One hit as it is stored. `delivery` only with the member's yes."""

    at: datetime
    kind: str
    variant: int
    delivery: int | None
    link: int | None
    reader: Reader
    rule: str


def sources_of_variants(db: Connection, numbers: Collection[int]) -> dict[int, Source]:
    """What these variants belong to."""
    found: dict[int, Source] = {}
    for page in pages(numbers):
        query = (
            select(variants.c.id, campaigns.c.edition_id, variants.c.tracking)
            .join_from(variants, campaigns, campaigns.c.id == variants.c.campaign_id)
            .where(variants.c.id.in_(page))
        )
        for number, edition, tracking in db.execute(query):
            found[number] = Source(number, edition, TrackingMode(tracking))
    return found


def sources_of_deliveries(db: Connection, numbers: Collection[int]) -> dict[int, Source]:
    """What these deliveries belong to; `consent` is None for a member who is no longer there."""
    found: dict[int, Source] = {}
    for page in pages(numbers):
        query = (
            select(
                deliveries.c.id,
                variants.c.id,
                campaigns.c.edition_id,
                variants.c.tracking,
                members.c.tracking_consent,
            )
            .join_from(deliveries, batches, batches.c.id == deliveries.c.batch_id)
            .join(variants, variants.c.id == batches.c.variant_id)
            .join(campaigns, campaigns.c.id == deliveries.c.campaign_id)
            .outerjoin(members, members.c.id == deliveries.c.member_id)
            .where(deliveries.c.id.in_(page))
        )
        for number, variant, edition, tracking, consent in db.execute(query):
            allowed = TrackingConsent(consent) if consent else None
            found[number] = Source(variant, edition, TrackingMode(tracking), allowed)
    return found


_COLUMNS = ("at", "kind", "variant_id", "delivery_id", "link", "reader", "rule")
_HANDED = func.json_each(bindparam("rows", type_=Text)).table_valued("key", "value")
# One statement for all of them: SQLite works it off without the interpreter, which answers readers meanwhile.
_PUT_TOGETHER = (
    hits.insert()
    .from_select(
        _COLUMNS,
        select(
            *(func.json_extract(_HANDED.c.value, f"$[{place}]") for place in range(len(_COLUMNS)))
        ).order_by(_HANDED.c.key),
    )
    .returning(hits.c.id)
)
_PUT_EACH = hits.insert().returning(hits.c.id, sort_by_parameter_order=True)


def put(db: Connection, made: Sequence[Hit]) -> list[int]:
    """Store hits; their numbers, in the same order."""
    if not made:
        return []
    rows = [
        (microseconds(one.at), one.kind, one.variant, one.delivery, one.link, one.reader.value, one.rule)
        for one in made
    ]
    if db.dialect.name == "sqlite":
        handed = {"rows": msgspec.json.encode(rows).decode()}
        return sorted(db.execute(_PUT_TOGETHER, handed).scalars())  # numbers rise in the order of the rows
    named = [
        dict(zip(_COLUMNS, (one.at, *row[1:]), strict=True)) for one, row in zip(made, rows, strict=True)
    ]
    return list(db.execute(_PUT_EACH, named).scalars())


def judge_again(db: Connection, verdicts: Iterable[tuple[int, Reader, str]]) -> None:
    """Replace what was thought of stored hits: number, reader, rule."""
    by_verdict: dict[tuple[str, str], list[int]] = {}
    for number, reader, rule in verdicts:
        by_verdict.setdefault((reader.value, rule), []).append(number)
    for (reader_value, rule), numbers in by_verdict.items():
        for page in pages(numbers):
            db.execute(hits.update().where(hits.c.id.in_(page)).values(reader=reader_value, rule=rule))


def judge_speed(
    db: Connection,
    delivered: Mapping[int, Collection[datetime]],
    around: tuple[timedelta, timedelta],
    reader: Reader,
    rule: str,
) -> None:
    """Clicks on these deliveries from so long before one of their moments until so long after it were by `reader`, unless more
    is known of them."""
    before, after = around
    weaker = [one.value for one in BEST[: BEST.index(reader)]]
    for number, moments in sorted(delivered.items()):
        for at in sorted(moments):
            db.execute(
                hits.update()
                .where(
                    hits.c.delivery_id == number,
                    hits.c.kind == "click",
                    hits.c.at >= at - before,
                    hits.c.at < at + after,
                    hits.c.reader.in_(weaker),
                )
                .values(reader=reader.value, rule=rule)
            )


_CLICKED = Lookup(
    select(hits.c.delivery_id).where(hits.c.kind == literal_column("'click'")).distinct(), hits.c.delivery_id
)


def with_clicks(db: Connection, numbers: Collection[int]) -> set[int]:
    """Which of these deliveries have a click of their own."""
    return {number for (number,) in _CLICKED.run(db, sorted(numbers))}


def counted(
    db: Connection, campaign: int, same: Mapping[int, int] = MappingProxyType({})
) -> Sequence[tuple[str, int | None, Reader, int, bool]]:
    """Kind, link, reader, number, named: pairs of a delivery and a link (or mail) where deliveries are known (named), single hits
    where not. `same`: links that count as another one."""
    strength = case({one.value: place for place, one in enumerate(BEST)}, value=hits.c.reader)
    link = case(dict(same), value=hits.c.link, else_=hits.c.link).label("link") if same else hits.c.link
    mine = hits.c.variant_id.in_(select(variants.c.id).where(variants.c.campaign_id == campaign))
    pairs = (
        select(hits.c.kind, link, func.min(strength).label("best"), literal(1).label("named"))
        .where(mine, hits.c.delivery_id.is_not(None))
        .group_by(hits.c.kind, hits.c.delivery_id, link)
    )
    singles = select(hits.c.kind, link, strength.label("best"), literal(0).label("named")).where(
        mine, hits.c.delivery_id.is_(None)
    )
    both = union_all(pairs, singles).subquery()
    columns = (both.c.kind, both.c.link, both.c.best, both.c.named)
    rows = db.execute(select(*columns, func.count()).group_by(*columns))
    return [(kind, link, BEST[best], number, bool(named)) for kind, link, best, named, number in rows]


def followed(db: Connection, campaign: int) -> int:
    """How many deliveries were delivered to members whose reading may be followed."""
    query = (
        select(func.count())
        .select_from(deliveries)
        .join(batches, batches.c.id == deliveries.c.batch_id)
        .join(variants, variants.c.id == batches.c.variant_id)
        .where(
            batches.c.campaign_id == campaign,
            batches.c.state == BatchState.ACCEPTED.value,
            deliveries.c.state == DeliveryState.BATCHED.value,
            deliveries.c.progress == Progress.DELIVERED.rank,
            variants.c.tracking == TrackingMode.INDIVIDUAL.value,
        )
    )
    return db.execute(query).scalar_one()
