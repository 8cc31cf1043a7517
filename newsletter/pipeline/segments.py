"""Segments: those of the workspace, and what one of them is: how many, who may be mailed, whom it misses for want of a value.

In: segments.toml, the attributes that members have. Out: Segments; an Explanation. Called by audience, `segments`, staff pages.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from newsletter.audience.segments import Segment, Segments
from newsletter.audience.sentences import told
from newsletter.audience.writing import to_text
from newsletter.model.errors import Explained
from newsletter.model.predicate import (
    DATE_FIELDS,
    EVERYONE,
    TAGS,
    TEXT_FIELDS,
    And,
    Known,
    Not,
    Or,
    Predicate,
    Tagged,
    Text,
)
from newsletter.model.said import Said
from newsletter.pipeline.context import Context
from newsletter.planning.provinces import PROVINCES
from newsletter.store import Connection, members, selection
from newsletter.store.gathering import SqlCondition
from newsletter.store.segments import compile_predicate
from newsletter.workspace import read_segments

#: provinces as they stand in a sentence: behind “in” in English, with its “de” in French
PLACES = {code: Said(one.english, one.of_french) for code, one in PROVINCES.items()}


@dataclass(frozen=True, slots=True)
class Line:
    """One segment in a list. `count` is None, and `fault` says why, when its expression cannot be read."""

    name: str
    label: str
    where: str
    count: int | None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One segment: what it says, and whom it reaches now. `missing` counts members outside that lack a value it asks for."""

    name: str
    label: str
    where: str
    expression: str
    said: Said
    count: int
    languages: dict[str, int]
    excluded: dict[str, int]
    missing: dict[str, int] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """What it says, in English."""
        return self.said.en

    @property
    def mailable(self) -> int:
        """How many may be mailed today."""
        return sum(self.languages.values())


def defined(ctx: Context) -> Segments:
    """The segments of the workspace, read against the attributes that members have now."""
    with ctx.store.read() as db:
        attributes = members.attribute_names(db)
    written = read_segments(ctx.root)
    return Segments(
        {name: Segment(name, text.where, text.label, text.place) for name, text in written.items()},
        attributes,
    )


def meant(ctx: Context, names: Iterable[str]) -> dict[str, str]:
    """What each of these segments says now, resolved; "" for one that cannot be read. `everyone` says nothing."""
    wanted = sorted(set(names) - {EVERYONE})
    known = defined(ctx) if wanted else None
    return {name: _text(known, name) for name in wanted} if known else {}


def _text(known: Segments, name: str) -> str:
    try:
        return to_text(known.predicate(name))
    except Explained:
        return ""


def listed(ctx: Context) -> list[Line]:
    """All segments, `everyone` first. One that cannot be read hides no other."""
    segments = defined(ctx)
    found = {name: _condition(segments, name) for name in (EVERYONE, *segments.by_name)}
    sound = {name: condition for name, condition in found.items() if not isinstance(condition, str)}
    with ctx.store.read() as db:
        counted = dict(zip(sound, members.counts(db, list(sound.values())), strict=True))
    return [_line(segments.named(name), counted.get(name), found[name]) for name in found]


def _condition(segments: Segments, name: str) -> SqlCondition | str:
    """A segment as SQL, or what is wrong with it."""
    try:
        return compile_predicate(segments.predicate(name))
    except Explained as error:
        return str(error)


def _line(segment: Segment, count: int | None, fault: SqlCondition | str) -> Line:
    return Line(segment.name, segment.label, segment.where, count, fault if isinstance(fault, str) else "")


def fields(ctx: Context) -> list[str]:
    """All names that an expression can ask for: our fields, tags, and the attributes that members have."""
    return [*TEXT_FIELDS, *DATE_FIELDS, TAGS, *sorted(defined(ctx).attributes or ())]


def explain(ctx: Context, source: str, among: Segments | None = None) -> Explanation:
    """A segment by its name, or an expression; `among`: segments other than those that are saved.

    Raises NotFound, or AuthorError for what cannot be read.
    """
    segments = among or defined(ctx)
    predicate = segments.read(source)
    segment = segments.by_name.get(source.strip())
    condition = compile_predicate(predicate)
    with ctx.store.read() as db:
        counts = selection.counts(db, [condition], [], ctx.now().date())
        return Explanation(
            name=source.strip(),
            label=segment.label if segment else "",
            where=segment.where if segment else source.strip(),
            expression=to_text(predicate),
            said=told(predicate, PLACES),
            count=counts.candidates,
            languages=counts.languages,
            excluded=counts.excluded,
            missing=_missing(db, predicate),
        )


def said_of(ctx: Context, name: str) -> Said:
    """What a segment says, in a sentence of both languages. Raises NotFound, AuthorError."""
    return told(defined(ctx).predicate(name), PLACES)


def _missing(db: Connection, predicate: Predicate) -> dict[str, int]:
    outside = ~compile_predicate(predicate)
    found = {
        name: members.count(db, outside & compile_predicate(Not(Known(name))))
        for name in sorted(_fields(predicate))
    }
    return {name: count for name, count in found.items() if count}


def _fields(predicate: Predicate) -> set[str]:
    """The fields whose text or tags a predicate asks for."""
    match predicate:
        case And(parts) | Or(parts):
            return {name for part in parts for name in _fields(part)}
        case Not(part):
            return _fields(part)
        case Text(name):
            return {name}
        case Tagged():
            return {TAGS}
        case _:
            return set()
