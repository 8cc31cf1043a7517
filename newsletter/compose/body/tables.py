"""Markdown tables as data tables: headings that say what they head, numbers under one another, rows that stack on a phone.

In: the tokens of prose. Out: the same tokens with attributes. Called by body.prose and body.inside. WCAG 2.1, 1.3.1 (H63: scope).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from markdown_it.token import Token

#: from so many columns on, a table is too wide for a phone: each row becomes a small block of `heading  value` lines
WIDE = 4
LABEL = "label"  #: meta of a token that is shown in HTML alone
_NUMBER = re.compile(
    r"[-+\u2212±<>≤≥~≈]?[\s\u00a0\u202f]*[$€£]?[\s\u00a0\u202f]*\d[\d.,\s\u00a0\u202f]*(?:[-\u2013]\s*\d[\d.,\s\u00a0\u202f]*)?"
    r"\+?(?:%|[$€£]|[KMB]\$?|[kMG]?[WgmhtbB]{1,2}|M[\u00a0\u202f ]\$)?"
)


@dataclass(frozen=True, slots=True)
class _Cell:
    """The three tokens of a cell."""

    opening: Token
    inline: Token
    closing: Token

    @property
    def text(self) -> str:
        return self.inline.content.strip().strip("*")


@dataclass(slots=True)
class _Table:
    """The cells of one table, a list a row."""

    rows: list[list[_Cell]] = field(default_factory=list)


def dress(tokens: Sequence[Token], *, names: bool = False) -> None:
    """Give every table its attributes. `names`: the first cell of each row names it."""
    for opening, table in _tables(tokens):
        head, *body = table.rows
        for cell in head:
            cell.opening.attrs["scope"] = "col"
        _place(head, [[cell for cell in column if cell] for column in zip_longest(*body)])
        if len(head) >= WIDE:
            opening.attrs["class"] = "wide"
            for row in body:
                _label(head, row)
        for row in body if names else ():
            _name(row[0])


def _tables(tokens: Sequence[Token]) -> list[tuple[Token, _Table]]:
    found: list[tuple[Token, _Table]] = []
    for index, token in enumerate(tokens):
        if token.type == "table_open":
            found.append((token, _Table()))
        elif token.type == "tr_open":
            found[-1][1].rows.append([])
        elif token.type in {"th_open", "td_open"}:
            found[-1][1].rows[-1].append(_Cell(token, tokens[index + 1], tokens[index + 2]))
    return found


def _place(head: Sequence[_Cell], columns: Sequence[Sequence[_Cell]]) -> None:
    """A column of numbers stands flush right in figures of one width, unless the author has placed it; words behind it keep away."""
    before = ""
    for heading, column in zip(head, columns, strict=False):
        kind = "num" if _is_numbers(column) else ""
        for cell in (heading, *column) if kind else ():
            if cell.opening.attrs.setdefault("style", "text-align:right") != "text-align:right":
                kind = ""
        kind = kind or ("after" if before == "num" else "")
        for cell in (heading, *column) if kind else ():
            cell.opening.attrs["class"] = kind
        before = kind


def _is_numbers(column: Sequence[_Cell]) -> bool:
    texts = [cell.text for cell in column if cell.text]
    return bool(texts) and all(_NUMBER.fullmatch(text) for text in texts)


def _label(head: Sequence[_Cell], row: Sequence[_Cell]) -> None:
    """Each value but the first carries its column's heading, which is shown on phones alone."""
    for heading, cell in zip(head[1:], row[1:], strict=False):
        if heading.text and cell.inline.children:
            cell.inline.children = [*_spoken(heading), *cell.inline.children]


def _spoken(heading: _Cell) -> list[Token]:
    """A heading's text as tokens that HTML alone shows."""
    texts = [
        child.content for child in heading.inline.children or [] if child.type in {"text", "code_inline"}
    ]
    kinds = (("html_inline", '<span class="tag">'), ("text", "".join(texts)), ("html_inline", "</span> "))
    return [Token(kind, "", 0, content=content, meta={LABEL: True}) for kind, content in kinds]


def _name(cell: _Cell) -> None:
    cell.opening.tag = cell.closing.tag = "th"
    cell.opening.attrs["scope"] = "row"
    cell.opening.attrs["class"] = "name"
