"""Predicates in plain words, for people who do not read expressions.

In: a predicate. Out: an English sentence. Called by pipeline.segments for `segments explain`.
"""

from __future__ import annotations

from newsletter.model.predicate import (
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

_NAMES = {
    "email": "address",
    "first_name": "first name",
    "last_name": "last name",
    "timezone": "time zone",
    "consent_basis": "ground of consent",
    "consent_on": "date of consent",
    "consent_expires_on": "end of consent",
    "tracking_consent": "consent to being measured",
}
_TEXT = {
    TextTest.CONTAINS: ("contains", "does not contain"),
    TextTest.STARTS: ("begins with", "does not begin with"),
    TextTest.ENDS: ("ends with", "does not end with"),
}
_DAY = {
    DayTest.BEFORE: "before",
    DayTest.UNTIL: "on or before",
    DayTest.ON: "on",
    DayTest.FROM: "on or after",
    DayTest.AFTER: "after",
}


def sentence(predicate: Predicate) -> str:
    """One sentence, such as “Members whose province is “ON” and whose tags include “aerospace”.”"""
    if predicate == Everyone():
        return "All members."
    return f"Members {_clause(predicate)}."


def _clause(predicate: Predicate) -> str:
    match predicate:
        case And(parts):
            return ", and ".join(_part(part, Or) for part in parts)
        case Or(parts):
            return ", or ".join(_part(part, And) for part in parts)
        case Not(And() | Or() | Not() as part):
            return f"except those ({_clause(part)})"
        case Not(part):
            return _leaf(part, negated=True)
        case _:
            return _leaf(predicate, negated=False)


def _part(part: Predicate, bracketed: type) -> str:
    return f"({_clause(part)})" if isinstance(part, bracketed) else _clause(part)


def _leaf(predicate: Predicate, *, negated: bool) -> str:
    match predicate:
        case InSegment(name):
            made = f"{'not ' if negated else ''}in the segment “{name}”"
        case Tagged(tag):
            made = f"whose tags {'do not ' if negated else ''}include “{tag}”"
        case Known("tags"):
            made = "without tags" if negated else "with tags"
        case Known(field):
            made = f"whose {_name(field)} is {'not ' if negated else ''}known"
        case Text():
            made = _text(predicate, negated=negated)
        case Day(field, test, day):
            made = f"whose {_name(field)} is {'not ' if negated else ''}{_DAY[test]} {day.isoformat()}"
        case _:
            made = "of no kind" if negated else "of any kind"
    return made


def _text(predicate: Text, *, negated: bool) -> str:
    values = [f"“{value}”" for value in predicate.values]
    if predicate.test is not TextTest.EQUALS:
        return f"whose {_name(predicate.field)} {_TEXT[predicate.test][negated]} {values[0]}"
    if len(values) == 1:
        return f"whose {_name(predicate.field)} is {'not ' if negated else ''}{values[0]}"
    listed = f"{', '.join(values[:-1])} or {values[-1]}"
    return f"whose {_name(predicate.field)} is {'none of' if negated else 'one of'} {listed}"


def _name(field: str) -> str:
    return _NAMES.get(field, field)
