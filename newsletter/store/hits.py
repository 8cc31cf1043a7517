"""Hits: clicks and opens at our own endpoints, with what was thought of them. Neither address nor User-Agent is here.

In: judged hits. Out: rows, counts. Called by pipeline.hits, pipeline.report.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, case, func, select, union_all

from newsletter.model.event import Reader
from newsletter.model.member import TrackingConsent
from newsletter.model.publication import TrackingMode
from newsletter.store.events import pages
from newsletter.store.tables import batches, campaigns, deliveries, hits, members, variants

# The best hit of a reader on a link stands for the pair: one true click is enough.
_BEST = (Reader.HUMAN, Reader.UNKNOWN, Reader.MACHINE)


@dataclass(frozen=True, slots=True)
class Source:
    """What a token's number stands for: a variant, and (individual mode) what its member allows now."""

    variant: int
    edition: str
    tracking: TrackingMode
    consent: TrackingConsent | None = None


@dataclass(frozen=True, slots=True)
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


def put(db: Connection, made: Sequence[Hit]) -> list[int]:
    """Store hits; their numbers, in the same order."""
    if not made:
        return []
    rows = [
        {
            "at": one.at,
            "kind": one.kind,
            "variant_id": one.variant,
            "delivery_id": one.delivery,
            "link": one.link,
            "reader": one.reader.value,
            "rule": one.rule,
        }
        for one in made
    ]
    statement = hits.insert().returning(hits.c.id, sort_by_parameter_order=True)
    return list(db.execute(statement, rows).scalars())


def judge_again(db: Connection, verdicts: Iterable[tuple[int, Reader, str]]) -> None:
    """Replace what was thought of stored hits: number, reader, rule."""
    by_verdict: dict[tuple[str, str], list[int]] = {}
    for number, reader, rule in verdicts:
        by_verdict.setdefault((reader.value, rule), []).append(number)
    for (reader_value, rule), numbers in by_verdict.items():
        for page in pages(numbers):
            db.execute(hits.update().where(hits.c.id.in_(page)).values(reader=reader_value, rule=rule))


def judge_speed(
    db: Connection, delivered: Mapping[int, datetime], within: timedelta, reader: Reader, rule: str
) -> None:
    """Clicks on these deliveries sooner than `within` after their moment were by `reader`, unless more is known of them."""
    weaker = [one.value for one in _BEST[: _BEST.index(reader)]]
    for number, at in sorted(delivered.items()):
        db.execute(
            hits.update()
            .where(
                hits.c.delivery_id == number,
                hits.c.kind == "click",
                hits.c.at < at + within,
                hits.c.reader.in_(weaker),
            )
            .values(reader=reader.value, rule=rule)
        )


def with_clicks(db: Connection, numbers: Collection[int]) -> set[int]:
    """Which of these deliveries have a click of their own."""
    found: set[int] = set()
    for page in pages(numbers):
        query = (
            select(hits.c.delivery_id).where(hits.c.delivery_id.in_(page), hits.c.kind == "click").distinct()
        )
        found.update(number for number in db.execute(query).scalars() if number is not None)
    return found


def counted(db: Connection, campaign: int) -> Sequence[tuple[str, int | None, Reader, int]]:
    """Kind, link, reader, number: pairs of a delivery and a link (or mail) where deliveries are known, single hits where not."""
    strength = case({one.value: place for place, one in enumerate(_BEST)}, value=hits.c.reader)
    mine = hits.c.variant_id.in_(select(variants.c.id).where(variants.c.campaign_id == campaign))
    pairs = (
        select(hits.c.kind, hits.c.link, func.min(strength).label("best"))
        .where(mine, hits.c.delivery_id.is_not(None))
        .group_by(hits.c.kind, hits.c.delivery_id, hits.c.link)
        .subquery()
    )
    singles = (
        select(hits.c.kind, hits.c.link, strength.label("best"))
        .where(mine, hits.c.delivery_id.is_(None))
        .subquery()
    )
    both = union_all(
        select(pairs.c.kind, pairs.c.link, pairs.c.best, func.count().label("number")).group_by(
            pairs.c.kind, pairs.c.link, pairs.c.best
        ),
        select(singles.c.kind, singles.c.link, singles.c.best, func.count().label("number")).group_by(
            singles.c.kind, singles.c.link, singles.c.best
        ),
    )
    return [(kind, link, _BEST[best], number) for kind, link, best, number in db.execute(both)]
