"""Predicates as SQL: bound values, a closed list of columns, never text that somebody wrote.

In: a resolved predicate. Out: a condition on `members` that agrees with audience.evaluating for every member. Called by
pipeline.audience, and by store for counts.

Comparisons are of folded text by equality and LIKE, so that neither the database's collation nor its idea of case has a say.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text as TextType
from sqlalchemy import and_, bindparam, false, literal, not_, or_, select, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from newsletter.model.folding import fold, fold_part
from newsletter.model.member import FIELDS
from newsletter.model.predicate import (
    DATE_FIELDS,
    TAGS,
    And,
    Day,
    DayTest,
    Everyone,
    Known,
    Not,
    Or,
    Predicate,
    Tagged,
    Text,
    TextTest,
)
from newsletter.store.tables import member_tags, members

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.sql.compiler import SQLCompiler

_ATTRIBUTE = re.compile(r"[^\W\d]\w*")


class _Attribute(FunctionElement[str]):
    """The text under a name in a column of JSON text, empty when there is none: (column, path, name)."""

    type = TextType()
    name = "attribute"
    inherit_cache = True


@compiles(_Attribute)
def _attribute_sqlite(element: _Attribute, compiler: SQLCompiler, **options: Any) -> str:
    column, path, _ = (compiler.process(clause, **options) for clause in element.clauses)
    return f"coalesce(json_extract({column}, {path}), '')"


@compiles(_Attribute, "postgresql")
def _attribute_postgresql(element: _Attribute, compiler: SQLCompiler, **options: Any) -> str:
    column, _, name = (compiler.process(clause, **options) for clause in element.clauses)
    return f"coalesce(CAST({column} AS jsonb) ->> CAST({name} AS text), '')"


def text_of(name: str, *, folded: bool = False) -> ColumnElement[str]:
    """The text of a field or attribute of a member, as written or folded; empty when there is none."""
    if name in {"consent_basis", "tracking_consent"}:
        return members.c[name]
    if name in FIELDS:
        return members.c[f"{name}_folded" if folded else name]
    if not _ATTRIBUTE.fullmatch(name):
        return literal("")
    column = members.c.attributes_folded if folded else members.c.attributes
    path = bindparam(None, f'$."{name}"', unique=True, type_=TextType())
    return _Attribute(column, path, bindparam(None, name, unique=True, type_=TextType()))


def compile_predicate(predicate: Predicate) -> ColumnElement[bool]:
    """The condition that a resolved predicate is. Raises ValueError where it still names a segment."""
    match predicate:
        case And(parts):
            return and_(*(compile_predicate(part) for part in parts))
        case Or(parts):
            return or_(*(compile_predicate(part) for part in parts))
        case Not(part):
            return not_(compile_predicate(part))
        case _:
            return _leaf(predicate)


def _leaf(predicate: Predicate) -> ColumnElement[bool]:
    match predicate:
        case Everyone():
            return true()
        case Tagged(tag):
            return members.c.id.in_(select(member_tags.c.member_id).where(member_tags.c.folded == fold(tag)))
        case Known(field):
            return _known(field)
        case Text(field, test, values):
            return _compare(text_of(field, folded=True), test, values)
        case Day(field, test, _):
            return _day(predicate) if field in DATE_FIELDS else false()
        case _:
            raise ValueError(f"the predicate was not resolved: {type(predicate).__name__}")


def _known(field: str) -> ColumnElement[bool]:
    if field == TAGS:
        return members.c.id.in_(select(member_tags.c.member_id))
    if field in DATE_FIELDS:
        return members.c[field].is_not(None)
    return text_of(field) != ""


def _compare(text: ColumnElement[str], test: TextTest, values: tuple[str, ...]) -> ColumnElement[bool]:
    match test:
        case TextTest.EQUALS:
            folded = [fold(value) for value in values]
            return text == folded[0] if len(folded) == 1 else text.in_(folded)
        case TextTest.CONTAINS:
            return text.contains(fold_part(values[0]), autoescape=True)
        case TextTest.STARTS:
            return text.startswith(fold_part(values[0]), autoescape=True)
        case TextTest.ENDS:
            return text.endswith(fold_part(values[0]), autoescape=True)


def _day(predicate: Day) -> ColumnElement[bool]:
    column = members.c[predicate.field]
    match predicate.test:
        case DayTest.BEFORE:
            found = column < predicate.day
        case DayTest.UNTIL:
            found = column <= predicate.day
        case DayTest.ON:
            found = column == predicate.day
        case DayTest.FROM:
            found = column >= predicate.day
        case DayTest.AFTER:
            found = column > predicate.day
    return and_(column.is_not(None), found)
