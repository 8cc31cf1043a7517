"""Anchoring: which block of a text is the one that a comment was written about, now that the text may have changed.

In: the pieces of an outline, then and now. Out: where the block stands, and whether its words are the same. Called by
pipeline.commenting. Pure.

A block whose words are the same is found by them, wherever it stands; among equal ones, and where its own words were changed, the
blocks around it say which it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from newsletter.model.comment import Anchor
from newsletter.model.outline import Outline, Piece, PieceKind

_WORDS = 120  #: so much of a block's beginning is kept with a comment
_SPOKEN = frozenset(PieceKind) - {PieceKind.RULE, PieceKind.WHEN}


class Standing(StrEnum):
    """How a block stands that was commented on."""

    SAME = "same"
    CHANGED = "changed"  #: its words were changed since
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Anchored:
    """Where the block is now: an index into the outline's pieces; where it is gone, that of the block before which it stood."""

    standing: Standing
    index: int


def commentable(piece: Piece) -> bool:
    """True for a block that somebody may have something to say about: a rule and the opening of a condition are none."""
    return piece.kind in _SPOKEN


def begins(piece: Piece) -> str:
    """How a block begins, on one line."""
    said = " ".join((piece.wording or _images(piece) or piece.source).split())
    return said if len(said) <= _WORDS else said[: _WORDS - 1].rstrip() + "…"


def _images(piece: Piece) -> str:
    return " ".join(image.alt or image.source for image in piece.images)


def anchor(outline: Outline, index: int) -> Anchor:
    """What is kept of a block so that it is found again."""
    piece = outline.pieces[index]
    return Anchor(
        piece.digest, piece.kind.value, begins(piece), index, tuple(one.digest for one in outline.pieces)
    )


def find(kept: Anchor, pieces: Sequence[Piece]) -> Anchored:
    """Where a block stands now."""
    now = [piece.digest for piece in pieces]
    matcher = SequenceMatcher(None, kept.outline, now, autojunk=False)
    for tag, first, last, begun, end in matcher.get_opcodes():
        if not first <= kept.index < last:
            continue
        if tag == "equal":
            return Anchored(Standing.SAME, begun + kept.index - first)
        moved = [index for index, digest in enumerate(now) if digest == kept.digest]
        if moved:
            return Anchored(Standing.SAME, min(moved, key=lambda index: abs(index - kept.index)))
        return _replaced(kept, pieces, range(begun, end), kept.index - first)
    return Anchored(Standing.GONE, min(kept.index, max(len(now) - 1, 0)))


def _replaced(kept: Anchor, pieces: Sequence[Piece], place: range, offset: int) -> Anchored:
    """Of the blocks that took the place: the one of its kind whose words are nearest; none that says something else entirely."""
    alike = [index for index in place if pieces[index].kind == kept.kind]
    if not alike:
        return Anchored(Standing.GONE, min(place.start, max(len(pieces) - 1, 0)))
    best = max(
        alike, key=lambda index: (_near(kept.words, pieces[index]), -abs(index - place.start - offset))
    )
    only = len(alike) == 1 and kept.kind in {PieceKind.SUBJECT, PieceKind.PREHEADER, PieceKind.TITLE}
    if only or _near(kept.words, pieces[best]) > 0.3:
        return Anchored(Standing.CHANGED, best)
    return Anchored(Standing.GONE, best)


def _near(words: str, piece: Piece) -> float:
    """0 to 1: how much of the words is left."""
    return SequenceMatcher(None, words.split(), begins(piece).split(), autojunk=False).ratio()
