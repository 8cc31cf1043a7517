"""A segment as rows: one condition a row (field, test, values), all of them or any of them.

In: nothing. Out: frozen values. Made by the studio's forms and by audience.rowwise from an expression.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

#: the field of a row that asks for another segment
SEGMENT = "segment"
#: what separates the texts of a row in a form
SEPARATOR = ";"


class RowTest(StrEnum):
    """What a row asks. With several values: one of them at least (in the contrary: none of them)."""

    IS = "is"
    IS_NOT = "is-not"
    CONTAINS = "contains"
    CONTAINS_NOT = "contains-not"
    STARTS = "starts"
    STARTS_NOT = "starts-not"
    ENDS = "ends"
    ENDS_NOT = "ends-not"
    KNOWN = "known"
    UNKNOWN = "unknown"
    BEFORE = "before"
    UNTIL = "until"
    ON = "on"
    NOT_ON = "not-on"
    FROM = "from"
    AFTER = "after"


#: tests that need no value
BARE = frozenset({RowTest.KNOWN, RowTest.UNKNOWN})
TEXT_TESTS = (
    RowTest.IS,
    RowTest.IS_NOT,
    RowTest.CONTAINS,
    RowTest.CONTAINS_NOT,
    RowTest.STARTS,
    RowTest.STARTS_NOT,
    RowTest.ENDS,
    RowTest.ENDS_NOT,
    RowTest.KNOWN,
    RowTest.UNKNOWN,
)
DAY_TESTS = (
    RowTest.BEFORE,
    RowTest.UNTIL,
    RowTest.ON,
    RowTest.NOT_ON,
    RowTest.FROM,
    RowTest.AFTER,
    RowTest.KNOWN,
    RowTest.UNKNOWN,
)
TAG_TESTS = (RowTest.IS, RowTest.IS_NOT, RowTest.KNOWN, RowTest.UNKNOWN)
SEGMENT_TESTS = (RowTest.IS, RowTest.IS_NOT)


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """One condition. `field` is a name of the grammar, or SEGMENT; `values` are empty for BARE tests, one or more else."""

    field: str
    test: RowTest
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SegmentRows:
    """All of the rows, or any of them. No row: everyone."""

    rows: tuple[SegmentRow, ...] = ()
    any: bool = False
