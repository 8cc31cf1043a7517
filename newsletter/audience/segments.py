"""The segments of a publication: looked up by name, read when they are asked for, resolved into one predicate.

In: the definitions that workspace read from segments.toml. Out: Segments. Called by pipeline.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from newsletter.audience.faults import did_you_mean
from newsletter.audience.parsing import MAX_DEPTH, MAX_TERMS, parse
from newsletter.model.errors import AuthorError, NotFound
from newsletter.model.place import Place
from newsletter.model.predicate import EVERYONE, And, InSegment, Not, Or, Predicate, Text
from newsletter.model.said import NBSP, Said

_NAME = re.compile(r"[\w.-]+")
_LISTED = Said(
    "Segments stand in segments.toml; `newsletter segments list` lists them.",
    "Les segments se trouvent dans segments.toml; `newsletter segments list` en donne la liste.",
)


@dataclass(frozen=True, slots=True)
class Segment:
    """A named predicate as it was written. `place` is where its expression begins."""

    name: str
    where: str
    label: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Segments:
    """All segments by name, and the names of attributes (None: not known, so every name is taken).

    An expression is read when it is asked for: a mistake in one segment stops nothing that does not use it.
    """

    by_name: Mapping[str, Segment] = field(default_factory=dict)
    attributes: Collection[str] | None = None

    def named(self, name: str) -> Segment:
        """The segment of that name; `everyone` is always there. Raises NotFound with the nearest name."""
        if name == EVERYONE:
            return Segment(EVERYONE, EVERYONE)
        found = self.by_name.get(name)
        if found is None:
            near = did_you_mean(name, [*self.by_name, EVERYONE])
            message = Said(f"there is no segment “{name}”", f"il n’y a pas de segment «{NBSP}{name}{NBSP}»")
            raise NotFound(message, code="segment-unknown", hint=near or _LISTED)
        return found

    def predicate(self, name: str) -> Predicate:
        """What a named segment says, resolved.

        Raises NotFound; SegmentFault for its expression; AuthorError where segments name one another in a circle.
        """
        return self._of(self.named(name), (name,))

    def read(self, source: str, place: Place | None = None) -> Predicate:
        """What the name of a segment, or an expression, says, resolved. Raises as `predicate`."""
        name = source.strip()
        if _NAME.fullmatch(name):
            return self.predicate(name)
        return self._resolved(parse(source, attributes=self.attributes, place=place), (), place)

    def _of(self, segment: Segment, trail: tuple[str, ...]) -> Predicate:
        predicate = parse(segment.where, attributes=self.attributes, place=segment.place)
        return self._resolved(predicate, trail, segment.place)

    def _resolved(self, predicate: Predicate, trail: tuple[str, ...], place: Place | None) -> Predicate:
        found = self._expand(predicate, trail, place)
        terms, depth = _size(found)
        if terms > MAX_TERMS or depth >= MAX_DEPTH:
            message = Said(
                f"with the segments that it names, this has {terms} conditions, {depth} deep;"
                f" {MAX_TERMS} and {MAX_DEPTH - 1} are the most",
                f"avec les segments qu’elle nomme, cette expression compte {terms} conditions sur {depth} niveaux;"
                f" le maximum est de {MAX_TERMS} et de {MAX_DEPTH - 1}",
            )
            raise AuthorError(message, code="segment-too-long", place=place)
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
        if name in trail:
            circle = " → ".join((*trail, name))
            message = Said(
                f"the segment “{name}” names itself: {circle}",
                f"le segment «{NBSP}{name}{NBSP}» se nomme lui-même{NBSP}: {circle}",
            )
            hint = Said("Take one of these names out.", "Retirez un de ces noms.")
            raise AuthorError(message, code="segment-circle", place=place, hint=hint)
        if len(trail) > MAX_DEPTH:
            message = Said(
                f"segments name one another more than {MAX_DEPTH} deep",
                f"des segments se nomment les uns les autres sur plus de {MAX_DEPTH} niveaux",
            )
            raise AuthorError(message, code="segment-too-long", place=place)
        return self._of(self.named(name), (*trail, name))


def _joined(made: type[And] | type[Or], parts: list[Predicate]) -> Predicate:
    return made(
        tuple(inner for part in parts for inner in (part.parts if isinstance(part, made) else (part,)))
    )


def _size(predicate: Predicate) -> tuple[int, int]:
    """How many conditions (ten texts of a list count as one more), and how deep they are nested."""
    match predicate:
        case And(parts) | Or(parts):
            sizes = [_size(part) for part in parts]
            return sum(terms for terms, _ in sizes), 1 + max(depth for _, depth in sizes)
        case Not(part):
            terms, depth = _size(part)
            return terms, depth + 1
        case Text(values=values):
            return 1 + len(values) // 10, 1
        case _:
            return 1, 1
