"""Surveying: what members' values come to over an audience that was gathered, set by set.

In: the gathered candidates (store.gathering), the fields that a mail shows. Out: counts by variant, longest values, the members whose
values weigh most. Called by pipeline.survey. Whoever is excluded counts nowhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, case, func, literal, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from newsletter.store import selection
from newsletter.store.gathering import gathered
from newsletter.store.segments import text_of
from newsletter.store.tables import members

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Select
    from sqlalchemy.sql.compiler import SQLCompiler

#: what HTML writes for one character, as so many signs of one byte that are none of them
_ESCAPED = (("&", 5), ("<", 4), (">", 4), ('"', 6), ("'", 6))


class _Octets(FunctionElement[int]):
    """The bytes of a text in UTF-8."""

    type = Integer()
    name = "octets"
    inherit_cache = True


@compiles(_Octets, "sqlite")
def _octets_sqlite(element: _Octets, compiler: SQLCompiler, **options: Any) -> str:
    return f"length(CAST({compiler.process(element.clauses, **options)} AS BLOB))"


@compiles(_Octets, "postgresql")
def _octets_postgresql(element: _Octets, compiler: SQLCompiler, **options: Any) -> str:
    return f"octet_length({compiler.process(element.clauses, **options)})"


@dataclass(frozen=True, slots=True)
class Group:
    """The members of one variant. By field: how many have no value, and the most bytes that one's value takes in HTML."""

    language: str
    answers: str
    tracking: str
    members: int
    empty: tuple[int, ...]
    heaviest: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Weight:
    """One field in the HTML of a variant: how often its value stands there, and how many bytes stand there for want of one."""

    field: str
    times: int
    without: int


def groups(db: Connection, fields: Sequence[str]) -> list[Group]:
    """Everybody who would be mailed, by variant."""
    by = (gathered.c.language, gathered.c.answers, gathered.c.tracking)
    empty = [func.sum(case((_bare(field) == "", 1), else_=0)) for field in fields]
    heaviest = [func.max(_bytes(field)) for field in fields]
    found = db.execute(
        select(*by, func.count(), *empty, *heaviest)
        .join_from(gathered, members, members.c.id == gathered.c.member_id)
        .where(gathered.c.reason.is_(None))
        .group_by(*by)
        .order_by(*by)
    )
    return [
        Group(row[0], row[1], row[2], row[3], tuple(row[4 : 4 + len(fields)]), tuple(row[4 + len(fields) :]))
        for row in found
    ]


def longest(db: Connection, field: str) -> dict[str, str]:
    """The longest value of a field, in characters, by the language of the mail; the first in the alphabet of equal ones."""
    order = (func.length(_bare(field)).desc(), _bare(field))
    rank = func.row_number().over(partition_by=gathered.c.language, order_by=order).label("rank")
    ranked = (
        select(gathered.c.language.label("language"), _bare(field).label("value"), rank)
        .join_from(gathered, members, members.c.id == gathered.c.member_id)
        .where(gathered.c.reason.is_(None))
        .subquery()
    )
    found = db.execute(select(ranked.c.language, ranked.c.value).where(ranked.c.rank == 1))
    return {row.language: row.value for row in found}


def heaviest(db: Connection, group: Group, weights: Sequence[Weight], fields: Sequence[str]) -> list[str]:
    """The values of the member of a variant whose values take the most bytes in HTML text."""
    weight: ColumnElement[int] = literal(0)
    for one in weights:
        own = case((_bare(one.field) == "", one.without), else_=_bytes(one.field))
        weight = weight + own * one.times
    found = db.execute(_values(group, fields).order_by(weight.desc(), gathered.c.member_id).limit(1))
    return [str(value) for value in json.loads(found.scalar_one())]


def values(db: Connection, group: Group, fields: Sequence[str]) -> Iterator[list[str]]:
    """The values of all members of a variant, as they come, each row of equal ones once; a thousand at a time are in memory."""
    found = db.execute(_values(group, fields).distinct(), execution_options={"yield_per": 1000})
    for text in found.scalars():
        yield json.loads(text)


def _values(group: Group, fields: Sequence[str]) -> Select[Any]:
    return (
        select(selection.merge(fields))
        .join_from(gathered, members, members.c.id == gathered.c.member_id)
        .where(
            gathered.c.reason.is_(None),
            gathered.c.language == group.language,
            gathered.c.answers == group.answers,
            gathered.c.tracking == group.tracking,
        )
    )


def _bare(field: str) -> ColumnElement[str]:
    return func.trim(func.coalesce(text_of(field), ""))


def _bytes(field: str) -> ColumnElement[int]:
    """The bytes that a value takes in HTML, escaped."""
    value = _bare(field)
    for character, size in _ESCAPED:
        value = func.replace(value, character, "-" * size)
    return _Octets(value)
