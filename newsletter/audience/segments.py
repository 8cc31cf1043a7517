"""The segments of a publication: read from segments.toml, looked up by name, resolved into one predicate.

In: the text of segments.toml. Out: Segments. Called by pipeline, which reads the file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from newsletter.audience.faults import SegmentFault, did_you_mean
from newsletter.audience.parsing import MAX_DEPTH, MAX_TERMS, parse
from newsletter.model.errors import AuthorError, NotFound
from newsletter.model.place import Place
from newsletter.model.predicate import EVERYONE, And, Everyone, InSegment, Not, Or, Predicate

FILE = "segments.toml"
_KEYS = ("where", "label")
_NAME = re.compile(r"\w(?:[\w .&'/-]{0,78}\w)?")
_AT_LINE = re.compile(r"\(at line (\d+)")


@dataclass(frozen=True, slots=True)
class Segment:
    """A named predicate, as it was written: `predicate` may name other segments."""

    name: str
    where: str
    predicate: Predicate
    label: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Segments:
    """All segments by name, and the names of attributes (None: not known, so every name is taken)."""

    by_name: Mapping[str, Segment] = field(default_factory=dict)
    attributes: Collection[str] | None = None

    def named(self, name: str) -> Segment:
        """The segment of that name; `everyone` is always there. Raises NotFound with the nearest name."""
        if name == EVERYONE:
            return Segment(EVERYONE, EVERYONE, Everyone())
        found = self.by_name.get(name)
        if found is None:
            near = did_you_mean(name, [*self.by_name, EVERYONE])
            raise NotFound(
                f"there is no segment “{name}”",
                code="segment-unknown",
                hint=near or f"Segments stand in {FILE}; `newsletter segments list` lists them.",
            )
        return found

    def predicate(self, name: str) -> Predicate:
        """What a named segment says, resolved. Raises NotFound, or AuthorError where segments name one another in a circle."""
        segment = self.named(name)
        return self._resolved(segment.predicate, (name,), segment.place)

    def read(self, source: str, place: Place | None = None) -> Predicate:
        """What the name of a segment, or an expression, says, resolved. Raises as `predicate`, or SegmentFault."""
        name = source.strip()
        if name in self.by_name or name == EVERYONE:
            return self.predicate(name)
        if _NAME.fullmatch(name) and not re.search(r"\b(?:in|is|contains|with)\b", name):
            self.named(name)
        return self._resolved(parse(source, attributes=self.attributes, place=place), (), place)

    def _resolved(self, predicate: Predicate, trail: tuple[str, ...], place: Place | None) -> Predicate:
        found = self._expand(predicate, trail, place)
        terms, depth = _size(found)
        if terms > MAX_TERMS or depth >= MAX_DEPTH:
            raise AuthorError(
                f"with the segments that it names, this has {terms} conditions, {depth} deep;"
                f" {MAX_TERMS} and {MAX_DEPTH - 1} are the most",
                code="segment-too-long",
                place=place,
            )
        return found

    def _expand(self, predicate: Predicate, trail: tuple[str, ...], place: Place | None) -> Predicate:
        match predicate:
            case And(parts):
                return _joined(And, [self._expand(part, trail, place) for part in parts])
            case Or(parts):
                return _joined(Or, [self._expand(part, trail, place) for part in parts])
            case Not(part):
                return Not(self._expand(part, trail, place))
            case InSegment(name):
                return self._inside(name, trail, place)
            case _:
                return predicate

    def _inside(self, name: str, trail: tuple[str, ...], place: Place | None) -> Predicate:
        if len(trail) > MAX_DEPTH:
            raise AuthorError(
                f"segments name one another more than {MAX_DEPTH} deep", code="segment-too-long", place=place
            )
        if name in trail:
            raise AuthorError(
                f"the segment “{name}” names itself: {' → '.join((*trail, name))}",
                code="segment-circle",
                place=place,
                hint="Take one of these names out.",
            )
        segment = self.named(name)
        return self._resolved(segment.predicate, (*trail, name), segment.place)


def read_segments(text: str, attributes: Collection[str] | None = None, file: str = FILE) -> Segments:
    """The segments in the text of a segments.toml. Raises AuthorError (SegmentFault for an expression) with file and line."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = _AT_LINE.search(str(error))
        place = Place(file, int(line.group(1)) if line else text.count("\n") + 1)
        message = str(error).partition(" (at ")[0]
        raise AuthorError(
            message,
            code="segments-toml",
            place=place,
            hint="A segment is: [ontario], and on the next line: where = 'province == \"ON\"'.",
        ) from None
    found = {name: _segment(name, table, text, attributes, file) for name, table in tables.items()}
    return Segments(found, attributes)


def _segment(name: str, table: object, text: str, attributes: Collection[str] | None, file: str) -> Segment:
    place = Place(file, _line_of(text, name))
    problem, hint = _problem(name, table)
    if problem or not isinstance(table, dict):
        raise AuthorError(problem, code="segment-definition", place=place, hint=hint)
    at = Place(file, _line_of(text, name, "where"))
    predicate = parse(table["where"], attributes=attributes, place=at)
    return Segment(name, table["where"].strip(), predicate, str(table.get("label", "")), at)


def _problem(name: str, table: object) -> tuple[str, str]:
    """What is wrong with the form of a definition, and the next step; two empty texts when nothing is."""
    if not isinstance(table, dict):
        return f"“{name}” stands outside any segment", f"Put the name of a segment above it: [{name}]"
    unknown = next((key for key in table if key not in _KEYS), "")
    checks = (
        (name == EVERYONE, "everyone is built in and cannot be defined", "Choose another name."),
        (
            not _NAME.fullmatch(name),
            f"“{name[:80]}” cannot be the name of a segment",
            "Take letters, digits, spaces and - _ . & ' /.",
        ),
        (
            bool(unknown),
            f"the segment “{name}” has an unknown key “{unknown}”",
            did_you_mean(unknown, _KEYS) or "It can have where and label.",
        ),
        (
            not isinstance(table.get("where"), str),
            f"the segment “{name}” has no where",
            "Add a line: where = 'province == \"ON\"'",
        ),
        (
            not isinstance(table.get("label", ""), str),
            f"the label of the segment “{name}” is not a text",
            "Put it in quotation marks.",
        ),
    )
    return next(((problem, hint) for wrong, problem, hint in checks if wrong), ("", ""))


def _line_of(text: str, name: str, key: str = "") -> int:
    """The line (from 1) on which a table begins, or on which the text of one of its keys begins."""
    header = re.compile(rf"\s*\[\s*[\"']?{re.escape(name)}[\"']?\s*\]")
    lines = text.splitlines()
    start = next((n for n, line in enumerate(lines) if header.match(line)), 0)
    if not key:
        return start + 1
    opening = re.compile(rf"\s*[\"']?{key}[\"']?\s*=\s*(.*)")
    for number, line in enumerate(lines[start:], start + 1):
        if found := opening.match(line):
            return number + (found.group(1).strip() in {'"""', "'''"})
    return start + 1


def _joined(made: type[And] | type[Or], parts: list[Predicate]) -> Predicate:
    return made(
        tuple(inner for part in parts for inner in (part.parts if isinstance(part, made) else (part,)))
    )


def _size(predicate: Predicate) -> tuple[int, int]:
    """How many conditions, and how deep they are nested."""
    match predicate:
        case And(parts) | Or(parts):
            sizes = [_size(part) for part in parts]
            return sum(terms for terms, _ in sizes), 1 + max(depth for _, depth in sizes)
        case Not(part):
            terms, depth = _size(part)
            return terms, depth + 1
        case _:
            return 1, 1


__all__ = ["FILE", "Segment", "SegmentFault", "Segments", "read_segments"]
