"""Preparation: an audience becomes deliveries, in one transaction, by set-based statements.

In: a campaign, predicates, the texts and conditions of its edition, waves by zone. Out: exclusions, variants, waves, batches,
deliveries; candidates = prepared + excluded. Called by pipeline.prepare.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    Row,
    Table,
    Text,
    and_,
    func,
    literal,
    select,
)

from newsletter.model.campaign import BatchState
from newsletter.store import selection
from newsletter.store.deliveries import last_number
from newsletter.store.gathering import Kind, Lanes, Wanted, Zone, drop, gathered, lane_of, scratch
from newsletter.store.tables import (
    Id,
    batches,
    deliveries,
    members,
    variants,
    waves,
)

_ALIKE = ("timezone", "province", "language", "answers", "tracking", "lane")
_kinds = Table(
    "kinds",
    scratch,
    *(Column(name, Text, primary_key=True) for name in _ALIKE),
    Column("run", Integer, nullable=False),
    prefixes=["TEMPORARY"],
)
_cuts = Table(
    "cut",
    scratch,
    Column("run", Integer, primary_key=True),
    Column("first", Id, primary_key=True),
    Column("batch_id", Id, nullable=False),
    prefixes=["TEMPORARY"],
)
_line = Table(
    "line",
    scratch,
    Column("place", Id, primary_key=True),  # from 1, in the order of the rows
    Column("run", Integer, nullable=False),
    Column("member_id", Id, nullable=False),
    prefixes=["TEMPORARY"],
)


@dataclass(frozen=True, slots=True)
class WaveRow:
    """One wave, and which members are in it by what their rows say."""

    due_at: datetime
    expires_at: datetime | None
    zones: tuple[str, ...]
    members_with: tuple[Zone, ...]


class Placed(NamedTuple):
    """A wave that was written down."""

    due_at: datetime
    wave: int


class _Run(NamedTuple):
    """Deliveries of one wave, variant and lane; batches are cut from them in the order of their members."""

    placed: Placed
    variant: int
    lane: str


def place(db: Connection, campaign: int, planned: Sequence[WaveRow]) -> dict[Zone, Placed]:
    """Write the waves down; which zone goes with which."""
    found: dict[Zone, Placed] = {}
    for wave in planned:
        fresh = waves.insert().values(
            campaign_id=campaign, due_at=wave.due_at, expires_at=wave.expires_at, zones=list(wave.zones)
        )
        number = db.execute(fresh.returning(waves.c.id)).scalar_one()
        found |= dict.fromkeys(wave.members_with, Placed(wave.due_at, number))
    return found


def deliver(
    db: Connection,
    wanted: Wanted,
    kinds: Mapping[Kind, Placed],
    cut: Callable[[int, str], list[int]],
    now: datetime,
) -> None:
    """Make variants, batches and deliveries of the gathered members; `kinds` says in which wave each kind goes, `cut` how many
    recipients each batch of a run (of a lane) holds. Raises AssertionError unless everybody who was counted got a place."""
    texts = _make_variants(db, wanted.campaign, kinds, now)
    runs = {
        kind: _Run(placed, texts[kind.language, kind.answers, kind.tracking], kind.lane)
        for kind, placed in kinds.items()
    }
    counted: Counter[_Run] = Counter()
    for kind, run in runs.items():
        counted[run] += kind.people
    # Whom a gentle start shows itself to: many.
    order = sorted(
        counted, key=lambda run: (run.placed.due_at, run.lane != "", -counted[run], run.variant, run.lane)
    )
    number = {run: place for place, run in enumerate(order)}
    _line_up(db, {kind: number[run] for kind, run in runs.items()})
    _make_batches(db, wanted.campaign, order, counted, cut)
    made = _make_deliveries(db, wanted, now)
    drop(db)
    if made != counted.total():
        raise AssertionError(f"{made} of {counted.total()} recipients were written down")


def _make_variants(
    db: Connection, campaign: int, kinds: Iterable[Kind], now: datetime
) -> dict[tuple[str, str, str], int]:
    texts = sorted({(kind.language, kind.answers, kind.tracking) for kind in kinds})
    numbered = {text: number for number, text in enumerate(texts, last_number(db, variants, now) + 1)}
    rows = [
        {
            "id": number,
            "campaign_id": campaign,
            "language": language,
            "answers": answers,
            "tracking": tracking,
        }
        for (language, answers, tracking), number in numbered.items()
    ]
    if rows:
        db.execute(variants.insert(), rows)
    return numbered


def _line_up(db: Connection, runs: Mapping[Kind, int]) -> None:
    """Put the gathered members in a line: run by run, each in the order of its members."""
    if not runs:
        return
    named = [dict(zip(_ALIKE, kind[1:-1], strict=True)) | {"run": run} for kind, run in runs.items()]
    db.execute(_kinds.insert(), named)
    alike = and_(*(_kinds.c[name] == gathered.c[name] for name in _ALIKE))
    found = (
        select(_kinds.c.run, gathered.c.member_id)
        .join_from(gathered, _kinds, alike)
        .where(gathered.c.reason.is_(None))
        .order_by(_kinds.c.run, gathered.c.member_id)
    )
    db.execute(_line.insert().from_select(["run", "member_id"], found))
    if (
        db.dialect.name == "postgresql"
    ):  # else it guesses how long the line is, and reads all members for each batch
        db.exec_driver_sql(f"ANALYZE {_line.name}")


def _make_batches(
    db: Connection,
    campaign: int,
    runs: Sequence[_Run],
    counted: Mapping[_Run, int],
    cut: Callable[[int, str], list[int]],
) -> None:
    """The batches of each run, and at which place of the line each begins."""
    made: list[dict[str, int]] = []
    first = 1
    for number, run in enumerate(runs):
        for size in cut(counted[run], run.lane):
            made.append({"run": number, "first": first, "batch_id": _make_batch(db, campaign, run)})
            first += size
    if made:
        db.execute(_cuts.insert(), made)


def _make_batch(db: Connection, campaign: int, run: _Run) -> int:
    fresh = batches.insert().values(
        campaign_id=campaign,
        wave_id=run.placed.wave,
        variant_id=run.variant,
        lane=run.lane,
        state=BatchState.PLANNED.value,
    )
    return int(db.execute(fresh.returning(batches.c.id)).scalar_one())


def _make_deliveries(db: Connection, wanted: Wanted, now: datetime) -> int:
    # The batch that begins nearest before, in the same run: one look into the key of `cut`, whatever the number of batches.
    batch = (
        select(_cuts.c.batch_id)
        .where(_cuts.c.run == _line.c.run, _cuts.c.first <= _line.c.place)
        .order_by(_cuts.c.first.desc())
        .limit(1)
        .scalar_subquery()
    )
    chosen = (
        select(
            literal(last_number(db, deliveries, now)) + _line.c.place,
            literal(wanted.campaign),
            literal(wanted.occasion),
            literal(wanted.copy),
            batch,
            members.c.id,
            members.c.address_key,
            members.c.email,
            selection.merge(wanted.fields),
        )
        .join_from(_line, members, members.c.id == _line.c.member_id)
        .order_by(_line.c.place)
    )
    names = ["id", "campaign_id", "occasion_id", "copy", "batch_id", "member_id", "address_key", "address", "merge"]  # fmt: skip
    placed = deliveries.insert().from_select(names, chosen)
    return db.execute(placed, execution_options={"preserve_rowcount": True}).rowcount


def variant(db: Connection, variant_id: int) -> Row[Any]:
    """One variant: language, answers, tracking."""
    return db.execute(select(variants).where(variants.c.id == variant_id)).one()


def by_lane(db: Connection, campaign: int, lanes: Lanes) -> Mapping[str, int]:
    """How many deliveries of a campaign go to each of these lanes, whichever were kept when it was prepared."""
    lane = lane_of(db, deliveries.c.address, lanes).label("lane")
    found = select(lane).where(deliveries.c.campaign_id == campaign).subquery()
    rows = db.execute(select(found.c.lane, func.count()).where(found.c.lane != "").group_by(found.c.lane))
    return dict(rows.all())


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
