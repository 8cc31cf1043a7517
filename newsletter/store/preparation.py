"""Preparation: an audience becomes deliveries, in one transaction, by set-based statements.

In: a campaign, predicates, the texts and conditions of its edition, waves by zone. Out: exclusions, variants, waves, batches,
deliveries; candidates = prepared + excluded. Called by pipeline.prepare.

The candidates are gathered once into a temporary table; all else is INSERT … SELECT from it, so that memory does not grow with
the audience.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    Table,
    Text,
    and_,
    case,
    exists,
    func,
    literal,
    select,
)

from newsletter.model.campaign import BatchState
from newsletter.model.member import Exclusion, TrackingConsent
from newsletter.model.publication import TrackingMode
from newsletter.store import selection
from newsletter.store.deliveries import last_number
from newsletter.store.tables import (
    Id,
    batches,
    campaigns,
    deliveries,
    exclusions,
    members,
    variants,
    waves,
)

_scratch = MetaData()
_gathered = Table(
    "gathered",
    _scratch,
    Column("member_id", Id, primary_key=True),
    Column("address_key", LargeBinary(16), nullable=False),
    Column("timezone", Text, nullable=False),
    Column("province", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("answers", Text, nullable=False),
    Column("tracking", Text, nullable=False),
    Column("reason", Text),
    prefixes=["TEMPORARY"],
)
_placed = Table(
    "placed",
    _scratch,
    Column("timezone", Text, primary_key=True),
    Column("province", Text, primary_key=True),
    Column("wave_id", Id, nullable=False),
    prefixes=["TEMPORARY"],
)
_cut = Table(
    "cut",
    _scratch,
    Column("wave_id", Id, primary_key=True),
    Column("variant_id", Id, primary_key=True),
    Column("first", Integer, primary_key=True),
    Column("batch_id", Id, nullable=False),
    prefixes=["TEMPORARY"],
)

SqlCondition = ColumnElement[bool]
Zone = tuple[str, str]  #: timezone and province as members have them


@dataclass(frozen=True, slots=True)
class Wanted:
    """What preparation needs to know of a campaign. `include`, `exclude`, `conditions` are predicates as SQL."""

    campaign: int
    occasion: int
    copy: int
    include: Sequence[SqlCondition]
    exclude: Sequence[SqlCondition]
    conditions: Sequence[SqlCondition]
    languages: tuple[str, ...]
    bilingual: str
    tracking: TrackingMode
    fields: tuple[str, ...]
    today: date


@dataclass(frozen=True, slots=True)
class Counts:
    """Who would be mailed now, by language, and who not, by reason; how many variants; those mailed by zone and province."""

    languages: dict[str, int]
    excluded: dict[str, int]
    variants: int
    zones: dict[Zone, int]

    @property
    def mailed(self) -> int:
        """How many would be mailed."""
        return sum(self.languages.values())


@dataclass(frozen=True, slots=True)
class WaveRow:
    """One wave, and which members are in it by what their rows say."""

    due_at: datetime
    expires_at: datetime | None
    zones: tuple[str, ...]
    members_with: tuple[Zone, ...]


def gather(db: Connection, wanted: Wanted) -> dict[Zone, int]:
    """Gather the candidates and write down who is excluded and why; how many remain, by zone and province."""
    _gather(db, wanted)
    _exclude(db, wanted.campaign)
    return _by_zone(db)


def count(db: Connection, wanted: Wanted) -> Counts:
    """What preparation would find now. Nothing of it is kept."""
    _gather(db, wanted)
    tallied = db.execute(
        select(_gathered.c.reason, _gathered.c.language, _gathered.c.answers, func.count()).group_by(
            _gathered.c.reason, _gathered.c.language, _gathered.c.answers
        )
    )
    languages: Counter[str] = Counter()
    excluded: Counter[str] = Counter()
    found: set[tuple[str, str]] = set()
    for reason, language, answers, number in tallied:
        if reason is None:
            languages[language] += number
            found.add((language, answers))
        else:
            excluded[reason] += number
    counts = Counts(dict(languages), dict(excluded), len(found), _by_zone(db))
    _drop(db)
    return counts


def _drop(db: Connection) -> None:
    for table in reversed(_scratch.sorted_tables):
        table.drop(db, checkfirst=True)


def _gather(db: Connection, wanted: Wanted) -> None:
    _drop(db)
    _scratch.create_all(db)
    chosen = selection.audience(wanted.include, wanted.exclude)
    holder = exists().where(
        deliveries.c.occasion_id == wanted.occasion,
        deliveries.c.address_key == members.c.address_key,
        deliveries.c.copy == wanted.copy,
        deliveries.c.holds,
    )
    reason = func.coalesce(
        selection.reason(wanted.today), case((holder, Exclusion.ALREADY_HAD_IT.value), else_=None)
    )
    columns = [
        members.c.id,
        members.c.address_key,
        members.c.timezone,
        members.c.province,
        _language(wanted),
        _answers(wanted),
        _tracking(wanted),
        reason,
    ]
    db.execute(
        _gathered.insert().from_select(
            [column.name for column in _gathered.c], select(*columns).where(chosen)
        )
    )


def _by_zone(db: Connection) -> dict[Zone, int]:
    rows = db.execute(
        select(_gathered.c.timezone, _gathered.c.province, func.count())
        .where(_gathered.c.reason.is_(None))
        .group_by(_gathered.c.timezone, _gathered.c.province)
    )
    return {(zone, province): count for zone, province, count in rows}


def _language(wanted: Wanted) -> ColumnElement[str]:
    own = case((members.c.language.in_(wanted.languages), members.c.language), else_=wanted.bilingual)
    return own if len(wanted.languages) > 1 else literal(wanted.bilingual)


def _answers(wanted: Wanted) -> ColumnElement[str]:
    text: ColumnElement[str] = literal("")
    for condition in wanted.conditions:
        text = text.concat(case((condition, "1"), else_="0"))
    return text


def _tracking(wanted: Wanted) -> ColumnElement[str]:
    """As dispatch.variants.tracking_for; a test holds the two against each other."""
    whens = [(members.c.tracking_consent == TrackingConsent.REFUSED.value, TrackingMode.OFF.value)]
    if wanted.tracking is TrackingMode.INDIVIDUAL:
        whens.append(
            (members.c.tracking_consent != TrackingConsent.GRANTED.value, TrackingMode.AGGREGATE.value)
        )
    return case(*whens, else_=wanted.tracking.value)


def _exclude(db: Connection, campaign: int) -> None:
    out = select(literal(campaign), _gathered.c.member_id, _gathered.c.address_key, _gathered.c.reason).where(
        _gathered.c.reason.is_not(None)
    )
    db.execute(exclusions.insert().from_select(["campaign_id", "member_id", "address_key", "reason"], out))
    counted = db.execute(select(_gathered.c.reason, func.count()).group_by(_gathered.c.reason)).all()
    excluded = {reason: count for reason, count in counted if reason is not None}
    db.execute(
        campaigns.update()
        .where(campaigns.c.id == campaign)
        .values(candidates=sum(count for _, count in counted), excluded=excluded)
    )


def set_aside(db: Connection, campaign: int, zones: Sequence[Zone], reason: Exclusion) -> None:
    """Exclude the members of these zones as well."""
    for zone, province in zones:
        of_zone = and_(_gathered.c.timezone == zone, _gathered.c.province == province)
        db.execute(
            _gathered.update().where(of_zone, _gathered.c.reason.is_(None)).values(reason=reason.value)
        )
    if zones:
        db.execute(exclusions.delete().where(exclusions.c.campaign_id == campaign))
        _exclude(db, campaign)


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
            db.execute(_placed.insert(), rows)


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
        db.execute(_cut.insert(), rows)
    made = _make_deliveries(db, wanted, now)
    _drop(db)
    return made


def _make_variants(db: Connection, campaign: int, now: datetime) -> None:
    kind = (_gathered.c.language, _gathered.c.answers, _gathered.c.tracking)
    found = select(*kind).where(_gathered.c.reason.is_(None)).distinct().subquery()
    number = literal(last_number(db, variants, now)) + func.row_number().over(order_by=list(found.c))
    numbered = select(number, literal(campaign), *found.c)
    db.execute(variants.insert().from_select([column.name for column in variants.c], numbered))


def _joined(campaign: int) -> Any:
    """Gathered members with their wave and their variant."""
    return _gathered.join(
        _placed,
        and_(_placed.c.timezone == _gathered.c.timezone, _placed.c.province == _gathered.c.province),
    ).join(
        variants,
        and_(
            variants.c.campaign_id == campaign,
            variants.c.language == _gathered.c.language,
            variants.c.answers == _gathered.c.answers,
            variants.c.tracking == _gathered.c.tracking,
        ),
    )


def _groups(db: Connection, campaign: int) -> Iterator[tuple[int, int, int]]:
    grouped = (
        select(_placed.c.wave_id, variants.c.id, func.count())
        .select_from(_joined(campaign).join(waves, waves.c.id == _placed.c.wave_id))
        .where(_gathered.c.reason.is_(None))
        .group_by(_placed.c.wave_id, variants.c.id, waves.c.due_at)
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
            _gathered.c.member_id,
            _placed.c.wave_id,
            variants.c.id.label("variant_id"),
            func.row_number()
            .over(partition_by=(_placed.c.wave_id, variants.c.id), order_by=_gathered.c.member_id)
            .label("number"),
        )
        .select_from(_joined(wanted.campaign))
        .where(_gathered.c.reason.is_(None))
        .subquery()
    )
    # The batch whose run begins nearest before: one look into the key of `cut`, whatever the number of batches.
    batch = (
        select(_cut.c.batch_id)
        .where(
            _cut.c.wave_id == numbered.c.wave_id,
            _cut.c.variant_id == numbered.c.variant_id,
            _cut.c.first <= numbered.c.number,
        )
        .order_by(_cut.c.first.desc())
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
