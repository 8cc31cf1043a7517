"""Two languages of an issue side by side: which piece of one is which of the other.

In: two outlines. Out: pairs of pieces in order; what has no counterpart stands alone. Called by the parity checks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from newsletter.checks.amounts_in_text import Fact, facts
from newsletter.checks.pieces import Part, parts_of
from newsletter.model.outline import FRONT, Outline, Piece, PieceKind
from newsletter.model.place import Place

NAME = "bilingual-parity"

_MOST = 250  # pieces that are all compared with all
_FAR = 40
_LOOSE = frozenset({PieceKind.PARAGRAPH, PieceKind.LIST, PieceKind.CODE})
_SILENT = frozenset({PieceKind.RULE})


@dataclass(frozen=True)
class Side:
    """One piece with what it states."""

    language: str
    piece: Piece
    parts: tuple[Part, ...]

    @cached_property
    def facts(self) -> tuple[tuple[Fact, Part], ...]:
        """What it states in figures, each with the part that says it."""
        return tuple((fact, part) for part in self.parts for fact in facts(part.text, self.language))

    @cached_property
    def sort(self) -> tuple[str, ...]:
        """What it must have in common with its counterpart."""
        piece = self.piece
        return (piece.kind.value, piece.name, str(piece.level), piece.condition)

    @cached_property
    def marks(self) -> frozenset[str]:
        """What is the same in every language: targets, days, figures."""
        own = {link.url for link in self.piece.links} | {image.source for image in self.piece.images}
        own |= {
            self.piece.attributes[name]
            for name in ("date", "end", "src", "image")
            if name in self.piece.attributes
        }
        return frozenset(own).union(*(fact.keys for fact, _part in self.facts))

    @property
    def loose(self) -> bool:
        """True for running text, which translators join and divide."""
        return self.piece.kind in _LOOSE

    @cached_property
    def words(self) -> int:
        """How many words it has."""
        return len(self.piece.wording.split())


Pair = tuple[Side | None, Side | None]


@dataclass(frozen=True)
class Aligned:
    """Two languages side by side. `pairs` are in the order of the first."""

    first: Outline
    second: Outline
    pairs: tuple[Pair, ...]

    def beside(self, side: Side) -> Place:
        """Where in the other language's file a piece belongs: the line of its counterpart, else that of the one before."""
        of_first = side.language == self.first.language
        found = Place((self.second if of_first else self.first).path)
        for first, second in self.pairs:
            own, other = (first, second) if of_first else (second, first)
            found = Place(other.piece.place.file, other.piece.place.line) if other else found
            if own is side:
                break
        return found


def aligned(first: Outline, second: Outline) -> Aligned:
    """The pieces of two languages, paired by kind, order and what they state."""
    fronts = [_sides(outline, front=True) for outline in (first, second)]
    bodies = [_sides(outline, front=False) for outline in (first, second)]
    pairs = [*_by_kind(*fronts), *_by_order(*bodies)]
    return Aligned(first, second, tuple(pairs))


def _sides(outline: Outline, *, front: bool) -> list[Side]:
    parts: dict[int, list[Part]] = {}
    for part in parts_of(outline):
        parts.setdefault(id(part.piece), []).append(part)
    return [
        Side(outline.language, piece, tuple(parts.get(id(piece), ())))
        for piece in outline.pieces
        if (piece.kind in FRONT) is front and piece.kind not in _SILENT and piece.name != "divider"
    ]


def _by_kind(first: Sequence[Side], second: Sequence[Side]) -> Iterator[Pair]:
    others = {side.piece.kind: side for side in second}
    for side in first:
        if side.piece.kind in others:
            yield side, others[side.piece.kind]


def _by_order(first: Sequence[Side], second: Sequence[Side]) -> Iterator[Pair]:
    matched = _Table(first, second).pairs()
    one = other = 0
    for left, right in [*matched, (len(first), len(second))]:
        yield from ((side, None) for side in first[one:left])
        yield from ((None, side) for side in second[other:right])
        if left < len(first):
            yield first[left], second[right]
        one, other = left + 1, right + 1


class _Table:
    """The pairs, in order on both sides, that have most in common together: a longest common subsequence with weights.

    Where there are many pieces, each is compared with those about as far down in the other language.
    """

    def __init__(self, first: Sequence[Side], second: Sequence[Side]) -> None:
        self._first, self._second = first, second
        far = _FAR if max(len(first), len(second)) > _MOST else _MOST
        middles = (index * len(second) // max(len(first), 1) for index in range(len(first)))
        self._begins = [max(0, middle - far) for middle in middles]
        self._ends = [min(len(second), begin + 2 * far + 1) for begin in self._begins]
        self._rows: list[list[float]] = [[] for _ in first]
        for i in range(len(first) - 1, -1, -1):
            row = self._rows[i] = [0.0] * (self._ends[i] - self._begins[i])
            for j in range(self._ends[i] - 1, self._begins[i] - 1, -1):
                skipped = max(self._best(i + 1, j), self._best(i, j + 1))
                row[j - self._begins[i]] = max(
                    skipped, _weight(first[i], second[j]) + self._best(i + 1, j + 1)
                )

    def _best(self, i: int, j: int) -> float:
        """What the pieces from here on have in common at most."""
        if i < len(self._rows) and self._begins[i] <= j < self._ends[i]:
            return self._rows[i][j - self._begins[i]]
        return 0.0

    def pairs(self) -> Iterator[tuple[int, int]]:
        i = j = 0
        while i < len(self._first) and j < self._ends[i]:
            j = max(j, self._begins[i])
            weight = _weight(self._first[i], self._second[j])
            if weight and self._best(i, j) == weight + self._best(i + 1, j + 1):
                yield i, j
                i, j = i + 1, j + 1
            elif self._best(i, j) == self._best(i + 1, j):
                i += 1
            else:
                j += 1


def _weight(first: Side, second: Side) -> float:
    if first.sort != second.sort:
        return 0.0
    common = min(len(first.marks & second.marks), 4)
    short, long = sorted((first.words, second.words))
    likeness = (short + 3) / (long + 3)
    return (2 if first.loose else 6) + 2 * common + likeness
