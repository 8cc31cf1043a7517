"""Variants: the exact bytes that a group of readers shares.

In: language, the answers to an edition's conditions, the tracking mode. Out: a small key, and the chunks it chooses.
Called by dispatch.filling, pipeline.prepare, preview.
"""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.model.artwork import Chunks, Mark, MarkKind, Piece
from newsletter.model.member import TrackingConsent
from newsletter.model.publication import TrackingMode


@dataclass(frozen=True, slots=True)
class Variant:
    """`language` names a text of the edition ("en", "fr", "en+fr"); `answers` holds one 0 or 1 for each condition."""

    language: str
    answers: str
    tracking: TrackingMode


def chosen(chunks: Chunks, answers: str) -> Chunks:
    """The pieces that a variant shows: blocks answered 0 are left out, the cut-marks go."""
    kept: list[Piece] = []
    hidden: list[int] = []
    for piece in chunks:
        if isinstance(piece, Mark) and piece.kind is MarkKind.WHEN:
            if hidden or answers[piece.number] == "0":
                hidden.append(piece.number)
        elif isinstance(piece, Mark) and piece.kind is MarkKind.END:
            if hidden and hidden[-1] == piece.number:
                hidden.pop()
        elif not hidden:
            kept.append(piece)
    return tuple(kept)


def tracking_for(asked: TrackingMode, consent: TrackingConsent) -> TrackingMode:
    """What is measured of one person: the strictest of what publication and issue ask for and what the person allows.

    Refused: nothing. Individual measuring needs a yes; without an answer the person is counted, not named.
    """
    if consent is TrackingConsent.REFUSED:
        return TrackingMode.OFF
    if asked is TrackingMode.INDIVIDUAL and consent is not TrackingConsent.GRANTED:
        return TrackingMode.AGGREGATE
    return asked


def strictest(*modes: TrackingMode | None) -> TrackingMode:
    """The strictest of those that were stated; aggregate when none was."""
    return min((mode for mode in modes if mode), key=lambda mode: mode.rank, default=TrackingMode.AGGREGATE)
