"""What is wrong with an expression, shown where it stands.

In: the text and an offset. Out: one exception with column, line and a caret under the spot. Called by lexing and parsing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches

from newsletter.model.errors import AuthorError
from newsletter.model.folding import fold
from newsletter.model.place import Place
from newsletter.model.said import NOTHING, Said

_SHOWN = 100  # characters of a long line around the spot


class SegmentFault(AuthorError):
    """An expression that cannot be read. `line` and `column` (from 1) are those in the expression."""

    def __init__(
        self, problem: Said, text: str, offset: int, *, hint: Said = NOTHING, place: Place | None = None
    ) -> None:
        before = text[:offset]
        self.problem, self.text, self.offset = problem.en, text, offset
        self._problem = problem
        self.line = before.count("\n") + 1
        self.column = offset - before.rfind("\n")
        shown = _caret(text.split("\n")[self.line - 1], self.column)
        if place and place.line:
            place = replace(place, line=place.line + self.line - 1)
        message = Said(
            f"{problem.en} (column {self.column})\n{shown}", f"{problem.fr} (colonne {self.column})\n{shown}"
        )
        super().__init__(message, code="segment-expression", place=place, hint=hint)

    def at(self, place: Place) -> SegmentFault:
        """The same fault in an expression that begins at a place."""
        return SegmentFault(self._problem, self.text, self.offset, hint=self.said[1], place=place)


def _caret(line: str, column: int) -> str:
    start = max(0, column - 1 - _SHOWN // 2)
    piece = "".join(sign if sign.isprintable() else " " for sign in line[start : start + _SHOWN])
    return f"    {piece}\n    {' ' * (column - 1 - start)}^"


def did_you_mean(name: str, names: Iterable[str]) -> Said:
    """A question that offers the nearest names; empty when none is near."""
    folded = {fold(known): known for known in names}
    near = get_close_matches(fold(name), folded, n=2, cutoff=0.6)
    if not near:
        return NOTHING
    english, french = (word.join(folded[known] for known in near) for word in (" or ", " ou "))
    return Said(f"Did you mean {english}?", f"Vouliez-vous dire {french}?")
