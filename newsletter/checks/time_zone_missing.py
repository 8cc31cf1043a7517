"""Times of day that do not say whose time they are.

In: the author's words in both languages. Out: findings. Called by catalog.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.checks.context import CheckContext, short, warning
from newsletter.checks.pieces import Part, parts_of
from newsletter.checks.times_in_text import Clock, clocks, names_zone
from newsletter.model.finding import Finding
from newsletter.model.outline import Outline, Piece
from newsletter.model.said import NBSP, Said, quoted

NAME = "time-zone-missing"

_REMOTE = re.compile(
    r"\b(?:online|on-line|virtual(?:ly)?|webinar|webcast|zoom|teams|livestream(?:ed)?|"
    r"en\sligne|virtuel(?:le)?|webinaire|webdiffusion|visioconférence|à\sdistance)\b",
    re.IGNORECASE,
)
_EVENT_HINT = Said(
    'Say the zone: zone="Eastern". Readers elsewhere reckon from it.',
    f'Indiquez le fuseau{NBSP}: zone="(heure de l’Est)". Qui vit ailleurs calcule à partir de là.',
)
_HINT = Said(
    "Say whose time it is, once: “1:00 p.m. Eastern time”, or “your own time”.",
    f"Dites une fois de quelle heure il s’agit{NBSP}: «{NBSP}13 h, heure de l’Est{NBSP}», ou «{NBSP}à votre heure locale{NBSP}».",
)


def check(context: CheckContext) -> Iterator[Finding]:
    """A time of day says whose time it is, for readers live in six zones.

    Level: warning, for an event with a time and no `zone` that has no place, or is online (whoever comes to a place knows its time);
    and for a time in the text of a language that names no zone beside any of its times, and has no event that says one for the
    same time. "24/7", lengths ("3 h de route") and opening hours ("every day", "chaque jour") are left alone. Silent when all
    recipients live in one zone, as far as that is known (`newsletter check --audience`).
    """
    if context.survey is not None and context.survey.zones == 1:
        return
    for outline in context.rendering.outlines:
        yield from _events(outline)
        yield from _texts(outline)


def _is_event(piece: Piece) -> bool:
    return piece.name == "event"


def _zoned(piece: Piece) -> bool:
    return bool(piece.attributes.get("zone")) or names_zone(piece.wording)


def _events(outline: Outline) -> Iterator[Finding]:
    for piece in filter(_is_event, outline.pieces):
        place = piece.attributes.get("place", "")
        hour = piece.attributes.get("time", "")
        if not hour or _zoned(piece) or (place and not _REMOTE.search(place)):
            continue
        words = quoted(short(hour))
        message = Said(
            f"{words.en} does not say in which zone", f"{words.fr} ne dit pas dans quel fuseau horaire"
        )
        yield warning(NAME, message, piece.place_of(hour), outline.language, hint=_EVENT_HINT)


def _texts(outline: Outline) -> Iterator[Finding]:
    written = [part for part in parts_of(outline) if not _is_event(part.piece)]
    if any(names_zone(part.text) and clocks(part.text) for part in written):
        return
    known = {time for piece in filter(_is_event, outline.pieces) for time in _said(piece)}
    told: set[tuple[int, ...]] = set()
    for part in written:
        for clock in clocks(part.text):
            if (
                clock.sure
                and clock.times not in told
                and not known.issuperset(clock.times)
                and not _daily(part, clock)
            ):
                told.add(clock.times)
                words = quoted(short(clock.text))
                message = Said(
                    f"{words.en} does not say in which zone",
                    f"{words.fr} ne dit pas dans quel fuseau horaire",
                )
                yield warning(NAME, message, part.place(clock.text), outline.language, hint=_HINT)


def _said(piece: Piece) -> Iterator[int]:
    """The times of an event that need no zone any more: it is said, or follows from the place."""
    for clock in clocks(piece.attributes.get("time", "")):
        yield from clock.times


_DAILY = re.compile(
    r"\b(?:every\s(?:\w*day|morning)|weekdays|daily|mondays?\sto|chaque\s(?:jour|matin)|tous\sles\sjours|(?:du|de)\slundi\sau)\b",
    re.IGNORECASE,
)


def _daily(part: Part, clock: Clock) -> bool:
    """Opening hours are those of the place that opens."""
    return bool(_DAILY.search(part.text, max(0, clock.start - 60), clock.end + 60))
