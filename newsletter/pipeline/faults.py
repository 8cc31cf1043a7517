"""What an issue asks of segments and cannot have: its conditional blocks, and its own `audience:`.

In: the conditions and the audience of an issue, segments.toml as it is written now. Out: findings. Called by build.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from newsletter.audience.faults import did_you_mean
from newsletter.audience.segments import Segments
from newsletter.model.artwork import Condition
from newsletter.model.errors import Explained
from newsletter.model.finding import Finding, Severity, finding
from newsletter.model.issue import Issue
from newsletter.model.place import Place
from newsletter.model.predicate import (
    DATE_FIELDS,
    TAGS,
    TEXT_FIELDS,
    And,
    Known,
    Not,
    Or,
    Predicate,
    Text,
)
from newsletter.model.said import Said
from newsletter.pipeline.authoring import Authoring
from newsletter.pipeline.proof import fault, segments_of

WHEN, AUDIENCE = "when", "front-matter"
_USUAL = (*TEXT_FIELDS, *DATE_FIELDS, TAGS)


def condition_faults(desk: Authoring, conditions: Iterable[Condition]) -> list[Finding]:
    """A finding for each condition that names no segment, cannot be read, or asks for a field that is nearly one of ours."""
    return _faults(desk, WHEN, [(condition.source, condition.place) for condition in conditions])


def audience_faults(desk: Authoring, issue: Issue | None) -> list[Finding]:
    """The same for the segments that the issue's own `audience:` names."""
    if issue is None or issue.audience is None:
        return []
    place = issue.places.get("audience")
    return _faults(
        desk, AUDIENCE, [(name, place) for name in (*issue.audience.include, *issue.audience.exclude)]
    )


def _faults(desk: Authoring, check: str, asked: list[tuple[str, Place | None]]) -> list[Finding]:
    try:
        segments = segments_of(desk) if asked else Segments()
    except Explained as error:
        return [fault(error, check)]
    return [one for source, place in asked for one in _of_one(segments, check, source, place)]


def _of_one(segments: Segments, check: str, source: str, place: Place | None) -> Iterator[Finding]:
    try:
        predicate = segments.read(source, place) if check == WHEN else segments.predicate(source)
    except Explained as error:
        told = fault(error, check)
        yield replace(told, place=told.place or place)
        return
    for name in dict.fromkeys(_fields(predicate)):
        # Members may have any further field: only what looks like a slip of the pen is told.
        if name not in _USUAL and (near := did_you_mean(name, _USUAL)):
            message = Said(
                f"“{name}” is not a usual field", f"«\u00a0{name}\u00a0» n’est pas un champ habituel"
            )
            yield finding(check, Severity.WARNING, message, place, hint=near)


def _fields(predicate: Predicate) -> Iterator[str]:
    match predicate:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _fields(part)
        case Not(part):
            yield from _fields(part)
        case Text(field=name) | Known(field=name):
            yield name
