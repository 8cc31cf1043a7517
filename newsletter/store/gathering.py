"""Gathering: who is in an audience now, and who of them may not be mailed and why.

In: predicates as SQL, the conditions and languages of an edition. Out: the candidates, in a temporary table; counts of them.
Called by store.preparation, and by pipeline.plan, which only counts.

All else is INSERT … SELECT from that table, so that memory does not grow with the audience.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    MetaData,
    Table,
    Text,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
)

from newsletter.model.member import Exclusion, TrackingConsent
from newsletter.model.publication import TrackingMode
from newsletter.store import selection
from newsletter.store.tables import (
    HOLDS,
    Id,
    campaigns,
    deliveries,
    exclusions,
    members,
    sequels,
)

scratch = MetaData()
gathered = Table(
    "gathered",
    scratch,
    Column("member_id", Id, primary_key=True),
    Column("timezone", Text, nullable=False),
    Column("province", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("answers", Text, nullable=False),
    Column("tracking", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("reason", Text),
    prefixes=["TEMPORARY"],
)

SqlCondition = ColumnElement[bool]
Lanes = tuple[tuple[str, tuple[str, ...]], ...]  #: names with the receiving domains of each
Zone = tuple[str, str]  #: timezone and province as members have them


@dataclass(frozen=True, slots=True)
class Wanted:
    """What preparation needs to know of a campaign. `include`, `exclude`, `conditions` are predicates as SQL; `lanes`: names with the
    receiving domains of each."""

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
    lanes: Lanes = ()


class Kind(NamedTuple):
    """Gathered members who are alike in all that decides when and what they get, and how many they are. `reason`: why they may not
    be mailed, or None."""

    reason: str | None
    timezone: str
    province: str
    language: str
    answers: str
    tracking: str
    lane: str
    people: int

    @property
    def zone(self) -> Zone:
        """Where they are, by what their rows say."""
        return self.timezone, self.province


@dataclass(frozen=True, slots=True)
class Counts:
    """Who would be mailed now, by language, and who not, by reason; how many variants; those mailed by zone and province, and those
    whose receiving domain has a pace of its own."""

    languages: dict[str, int]
    excluded: dict[str, int]
    variants: int
    zones: dict[Zone, int]
    lanes: Mapping[str, int] = field(default_factory=dict)

    @property
    def mailed(self) -> int:
        """How many would be mailed."""
        return sum(self.languages.values())


def gather(db: Connection, wanted: Wanted) -> list[Kind]:
    """Gather the candidates; of which kinds they are."""
    _fill(db, wanted)
    columns = [gathered.c[name] for name in Kind._fields[:-1]]
    # Members are looked at once, and what follows looks at their kinds: some dozens, however many members there are.
    return [Kind._make(row) for row in db.execute(select(*columns, func.count()).group_by(*columns))]


def zones(kinds: Iterable[Kind]) -> dict[Zone, int]:
    """How many may be mailed, by zone and province."""
    found: Counter[Zone] = Counter()
    for kind in kinds:
        if kind.reason is None:
            found[kind.zone] += kind.people
    return dict(found)


def count(db: Connection, wanted: Wanted) -> Counts:
    """What preparation would find now. Nothing of it is kept."""
    counts = tally(db, wanted)
    drop(db)
    return counts


def tally(db: Connection, wanted: Wanted) -> Counts:
    """The same; who was gathered stays so until `drop`."""
    languages: Counter[str] = Counter()
    excluded: Counter[str] = Counter()
    lanes: Counter[str] = Counter()
    kinds = gather(db, wanted)
    for kind in kinds:
        if kind.reason is not None:
            excluded[kind.reason] += kind.people
            continue
        languages[kind.language] += kind.people
        if kind.lane:
            lanes[kind.lane] += kind.people
    variants = {(kind.language, kind.answers) for kind in kinds if kind.reason is None}
    return Counts(dict(languages), dict(excluded), len(variants), zones(kinds), dict(lanes))


def since(db: Connection, earlier: int, occasion: int) -> tuple[int, int]:
    """Of those gathered who would be mailed: how many an earlier mailing (of that occasion) and what completed it did not go to; and how
    many they went to who are not among them any more."""
    completed = select(sequels.c.campaign_id).where(sequels.c.root_id == earlier)
    had = (
        select(deliveries.c.member_id)
        .where(
            deliveries.c.occasion_id == occasion,
            or_(deliveries.c.campaign_id == earlier, deliveries.c.campaign_id.in_(completed)),
            HOLDS,
        )
        .distinct()
    )
    mailed = select(gathered.c.member_id).where(gathered.c.reason.is_(None))
    fresh = (
        select(func.count())
        .select_from(gathered)
        .where(gathered.c.reason.is_(None), gathered.c.member_id.not_in(had))
    )
    left = select(func.count()).select_from(had.where(deliveries.c.member_id.not_in(mailed)).subquery())
    return int(db.execute(fresh).scalar_one()), int(db.execute(left).scalar_one())


def drop(db: Connection) -> None:
    """Forget what was gathered."""
    for table in reversed(scratch.sorted_tables):
        table.drop(db, checkfirst=True)


def _fill(db: Connection, wanted: Wanted) -> None:
    drop(db)
    scratch.create_all(db)
    chosen = selection.audience(wanted.include, wanted.exclude)
    holder = exists().where(
        deliveries.c.occasion_id == wanted.occasion,
        deliveries.c.address_key == members.c.address_key,
        deliveries.c.copy == wanted.copy,
        HOLDS,
    )
    reason = func.coalesce(
        selection.reason(wanted.today), case((holder, Exclusion.ALREADY_HAD_IT.value), else_=None)
    )
    columns = [
        members.c.id,
        members.c.timezone,
        members.c.province,
        _language(wanted),
        _answers(wanted),
        _tracking(wanted),
        lane_of(db, members.c.email, wanted.lanes),
        reason,
    ]
    db.execute(
        gathered.insert().from_select([column.name for column in gathered.c], select(*columns).where(chosen))
    )
    _mark_moved(db, wanted)


def _mark_moved(db: Connection, wanted: Wanted) -> None:
    """Who has another address since has it still: a place is an address, but one person is mailed once.

    A statement of its own, so that both databases look at the holders once, and not once for each member.
    """
    holders = select(deliveries.c.member_id).where(
        deliveries.c.occasion_id == wanted.occasion, deliveries.c.copy == wanted.copy, deliveries.c.holds
    )
    db.execute(
        gathered.update()
        .where(gathered.c.reason.is_(None), gathered.c.member_id.in_(holders))
        .values(reason=Exclusion.ALREADY_HAD_IT.value)
    )


def lane_of(db: Connection, address: ColumnElement[str], lanes: Lanes) -> ColumnElement[str]:
    """The lane of an address, else empty; its domain stands in lower case (model.address)."""
    if not lanes:
        return literal("")
    position = func.instr if db.dialect.name == "sqlite" else func.strpos
    domain = func.substr(address, position(address, "@") + 1)
    return case(*((domain.in_(domains), name) for name, domains in lanes), else_="")


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


def exclude(
    db: Connection, campaign: int, kinds: Sequence[Kind], passed: Collection[Zone], reason: Exclusion
) -> list[Kind]:
    """Write down who is excluded and why: those who may not be mailed, and for `reason` everybody in the zones that are `passed`.
    The kinds that remain."""
    for zone, province in passed:
        of_zone = and_(gathered.c.timezone == zone, gathered.c.province == province)
        db.execute(gathered.update().where(of_zone, gathered.c.reason.is_(None)).values(reason=reason.value))
    out = (
        select(literal(campaign), members.c.id, members.c.address_key, gathered.c.reason)
        .join_from(gathered, members, members.c.id == gathered.c.member_id)
        .where(gathered.c.reason.is_not(None))
    )
    db.execute(exclusions.insert().from_select(["campaign_id", "member_id", "address_key", "reason"], out))
    excluded: Counter[str] = Counter()
    remaining: list[Kind] = []
    for kind in kinds:
        why = kind.reason or (reason.value if kind.zone in passed else None)
        if why is None:
            remaining.append(kind)
        else:
            excluded[why] += kind.people
    candidates = sum(kind.people for kind in kinds)
    db.execute(
        campaigns.update()
        .where(campaigns.c.id == campaign)
        .values(candidates=candidates, excluded=dict(excluded))
    )
    return remaining
