"""A predicate over members: what a segment says, as a tree of frozen values.

In: nothing. Out: the types. Made by audience (grammar), judged there for one member, and in store for all of them by SQL.

Every test is true or false, never unknown: text that is missing is empty, and no comparison of a missing day holds. Text is
compared folded (model.folding): case, accents and doubled spaces never matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from newsletter.model.member import FIELDS

#: fields that hold text; any other name that is no date field and not `tags` is an attribute
TEXT_FIELDS = (*FIELDS, "consent_basis", "tracking_consent")
DATE_FIELDS = ("consent_on", "consent_expires_on")
TAGS = "tags"
#: the segment that needs no definition
EVERYONE = "everyone"


class TextTest(StrEnum):
    """How a text is compared."""

    EQUALS = "=="
    CONTAINS = "contains"
    STARTS = "starts with"
    ENDS = "ends with"


class DayTest(StrEnum):
    """How a day is compared."""

    BEFORE = "<"
    UNTIL = "<="
    ON = "=="
    FROM = ">="
    AFTER = ">"


@dataclass(frozen=True, slots=True)
class Everyone:
    """All members."""


@dataclass(frozen=True, slots=True)
class And:
    """All of at least two parts, none of them an And."""

    parts: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One at least of at least two parts, none of them an Or."""

    parts: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary."""

    part: Predicate


@dataclass(frozen=True, slots=True)
class Text:
    """A text field or attribute passes the test with one at least of `values` (several only with EQUALS)."""

    field: str
    test: TextTest
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tagged:
    """The member has the tag."""

    tag: str


@dataclass(frozen=True, slots=True)
class Day:
    """A date field is known and passes the test."""

    field: str
    test: DayTest
    day: date


@dataclass(frozen=True, slots=True)
class Known:
    """A field, an attribute, or `tags`, is not empty."""

    field: str


@dataclass(frozen=True, slots=True)
class InSegment:
    """What the named segment says; gone once a predicate is resolved."""

    name: str


Leaf = Everyone | Text | Tagged | Day | Known | InSegment
Predicate = And | Or | Not | Leaf
