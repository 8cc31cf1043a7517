"""Plain text in lines of 72 columns: words wrapped, addresses never broken, slots counted as what they will show.

In: text with tokens. Out: lines. Called by body.plain, frame (filters of text templates).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from newsletter.compose.tokens import Kind, Tokens
from newsletter.model.artwork import Slot

WIDTH: Final = 72
_NAME: Final = 8  # columns that a value without a fallback is reckoned to take


class Wrapper:
    """Measures and wraps texts of one composing."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def width(self, text: str) -> int:
        """Columns of a text: wide characters count twice, combining ones not at all."""
        plain = self._tokens.pattern.sub(lambda match: self._shown(match[0]), text)
        if plain.isascii():
            return len(plain)
        return sum(_columns(character) for character in plain)

    def _shown(self, token: str) -> str:
        meaning = self._tokens.meaning(token)
        if meaning.kind is Kind.SLOT and isinstance(meaning.value, Slot):
            return meaning.value.fallback or "x" * _NAME
        return str(meaning.value) if meaning.kind is Kind.LINK else ""

    def wrap(self, text: str, width: int = WIDTH, first: str = "", rest: str | None = None) -> str:
        """A paragraph in lines of at most `width` columns; `first` and `rest` begin the first and the further lines."""
        lines = [
            self._paragraph(part, width, first, first if rest is None else rest) for part in text.split("\n")
        ]
        return "\n".join(lines)

    def _paragraph(self, text: str, width: int, first: str, rest: str) -> str:
        lines: list[str] = []
        line, used, empty = first, self.width(first), True
        for word in _words(text):
            wide = self.width(word)
            if not empty and used + 1 + wide > width:
                lines.append(line)
                line, used, empty = rest, self.width(rest), True
            line += word if empty else f" {word}"
            used, empty = used + wide + (not empty), False
        return "\n".join([*lines, line.rstrip() if empty else line])

    def underlined(self, text: str, sign: str) -> str:
        """A heading with a line of signs below it."""
        lines = self.wrap(text).split("\n")
        longest = max(self.width(line) for line in lines)
        return "\n".join([*lines, sign * min(longest, WIDTH)])

    def aligned(self, rows: Sequence[Sequence[str]]) -> str:
        """Rows as columns, indented by two; the last cell is wrapped below its own beginning, or below the row where that is too narrow."""
        first = [row[:-1] for row in rows]
        widths = [
            max(self.width(row[at]) for row in first if at < len(row))
            for at in range(max(map(len, first), default=0))
        ]
        narrow = sum(widths) + 2 * len(widths) <= WIDTH // 2
        return "\n".join(self._aligned(row, widths) if narrow else self._stacked(row) for row in rows if row)

    def _aligned(self, row: Sequence[str], widths: list[int]) -> str:
        head = "  " + "".join(
            cell + " " * (width - self.width(cell) + 2) for cell, width in zip(row[:-1], widths, strict=False)
        )
        return self.wrap(row[-1], WIDTH, head, " " * self.width(head))

    def _stacked(self, row: Sequence[str]) -> str:
        return "\n".join(
            [self.wrap(row[0], WIDTH, "  "), *(self.wrap(cell, WIDTH, "    ") for cell in row[1:] if cell)]
        )


def _words(text: str) -> Iterable[str]:
    return (word for word in text.replace("\t", " ").split(" ") if word)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
