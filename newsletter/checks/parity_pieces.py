"""Pieces that only one language has: sections, images, buttons, links, rows.

In: two languages side by side. Out: findings. Called by bilingual_parity.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from newsletter.checks.aligning import NAME, Aligned, Side
from newsletter.checks.context import error, short, warning
from newsletter.checks.parity_told import language, named, put_in
from newsletter.model.finding import Finding
from newsletter.model.outline import Piece, PieceKind
from newsletter.model.said import NBSP, Said, quoted

_SECTIONS = frozenset({PieceKind.HEADING})
_TONGUE = re.compile(
    r"(?<=[/._=-])(?:en|fr|eng|fra|english|french|francais|anglais)(?:-ca|_ca)?(?=[/._&?#-]|$)|^(?:en|fr)(?=\.)",
    re.IGNORECASE,
)
_FEWEST = 8  # words: a remark or a closing may stand in one language alone
_SLOT = re.compile(r"\{\{.*?\}\}")


def check(aligned: Aligned, least: float) -> Iterator[Finding]:
    """Everything that one language has and the other has not. `least`: the share of the longer text that the shorter must have."""
    yield from _lonely(aligned)
    for first, second in aligned.pairs:
        if first and second:
            yield from _rows(first, second)
            yield from _days(first, second)
    yield from _targets(aligned, "links")
    yield from _targets(aligned, "images")
    yield from _short(aligned, least)


def _lonely(aligned: Aligned) -> Iterator[Finding]:
    for side, other in _alone(aligned):
        if not side.loose:
            what, tongue = named(side.piece), language(other)
            message = Said(
                f"{what.en} has no counterpart in {tongue.en}",
                f"{what.fr} n’a pas d’équivalent en {tongue.fr}",
            )
            yield error(NAME, message, side.piece.place, side.language, hint=put_in(aligned, side))


def _alone(aligned: Aligned) -> Iterator[tuple[Side, str]]:
    """Sides without a counterpart, with the language that lacks it."""
    for first, second in aligned.pairs:
        if first and not second:
            yield first, aligned.second.language
        elif second and not first:
            yield second, aligned.first.language


def _rows(first: Side, second: Side) -> Iterator[Finding]:
    """A row of a table, a list's item: told at the longer one, for that is what was lost."""
    if _count(first) == _count(second):
        return
    long, short_ = (first, second) if _count(first) > _count(second) else (second, first)
    most, fewest = _count(long), _count(short_)
    what, tongue = named(long.piece), language(short_.language)
    place = short_.piece.place
    message = Said(
        f"{what.en} has {most} entries, and {fewest} in {tongue.en} ({place.file}:{place.line})",
        f"{what.fr} compte {most} entrées, et {fewest} en {tongue.fr} ({place.file}:{place.line})",
    )
    hint = Said("Give both the same entries.", "Donnez aux deux les mêmes entrées.")
    yield warning(NAME, message, long.piece.place, long.language, hint=hint)


def _count(side: Side) -> int:
    return len(side.piece.text.split("\n")) if side.piece.kind is PieceKind.LIST else len(side.piece.rows)


def _days(first: Side, second: Side) -> Iterator[Finding]:
    """The day of an event is a fact, however each language writes it."""
    for name in ("date", "end"):
        one, other = (side.piece.attributes.get(name, "") for side in (first, second))
        if one != other:
            place = second.piece.place_of(other) if other else second.piece.place
            tongues = language(first.language), language(second.language)
            message = Said(
                f'the event has {name}="{one}" in {tongues[0].en} and "{other}" in {tongues[1].en} ({place.file}:{place.line})',
                f'l’activité porte {name}="{one}" en {tongues[0].fr} et "{other}" en {tongues[1].fr} ({place.file}:{place.line})',
            )
            hint = Said("Put right the one that is wrong.", "Corrigez celui des deux qui est faux.")
            at = first.piece.place_of(one) if one else first.piece.place
            yield error(NAME, message, at, first.language, hint=hint)


def _targets(aligned: Aligned, kind: str) -> Iterator[Finding]:
    """Links or images that the other language has nowhere, and in whose place it has no other one."""
    known = {
        outline.language: {key for piece in outline.pieces for key in _keys(piece, kind)}
        for outline in (aligned.first, aligned.second)
    }
    for first, second in aligned.pairs:
        for own, other in ((first, second), (second, first)):
            if own is None or (other is None and not own.loose):
                continue
            tongue = (
                aligned.second.language if own.language == aligned.first.language else aligned.first.language
            )
            missing = {
                key: target for key, target in _keys(own.piece, kind).items() if key not in known[tongue]
            }
            replaced = _unknown(other, kind, known[own.language]) if other else 0
            for target in list(missing.values())[replaced:]:
                yield _missing(aligned, own, kind, target, tongue)


def _unknown(side: Side, kind: str, known: set[str]) -> int:
    """How many of a piece's links or images the other language has nowhere: they may stand for its own."""
    return sum(key not in known for key in _keys(side.piece, kind))


def _keys(piece: Piece, kind: str) -> dict[str, str]:
    """The targets of a piece as written, by what both languages share of them."""
    urls, sources = [link.url for link in piece.links], [image.source for image in piece.images]
    targets = urls if kind == "links" else sources
    return {_shared(target): target for target in targets if target}


def _shared(target: str) -> str:
    """A target without what is of one language: `/en/`, `?lang=fr`, `-fr.png`, `fr.` before a host."""
    plain = _SLOT.sub("", target).rstrip("/")
    parts = urlsplit(plain) if "[" not in plain else None
    host = parts.netloc.lower() if parts else ""
    rest = plain.split(parts.netloc, 1)[-1] if parts and parts.netloc else plain
    return _TONGUE.sub("*", host) + _TONGUE.sub("*", rest)


def _missing(aligned: Aligned, side: Side, kind: str, target: str, tongue: str) -> Finding:
    words, name = quoted(short(target, 80)), language(tongue)
    what = Said("the link", "le lien") if kind == "links" else Said("the image", "l’image")
    message = Said(
        f"{what.en} {words.en} is not in the {name.en} text",
        f"{what.fr} {words.fr} n’est pas dans le texte {name.fr}",
    )
    return error(NAME, message, side.piece.place_of(target), side.language, hint=put_in(aligned, side))


def _short(aligned: Aligned, least: float) -> Iterator[Finding]:
    """A section much shorter in one language has lost a paragraph."""
    for section in _sections(aligned):
        counts = [
            sum(side.words for side in half if side and side.loose) for half in zip(*section, strict=True)
        ]
        low, high = sorted(counts)
        alone = [side for pair in section for side in pair if side and side.loose and None in pair]
        shorter = aligned.first.language if counts[0] < counts[1] else aligned.second.language
        lost = next((side for side in alone if side.language != shorter), None)
        if lost and low < least * high and high - low >= _FEWEST:
            what, tongue = named(lost.piece), language(shorter)
            message = Said(
                f"{what.en} has no counterpart in {tongue.en}: this section has {high} words, and {low} in {tongue.en}",
                f"{what.fr} n’a pas d’équivalent en {tongue.fr}{NBSP}: cette section compte {high} mots, et {low} en {tongue.fr}",
            )
            yield warning(NAME, message, lost.piece.place, lost.language, hint=put_in(aligned, lost))


def _sections(aligned: Aligned) -> Iterator[list[tuple[Side | None, Side | None]]]:
    section: list[tuple[Side | None, Side | None]] = []
    for pair in aligned.pairs:
        if (
            any(side and (side.piece.kind in _SECTIONS or side.piece.name == "heading") for side in pair)
            and section
        ):
            yield section
            section = []
        section.append(pair)
    if section:
        yield section
