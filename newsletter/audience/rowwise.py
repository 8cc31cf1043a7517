"""A predicate as rows, and rows as a predicate: what the studio's form can say of the grammar.

In: a predicate, or rows. Out: the other; None where rows cannot say it exactly. Called by pipeline.segment_editing.

Nothing is guessed: what comes back as rows becomes the very same predicate again.
"""

from __future__ import annotations

from datetime import date

from newsletter.audience.faults import SegmentFault
from newsletter.model.folding import fold
from newsletter.model.predicate import (
    DATE_FIELDS,
    TAGS,
    And,
    Day,
    DayTest,
    Everyone,
    InSegment,
    Known,
    Not,
    Or,
    Predicate,
    Tagged,
    Text,
    TextTest,
)
from newsletter.model.said import Said
from newsletter.model.segment_row import SEGMENT, SEPARATOR, RowTest, SegmentRow, SegmentRows

_TEXT = {
    TextTest.EQUALS: (RowTest.IS, RowTest.IS_NOT),
    TextTest.CONTAINS: (RowTest.CONTAINS, RowTest.CONTAINS_NOT),
    TextTest.STARTS: (RowTest.STARTS, RowTest.STARTS_NOT),
    TextTest.ENDS: (RowTest.ENDS, RowTest.ENDS_NOT),
}
_DAY = {
    DayTest.BEFORE: RowTest.BEFORE,
    DayTest.UNTIL: RowTest.UNTIL,
    DayTest.ON: RowTest.ON,
    DayTest.FROM: RowTest.FROM,
    DayTest.AFTER: RowTest.AFTER,
}
_TEXT_OF = {row: (test, negated) for test, pair in _TEXT.items() for negated, row in enumerate(pair)}
_DAY_OF = {row: test for test, row in _DAY.items()}
_NONE_OF = frozenset({RowTest.IS_NOT, RowTest.CONTAINS_NOT, RowTest.STARTS_NOT, RowTest.ENDS_NOT})
_ONE_OF = frozenset({RowTest.IS, RowTest.CONTAINS, RowTest.STARTS, RowTest.ENDS})


def rows_of(predicate: Predicate) -> SegmentRows | None:
    """A predicate as rows; None where it is nested, or says what no row says."""
    if predicate == Everyone():
        return SegmentRows()
    parts = predicate.parts if isinstance(predicate, And | Or) else (predicate,)
    found = [_row(part) for part in parts]
    rows = tuple(row for row in found if row is not None)
    return SegmentRows(rows, isinstance(predicate, Or)) if len(rows) == len(found) else None


def _row(part: Predicate) -> SegmentRow | None:
    if isinstance(part, And | Or):
        return _several(part)
    negated = isinstance(part, Not)
    made = _leaf(part.part if isinstance(part, Not) else part, negated=negated)
    if made is None or not all(_fits(value) for value in made.values):
        return None
    return made


def _several(group: And | Or) -> SegmentRow | None:
    """One row with several values: one of them at least, or none of them."""
    rows = [None if isinstance(part, And | Or) else _row(part) for part in group.parts]
    first = rows[0]
    if first is None or first.test not in (_NONE_OF if isinstance(group, And) else _ONE_OF):
        return None
    same = all(
        row and (row.field, row.test) == (first.field, first.test) and len(row.values) == 1 for row in rows
    )
    if not same or (first.field not in {TAGS, SEGMENT} and first.test in {RowTest.IS, RowTest.IS_NOT}):
        return None
    return SegmentRow(first.field, first.test, tuple(value for row in rows if row for value in row.values))


def _leaf(leaf: Predicate, *, negated: bool) -> SegmentRow | None:
    is_or_not = RowTest.IS_NOT if negated else RowTest.IS
    match leaf:
        case Text(field, test, values):
            made = SegmentRow(field, _TEXT[test][negated], values)
        case Tagged(tag):
            made = SegmentRow(TAGS, is_or_not, (tag,))
        case InSegment(name):
            made = SegmentRow(SEGMENT, is_or_not, (name,))
        case Known(field):
            made = SegmentRow(field, RowTest.UNKNOWN if negated else RowTest.KNOWN)
        case Day(field, DayTest.ON, day) if negated:
            made = SegmentRow(field, RowTest.NOT_ON, (day.isoformat(),))
        case Day(field, test, day) if not negated:
            made = SegmentRow(field, _DAY[test], (day.isoformat(),))
        case _:
            return None
    return made


def _fits(value: str) -> bool:
    """Whether a form gives a text back as it was."""
    return value == " ".join(value.split()) and SEPARATOR not in value and value.isprintable()


def predicate_of(rows: SegmentRows) -> Predicate:
    """What rows say. Raises SegmentFault for a row that says nothing."""
    parts = tuple(_said(row) for row in rows.rows)
    if not parts:
        return Everyone()
    if len(parts) == 1:
        return parts[0]
    made = Or if rows.any else And
    return made(
        tuple(inner for part in parts for inner in (part.parts if isinstance(part, made) else (part,)))
    )


def _said(row: SegmentRow) -> Predicate:
    if row.test in {RowTest.KNOWN, RowTest.UNKNOWN}:
        return Known(row.field) if row.test is RowTest.KNOWN else Not(Known(row.field))
    values = tuple(value for value in row.values if fold(value))
    if not values:
        raise _fault(row, Said("needs a value", "demande une valeur"))
    if row.field in DATE_FIELDS:
        return _day(row, values[0])
    if row.field in {TAGS, SEGMENT}:
        return _tagged(row, values)
    test, negated = _TEXT_OF.get(row.test, (None, False))
    if test is None:
        raise _fault(row, Said("cannot be before or after a day", "ne peut être avant ou après un jour"))
    if test is TextTest.EQUALS:
        found: Predicate = Text(row.field, test, values)
    else:
        found = _either([Text(row.field, test, (value,)) for value in values])
    return _contrary(found) if negated else found


def _tagged(row: SegmentRow, values: tuple[str, ...]) -> Predicate:
    if row.test not in {RowTest.IS, RowTest.IS_NOT}:
        raise _fault(
            row,
            Said(
                "can only be one of a list, or not", "ne peut qu’être l’une des valeurs d’une liste, ou non"
            ),
        )
    leaves: list[Predicate] = [Tagged(one) if row.field == TAGS else InSegment(one) for one in values]
    found = _either(leaves)
    return _contrary(found) if row.test in _NONE_OF else found


def _either(parts: list[Predicate] | list[Text]) -> Predicate:
    return parts[0] if len(parts) == 1 else Or(tuple(parts))


def _contrary(found: Predicate) -> Predicate:
    """None of several is each of them not."""
    if isinstance(found, Or):
        return And(tuple(Not(part) for part in found.parts))
    return Not(found)


def _day(row: SegmentRow, text: str) -> Predicate:
    test = _DAY_OF.get(row.test, DayTest.ON if row.test is RowTest.NOT_ON else None)
    try:
        day = date.fromisoformat(text if len(text) == 10 else "")
    except ValueError:
        raise _fault(
            row, Said("needs a day such as 2020-12-16", "demande un jour, par exemple 2020-12-16")
        ) from None
    if test is None:
        raise _fault(row, Said("can only be compared with a day", "ne se compare qu’à un jour"))
    return Not(Day(row.field, test, day)) if row.test is RowTest.NOT_ON else Day(row.field, test, day)


def _fault(row: SegmentRow, problem: Said) -> SegmentFault:
    told = Said(f"the row “{row.field}” {problem.en}", f"la ligne «\u00a0{row.field}\u00a0» {problem.fr}")
    return SegmentFault(told, " ".join((row.field, *row.values)), 0)
