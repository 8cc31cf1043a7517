"""Gathering: who is in an audience now, and who of them may not be mailed and why.

In: predicates as SQL, the conditions and languages of an edition. Out: the candidates, in a temporary table; counts of them.
Called by store.preparation, and by pipeline.plan, which only counts.

All else is INSERT … SELECT from that table, so that memory does not grow with the audience.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    LargeBinary,
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
    Column("address_key", LargeBinary(16), nullable=False),
    Column("timezone", Text, nullable=False),
    Column("province", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("answers", Text, nullable=False),
    Column("tracking", Text, nullable=False),
    Column("reason", Text),
    prefixes=["TEMPORARY"],
)
places = Table(
    "placed",
    scratch,
    Column("timezone", Text, primary_key=True),
    Column("province", Text, primary_key=True),
    Column("wave_id", Id, nullable=False),
    prefixes=["TEMPORARY"],
)
cuts = Table(
    "cut",
    scratch,
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


def gather(db: Connection, wanted: Wanted) -> dict[Zone, int]:
    """Gather the candidates and write down who is excluded and why; how many remain, by zone and province."""
    _fill(db, wanted)
    _exclude(db, wanted.campaign)
    return _by_zone(db)


def count(db: Connection, wanted: Wanted) -> Counts:
    """What preparation would find now. Nothing of it is kept."""
    counts = tally(db, wanted)
    drop(db)
    return counts


def tally(db: Connection, wanted: Wanted) -> Counts:
    """The same; who was gathered stays so until `drop`."""
    _fill(db, wanted)
    tallied = db.execute(
        select(gathered.c.reason, gathered.c.language, gathered.c.answers, func.count()).group_by(
            gathered.c.reason, gathered.c.language, gathered.c.answers
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
    return Counts(dict(languages), dict(excluded), len(found), _by_zone(db))


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
        members.c.address_key,
        members.c.timezone,
        members.c.province,
        _language(wanted),
        _answers(wanted),
        _tracking(wanted),
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


def _by_zone(db: Connection) -> dict[Zone, int]:
    rows = db.execute(
        select(gathered.c.timezone, gathered.c.province, func.count())
        .where(gathered.c.reason.is_(None))
        .group_by(gathered.c.timezone, gathered.c.province)
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
    out = select(literal(campaign), gathered.c.member_id, gathered.c.address_key, gathered.c.reason).where(
        gathered.c.reason.is_not(None)
    )
    db.execute(exclusions.insert().from_select(["campaign_id", "member_id", "address_key", "reason"], out))
    counted = db.execute(select(gathered.c.reason, func.count()).group_by(gathered.c.reason)).all()
    excluded = {reason: count for reason, count in counted if reason is not None}
    db.execute(
        campaigns.update()
        .where(campaigns.c.id == campaign)
        .values(candidates=sum(count for _, count in counted), excluded=excluded)
    )


def set_aside(db: Connection, campaign: int, zones: Sequence[Zone], reason: Exclusion) -> None:
    """Exclude the members of these zones as well."""
    for zone, province in zones:
        of_zone = and_(gathered.c.timezone == zone, gathered.c.province == province)
        db.execute(gathered.update().where(of_zone, gathered.c.reason.is_(None)).values(reason=reason.value))
    if zones:
        db.execute(exclusions.delete().where(exclusions.c.campaign_id == campaign))
        _exclude(db, campaign)
