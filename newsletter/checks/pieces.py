"""The pieces of an issue as checks read them: what readers read of each, part by part.

In: a context's outlines. Out: parts with their pieces. Called by the checks that point at an author's line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from newsletter.checks.context import CheckContext
from newsletter.model.outline import Outline, Piece, PieceKind
from newsletter.model.place import Place

_CODE = re.compile(r"`([^`\n]{1,300})`")


class Part(NamedTuple):
    """One text of a piece. `name` is the attribute that it is the value of, empty for what stands in the piece."""

    language: str
    piece: Piece
    name: str
    text: str

    def place(self, *words: str) -> Place:
        """Where the first of these words that can be found stands, else where the piece begins."""
        places = (self.piece.place_of(one) for one in words)
        return next((place for place in places if place != self.piece.place), self.piece.place)


def without_code(part: Part) -> str:
    """The text of a part with blanks for what stands between backticks in its source: that is shown as written."""
    text = part.text
    for code in _CODE.findall(part.piece.source):
        text = text.replace(code, " " * len(code))
    return text


def parts(context: CheckContext) -> Iterator[Part]:
    """Everything that readers read of the author's own words, in all languages; code is none of it."""
    for outline in context.rendering.outlines:
        yield from parts_of(outline)


def parts_of(outline: Outline) -> Iterator[Part]:
    """The same of one language."""
    for piece in outline.pieces:
        if piece.kind in {PieceKind.CODE, PieceKind.RULE, PieceKind.WHEN}:
            continue
        yield from (Part(outline.language, piece, name, piece.attributes[name]) for name in piece.worded)
        if piece.text:
            yield Part(outline.language, piece, "", piece.text)
