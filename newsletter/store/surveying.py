"""Surveying: what members' values come to over an audience that was gathered, set by set.

In: the gathered candidates (store.gathering), the fields that a mail shows. Out: counts by variant, longest values, the members whose
values weigh most. Called by pipeline.survey. Whoever is excluded counts nowhere.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
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
    from sqlalchemy import ColumnElement, Connection
    from sqlalchemy.sql.compiler import SQLCompiler

#: what HTML writes for one character, and how many bytes more that is
_ESCAPED = (("&", 4), ("<", 3), (">", 3), ('"', 5), ("'", 5))


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
    """One field in the HTML of a variant: how often its value stands there, and how many bytes stand there for want of one.

    `bound` is how many bytes each byte of it may become: 1 in HTML text, which is reckoned exactly, 3 in an address.
    """

    field: str
    times: int
    without: int
    bound: int = 1


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


def heaviest(
    db: Connection, group: Group, weights: Sequence[Weight], fields: Sequence[str], skip: int, most: int
) -> list[tuple[int, list[str]]]:
    """The members of a variant whose values weigh most: that weight in bytes (at least what it is in the mail), and the values of
    `fields`. `skip` of them are passed over, at most `most` given."""
    weight: ColumnElement[int] = literal(0)
    for one in weights:
        own = case((_bare(one.field) == "", one.without), else_=_bytes(one.field) * one.bound)
        weight = weight + own * one.times
    found = db.execute(
        select(weight.label("weight"), selection.merge(fields))
        .join_from(gathered, members, members.c.id == gathered.c.member_id)
        .where(
            gathered.c.reason.is_(None),
            gathered.c.language == group.language,
            gathered.c.answers == group.answers,
            gathered.c.tracking == group.tracking,
        )
        .order_by(weight.desc(), gathered.c.member_id)
        .offset(skip)
        .limit(most)
    )
    return [(int(bytes_), json.loads(values)) for bytes_, values in found]


def _bare(field: str) -> ColumnElement[str]:
    return func.trim(func.coalesce(text_of(field), ""))


def _bytes(field: str) -> ColumnElement[int]:
    """The bytes that a value takes in HTML, escaped."""
    value = _bare(field)
    total: ColumnElement[int] = _Octets(value)
    for character, more in _ESCAPED:
        total = total + (func.length(value) - func.length(func.replace(value, character, ""))) * more
    return total
