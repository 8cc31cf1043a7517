"""Predicates as text: the expression that reads back as the same tree.

In: a predicate. Out: an expression in one spelling. Called by pipeline: a frozen edition keeps its conditions so.
"""

from __future__ import annotations

from newsletter.model.predicate import (
    EVERYONE,
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


def to_text(predicate: Predicate) -> str:
    """The expression of a predicate; `parse` gives the same predicate back."""
    match predicate:
        case And(parts):
            return " and ".join(_inner(part, Or) for part in parts)
        case Or(parts):
            return " or ".join(to_text(part) for part in parts)
        case Not(part):
            return _leaf(part, negated=True) or f"not {_inner(part, (And, Or))}"
        case _:
            return _leaf(predicate, negated=False)


def quoted(text: str) -> str:
    """A text in quotation marks."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _inner(part: Predicate, looser: type | tuple[type, ...]) -> str:
    return f"({to_text(part)})" if isinstance(part, looser) else to_text(part)


def _leaf(predicate: Predicate, *, negated: bool) -> str:
    no = "not " if negated else ""
    match predicate:
        case Everyone():
            made = no + EVERYONE
        case InSegment(name):
            made = f"{no}in segment {quoted(name)}"
        case Tagged(tag):
            made = f"{quoted(tag)} {no}in {TAGS}"
        case Known(field):
            made = f"{field} is empty" if negated else f"{field} is not empty"
        case Text():
            made = _text(predicate, negated=negated)
        case Day():
            made = _day(predicate, negated=negated)
        case _:
            made = ""
    return made


def _text(predicate: Text, *, negated: bool) -> str:
    values = [quoted(value) for value in predicate.values]
    no = "not " if negated else ""
    if predicate.test is not TextTest.EQUALS:
        return f"{predicate.field} {no}{predicate.test.value} {values[0]}"
    if len(values) == 1:
        return f"{predicate.field} {'!=' if negated else '=='} {values[0]}"
    return f"{predicate.field} {no}in [{', '.join(values)}]"


def _day(predicate: Day, *, negated: bool) -> str:
    day = predicate.day.isoformat()
    if negated and predicate.test is DayTest.ON:
        return f"{predicate.field} != {day}"
    return f"{'not ' if negated else ''}{predicate.field} {predicate.test.value} {day}"
