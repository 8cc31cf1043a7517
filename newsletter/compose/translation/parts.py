"""The texts of an outline that are translated one by one, with their spans in the author's source.

In: an Outline. Out: parts in order. Called by standing, writing, pipeline.translating.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from newsletter.compose.body.pairs import Unreadable, pairs
from newsletter.model.outline import FRONT, Outline, Piece, PieceKind
from newsletter.model.place import Place
from newsletter.model.translation import BODY, DATA, Part

_OPENING: Final = re.compile(r"\s*:{3,}[ \t]*\.?[A-Za-z][\w-]*")
_CLOSED: Final = re.compile(r"\s*:{3,}\s*$")
_HEADING: Final = re.compile(r"[ ]{0,3}#{1,6}[ \t]+")
_HEADING_END: Final = re.compile(r"[ \t]+#+[ \t]*$|[ \t]+$")
_SILENT: Final = frozenset({PieceKind.CODE, PieceKind.RULE, PieceKind.WHEN})
ONE_LINE: Final = frozenset({*(kind.value for kind in FRONT), PieceKind.HEADING.value})


def parts(outline: Outline) -> tuple[Part, ...]:
    """Every text that readers read, in the author's order: front matter, its `data:`, the body."""
    front: list[Part] = []
    body: list[Part] = []
    for index, piece in enumerate(outline.pieces):
        (front if piece.kind in FRONT else body).extend(_parts(piece, index))
    return (*front, *data_parts(outline, outline.language), *body)


def data_parts(outline: Outline, language: str) -> tuple[Part, ...]:
    """The texts of `data:` in a language; what holds for all is one of each. Where both files hold a text, the first is meant."""
    found: dict[str, Part] = {}
    for one in outline.data:
        if one.language in {language, ""}:
            shape = DATA + ".".join("-" if step.isdigit() else step for step in one.steps)
            part = Part(one.name, shape, one.text, one.place, -1, name=one.name, shared=not one.language)
            found.setdefault(one.name, part)
    return tuple(found.values())


def is_line(part: Part) -> bool:
    """True for a text that has to stand on one line."""
    if part.in_data:
        return "\n" not in part.text
    kind = part.shape.split(" ", maxsplit=1)[0]
    return kind in ONE_LINE or part.name not in {"", BODY}


def _parts(piece: Piece, index: int) -> Iterator[Part]:
    if piece.kind in FRONT:
        if piece.place.line == 1:  # not written: the title is the subject
            return
        yield Part(piece.kind.value, piece.kind.value, piece.text, piece.place, index)
    elif piece.kind is PieceKind.COMPONENT and piece.source.lstrip().startswith(":::"):
        yield from _component(piece, index)
    elif piece.kind not in _SILENT and piece.source.strip():
        yield _prose(piece, index)


def _prose(piece: Piece, index: int) -> Part:
    start, end = 0, len(piece.source)
    if piece.kind is PieceKind.HEADING and (mark := _HEADING.match(piece.source)):
        start = mark.end()
        closing = _HEADING_END.search(piece.source, start)
        end = closing.start() if closing else end
    name = "image" if piece.kind is PieceKind.COMPONENT else piece.kind.value
    shape = f"{name} {piece.level}" if piece.level else name
    return Part(
        name, shape + _shown_to_some(piece), piece.source[start:end], _at(piece, start), index, start, end
    )


def _component(piece: Piece, index: int) -> Iterator[Part]:
    first, _, rest = piece.source.partition("\n")
    opening = _OPENING.match(first)
    if opening is None:
        return
    written = first[opening.end() :]
    closed = _CLOSED.search(written)
    try:
        found = {pair.name: pair for pair in pairs(written[: closed.start()] if closed else written)}
    except Unreadable:  # its own finding tells of it
        return
    for name in piece.worded:  # in the order of the catalogue: each file may have its own
        if name in found:
            start = opening.end() + found[name].value_at
            yield _named(piece, index, name, start, start + len(found[name].value))
    yield from _inside(piece, index, len(first) + 1, rest)


def _inside(piece: Piece, index: int, begin: int, rest: str) -> Iterator[Part]:
    lines = rest.split("\n")
    if lines and _CLOSED.fullmatch(lines[-1]):
        lines.pop()
    inner = "\n".join(lines)
    text = inner.strip()
    if text and text != ":::":
        start = begin + inner.index(text)
        yield _named(piece, index, BODY, start, start + len(text))


def _named(piece: Piece, index: int, name: str, start: int, end: int) -> Part:
    label = piece.name if name == BODY else f"{piece.name} · {name}"
    text = piece.source[start:end]
    shape = f"{piece.name}/{name}{_shown_to_some(piece)}"
    return Part(label, shape, text, _at(piece, start), index, start, end, name)


def _shown_to_some(piece: Piece) -> str:
    """What is shown to some readers only stands for nothing that all see; whom, either file may say in its own way."""
    return " when" if piece.condition else ""


def _at(piece: Piece, offset: int) -> Place:
    before = piece.source[:offset]
    line = piece.place.line + before.count("\n")
    return Place(piece.place.file, line, offset - (before.rfind("\n") + 1) + 1)
