"""Selection: who is in an audience, and who of them may not be mailed, as expressions that INSERT … SELECT can carry.

In: conditions made of predicates, a day. Out: expressions over `members`; rows about one batch. Called by store.preparation,
pipeline.submit, pipeline.segments.

The rules are those of audience.consent.exclusion; a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, Text, and_, bindparam, case, exists, func, null, or_, select, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from newsletter.model.campaign import DeliveryState
from newsletter.model.member import Exclusion, SuppressionReason
from newsletter.store.segments import text_of
from newsletter.store.tables import deliveries, members, suppressions

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Select
    from sqlalchemy.sql.compiler import SQLCompiler


class _JsonList(FunctionElement[str]):
    """A JSON list of texts, as text."""

    type = Text()
    name = "json_list"
    inherit_cache = True


@compiles(_JsonList)
def _json_list_sqlite(element: _JsonList, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_array({compiler.process(element.clauses, **options)})"


@compiles(_JsonList, "postgresql")
def _json_list_postgresql(element: _JsonList, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST(json_build_array({compiler.process(element.clauses, **options)}) AS text)"


def audience(
    include: Sequence[ColumnElement[bool]], exclude: Sequence[ColumnElement[bool]]
) -> ColumnElement[bool]:
    """Members in one at least of `include` and in none of `exclude`."""
    return and_(or_(*include), *(~out for out in exclude)) if include else ~true()


def reason(today: date) -> ColumnElement[str | None]:
    """Why a member may not be mailed on a day (a value of model.member.Exclusion), or NULL."""
    return _reason([members.c.address_key], today)


def merge(fields: Sequence[str]) -> ColumnElement[str]:
    """The texts of fields and attributes of a member, as a JSON list in their order."""
    return _JsonList(*(text_of(field) for field in fields))


@cache
def _left() -> Select[int, str | None]:
    today = bindparam("today", type_=Date)
    why = _reason([deliveries.c.address_key, members.c.address_key], today)
    # The reason is asked only of whom one of these finds: half of the time, for a batch of which nobody left.
    moved = and_(members.c.address_key != deliveries.c.address_key, _listed(members.c.address_key))
    gone = or_(
        func.coalesce(members.c.consent_basis, "") == "",
        members.c.consent_expires_on <= today,
        _listed(deliveries.c.address_key),
        moved,
    )
    return (
        select(deliveries.c.id, why)
        .join_from(deliveries, members, members.c.id == deliveries.c.member_id, isouter=True)
        .where(
            deliveries.c.batch_id == bindparam("batch"),
            deliveries.c.state == DeliveryState.BATCHED.value,
            gone,
        )
        .order_by(deliveries.c.id)
    )


def _listed(address_key: ColumnElement[bytes]) -> ColumnElement[bool]:
    """Whether an address is on the do-not-mail list, for whatever reason."""
    return exists().where(suppressions.c.address_key == address_key, suppressions.c.lifted_at.is_(None))


def left(db: Connection, batch_id: int, today: date) -> Sequence[tuple[int, str]]:
    """The deliveries of a batch that may not be mailed on a day, with the reason. Who is no member any more has no consent; who
    has another address by now and left by it has left."""
    found = db.execute(_left(), {"batch": batch_id, "today": today})
    return [(number, str(why)) for number, why in found]


def _reason(
    address_keys: Sequence[ColumnElement[bytes]], today: date | ColumnElement[date]
) -> ColumnElement[str | None]:
    # One look into the list for each member: 1 when an address is suppressed, 0 when it only unsubscribed, NULL when neither.
    left = suppressions.c.reason == SuppressionReason.UNSUBSCRIBED.value
    standing = (
        select(func.max(case((left, 0), else_=1)))
        .where(suppressions.c.address_key.in_(address_keys), suppressions.c.lifted_at.is_(None))
        .scalar_subquery()
    )
    consent = case(
        (func.coalesce(members.c.consent_basis, "") == "", Exclusion.NO_CONSENT.value),
        (members.c.consent_expires_on <= today, Exclusion.CONSENT_EXPIRED.value),
        else_=null(),
    )
    return case(
        {1: Exclusion.SUPPRESSED.value, 0: Exclusion.UNSUBSCRIBED.value}, value=standing, else_=consent
    )


def candidates(
    include: Sequence[ColumnElement[bool]], exclude: Sequence[ColumnElement[bool]], today: date
) -> Select[Any]:
    """One row for each member of an audience: id, address_key, email, language, province, timezone, tracking_consent, reason."""
    return select(
        members.c.id,
        members.c.address_key,
        members.c.email,
        members.c.language,
        members.c.province,
        members.c.timezone,
        members.c.tracking_consent,
        reason(today).label("reason"),
    ).where(audience(include, exclude))


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of an audience may be mailed, by their language as it stands, and how many not, by reason."""

    languages: dict[str, int]
    excluded: dict[str, int]

    @property
    def candidates(self) -> int:
        """All of the audience."""
        return sum(self.languages.values()) + sum(self.excluded.values())


def counts(
    db: Connection,
    include: Sequence[ColumnElement[bool]],
    exclude: Sequence[ColumnElement[bool]],
    today: date,
) -> Counts:
    """Count an audience, in one statement."""
    found = candidates(include, exclude, today).subquery()
    rows = db.execute(
        select(found.c.reason, found.c.language, func.count()).group_by(found.c.reason, found.c.language)
    )
    languages: dict[str, int] = {}
    excluded: dict[str, int] = {}
    for why, language, number in rows:
        into, key = (languages, language) if why is None else (excluded, why)
        into[key] = into.get(key, 0) + number
    return Counts(languages, excluded)
