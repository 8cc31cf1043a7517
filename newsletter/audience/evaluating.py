"""Whether one member is in a segment: the reference that the SQL of store agrees with.

In: a resolved predicate and a member. Out: true or false. Called by pipeline for preview, and by tests as the oracle of store.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from operator import eq, ge, gt, le, lt

from newsletter.model.folding import fold, fold_part
from newsletter.model.member import Member
from newsletter.model.predicate import (
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

_DAY_TESTS: dict[DayTest, Callable[[date, date], bool]] = {
    DayTest.BEFORE: lt,
    DayTest.UNTIL: le,
    DayTest.ON: eq,
    DayTest.FROM: ge,
    DayTest.AFTER: gt,
}


def matches(predicate: Predicate, member: Member) -> bool:
    """True when the member is in. Raises ValueError for a predicate that still names a segment (see segments.resolve)."""
    match predicate:
        case And(parts):
            return all(matches(part, member) for part in parts)
        case Or(parts):
            return any(matches(part, member) for part in parts)
        case Not(part):
            return not matches(part, member)
        case _:
            return _leaf(predicate, member)


def _leaf(predicate: Predicate, member: Member) -> bool:
    match predicate:
        case Everyone():
            return True
        case Tagged(tag):
            return fold(tag) in {fold(known) for known in member.tags}
        case Known(field):
            return bool(member.tags if field == TAGS else _text_of(member, field) or _day_of(member, field))
        case Text(field, test, values):
            return _compare(fold(_text_of(member, field)), test, values)
        case Day(field, test, wanted):
            day = _day_of(member, field)
            return day is not None and _DAY_TESTS[test](day, wanted)
        case InSegment(name):
            raise ValueError(f"the segment {name} was not resolved")
        case _:
            raise TypeError(type(predicate).__name__)


def _compare(text: str, test: TextTest, values: tuple[str, ...]) -> bool:
    match test:
        case TextTest.EQUALS:
            return text in {fold(value) for value in values}
        case TextTest.CONTAINS:
            return fold_part(values[0]) in text
        case TextTest.STARTS:
            return text.startswith(fold_part(values[0]))
        case TextTest.ENDS:
            return text.endswith(fold_part(values[0]))


def _text_of(member: Member, field: str) -> str:
    if field == "consent_basis":
        return member.consent.basis.value if member.consent else ""
    return member.tracking_consent.value if field == "tracking_consent" else member.value(field)


def _day_of(member: Member, field: str) -> date | None:
    if member.consent is None:
        return None
    return {"consent_on": member.consent.on, "consent_expires_on": member.consent.expires_on}.get(field)
