"""The pieces of a letter: its headings, paragraphs, lists, tables, quotes and pictures in order, each as Markdown.

In: a tidy tree. Out: Pieces. Called by letters.read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from newsletter.letters.inline import Inline, InlineReader
from newsletter.letters.page import said
from newsletter.letters.tables import Cells, rows_of, table
from newsletter.letters.tongues import parted_columns
from newsletter.letters.value import Remark, Said


class Kind(StrEnum):
    """What a piece is."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    POINTS = "points"
    TABLE = "table"
    QUOTE = "quote"
    PICTURE = "picture"
    CODE = "code"
    RULE = "rule"
    NOTE = "note"
    MADE = "made"  #: a component that we made of others


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece. `markdown` is how it is written, `plain` the same without bold, `text` what is read, line by line."""

    kind: Kind
    markdown: str
    text: str
    plain: str = ""
    bold: bool = False
    level: int = 0
    pictures: tuple[str, ...] = ()
    language: str = ""

    @property
    def flat(self) -> str:
        """What is read, on one line."""
        return " ".join(self.text.split())


_BLOCKS = {
    *(
        "p",
        "div",
        "section",
        "article",
        "main",
        "center",
        "header",
        "footer",
        "figure",
        "figcaption",
        "address",
        "details",
        "summary",
    ),
    *(
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "table",
        "blockquote",
        "pre",
        "hr",
        "fieldset",
        "body",
    ),
    *("tbody", "thead", "tfoot", "tr", "td", "th", "li", "caption"),
}
_HEADINGS = {f"h{level}": level for level in range(1, 7)}


class PieceReader:
    """Walks a tree. `picture` gives the file's name for an img; `languages` are those of the publication."""

    def __init__(self, picture: Callable[[Any], str], languages: tuple[str, ...]) -> None:
        self._inline = InlineReader(picture)
        self._languages = languages
        self.remarks: list[Remark] = []

    def read(self, tree: Any) -> list[Piece]:
        """All pieces below an element."""
        pieces = list(self._inside(tree))
        self.remarks += self._inline.remarks
        return pieces

    def _inside(self, element: Any) -> Iterator[Piece]:
        """Blocks as they come; what stands loose between them is a paragraph."""
        loose: list[Any | str] = [element.text or ""]
        for child in element:
            if child.tag in _BLOCKS or self._holds_blocks(child):
                yield from self._paragraph(loose)
                loose = []
                yield from self._block(child)
            else:
                loose.append(child)
            loose.append(child.tail or "")
        yield from self._paragraph(loose)

    def _holds_blocks(self, element: Any) -> bool:
        return element.tag not in {"br", "img"} and any(
            one.tag in _BLOCKS for one in element.iterdescendants()
        )

    def _block(self, element: Any) -> Iterator[Piece]:
        if element.tag in _HEADINGS:
            yield from self._heading(element)
        elif element.tag in {"ul", "ol"}:
            yield from self._points(element)
        elif element.tag == "table":
            yield from self._table(element)
        elif element.tag == "blockquote":
            inner = list(self._inside(element))
            if inner:
                yield _quoted(inner)
        elif element.tag == "pre":
            yield from self._code(element)
        elif element.tag == "hr":
            yield Piece(Kind.RULE, "::: divider :::", "")
        else:
            yield from self._inside(element)

    def _paragraph(self, parts: list[Any | str]) -> Iterator[Piece]:
        found = self._inline.read(parts)
        if found.text.strip():
            yield _piece(Kind.PARAGRAPH, found)
        elif found.pictures:
            for one in found.markdown.replace(")![", ")\n![").replace("\\\n", "\n").split("\n"):
                if one.strip():
                    name = next(
                        (name for name in found.pictures if f"]({name})" in one or f"](<{name}>)" in one), ""
                    )
                    yield Piece(Kind.PICTURE, one.strip(), "", pictures=(name,) if name else ())

    def _heading(self, element: Any) -> Iterator[Piece]:
        found = self._inline.read([element])
        flat = found.plain.replace("\\\n", " ").replace("\n", " ").strip()
        if found.text.strip():
            kind = Kind.TITLE if "title" in (element.get("class") or "").split() else Kind.HEADING
            yield Piece(kind, flat, found.text.strip(), flat, level=_HEADINGS[element.tag])
        elif found.pictures:
            yield from self._paragraph([element])

    def _code(self, element: Any) -> Iterator[Piece]:
        text = "".join(element.itertext()).strip("\n")
        if text.strip():
            fence = "`" * 3
            while fence in text:
                fence += "`"
            yield Piece(Kind.CODE, f"{fence}\n{text}\n{fence}", text)

    def _points(self, element: Any) -> Iterator[Piece]:
        notes = [child for child in element if (child.get("id") or "").startswith(("footnote-", "endnote-"))]
        if notes:
            for number, note in enumerate(notes, 1):
                yield self._note(number, note)
            return
        lines = list(self._point_lines(element))
        if lines:
            yield Piece(Kind.POINTS, "\n".join(lines), said(element))

    def _note(self, number: int, note: Any) -> Piece:
        for link in list(note.iter("a")):
            if (link.get("href") or "").startswith(("#footnote-ref", "#endnote-ref")):
                link.getparent().remove(link)
        inner = [piece for piece in self._inside(note) if piece.markdown]
        text = " ".join(piece.flat for piece in inner)
        return Piece(
            Kind.NOTE, f"<sup>{number}</sup> " + "\\\n".join(piece.markdown for piece in inner), text
        )

    def _point_lines(self, element: Any) -> Iterator[str]:
        number = int(element.get("start") or 1) if (element.get("start") or "1").isdigit() else 1
        for child in element:
            if child.tag != "li":
                continue
            sign = f"{number}. " if element.tag == "ol" else "- "
            number += 1
            inner = list(self._inside(child))
            first, indent = True, " " * len(sign)
            for piece in inner:
                if not first and piece.kind is not Kind.POINTS:
                    yield ""
                for line in _lines_of(piece):
                    yield (sign if first else indent) + line if line else ""
                    first = False

    def _table(self, element: Any) -> Iterator[Piece]:
        rows = rows_of(element)
        columns = parted_columns([[said(cell) for cell in row] for row in rows], self._languages)
        if columns:
            yield from self._columns(rows, columns)
        elif len(rows) == 1 or all(len(row) == 1 for row in rows) or _only_places(element):
            yield from (piece for row in rows for cell in row for piece in self._inside(cell))
        else:
            yield from self._grid(element, rows)

    def _columns(self, rows: list[list[Any]], languages: tuple[str, ...]) -> Iterator[Piece]:
        """A text beside itself in another language: one column, then the other."""
        for place, language in enumerate(languages):
            for row in rows:
                for piece in self._inside(row[place]):
                    yield replace(piece, language=language)

    def _grid(self, element: Any, rows: list[list[Any]]) -> Iterator[Piece]:
        cells: Cells = [[self._cell(cell) for cell in row] for row in rows]
        text = "\n".join(said(row) for row in element.iter("tr"))
        if text.strip() or any("![" in cell for row in cells for cell in row):
            yield Piece(Kind.TABLE, table(cells), text)

    def _cell(self, cell: Any) -> str:
        """A cell on one line; what cannot stand in one (a list, a table) becomes lines."""
        pieces = [piece for piece in self._inside(cell) if piece.kind is not Kind.RULE]
        lines = [line for piece in pieces for line in _cell_lines(piece)]
        return "<br>".join(line for line in lines if line)


def _only_places(table: Any) -> bool:
    """True for a table that only puts things in their places: it says so, or holds headings or further tables."""
    return table.get("role") == "presentation" or any(
        one.tag == "table" or one.tag in _HEADINGS for one in table.iterdescendants()
    )


def _cell_lines(piece: Piece) -> Iterator[str]:
    if piece.kind in {Kind.TITLE, Kind.HEADING}:
        yield f"**{piece.markdown}**"
        return
    for line in piece.markdown.split("\n"):
        clean = line.strip().removesuffix("\\")
        yield f"• {clean[2:]}" if piece.kind is Kind.POINTS and clean.startswith("- ") else clean


def _piece(kind: Kind, found: Inline) -> Piece:
    return Piece(kind, found.markdown, found.text.strip(), found.plain, found.bold, pictures=found.pictures)


def _lines_of(piece: Piece) -> list[str]:
    if piece.kind in {Kind.TITLE, Kind.HEADING}:
        return [f"**{piece.markdown}**"]
    return ["- - -"] if piece.kind is Kind.RULE else piece.markdown.split("\n")


def _quoted(inner: list[Piece]) -> Piece:
    lines = "\n\n".join("\n".join(_lines_of(piece)) for piece in inner).split("\n")
    pictures = tuple(name for piece in inner for name in piece.pictures)
    text = "\n".join(piece.text for piece in inner)
    return Piece(Kind.QUOTE, "\n".join(f"> {line}".rstrip() for line in lines), text, pictures=pictures)


def merged_notes(pieces: list[Piece]) -> Iterator[Remark]:
    """The notes of a letter, as they are told."""
    count = sum(piece.kind is Kind.NOTE for piece in pieces)
    if count:
        yield Remark(
            Said.CHANGED,
            f"{count} note{'s' if count > 1 else ''} stand{'' if count > 1 else 's'} at the end now",
        )
