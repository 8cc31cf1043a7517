"""Prose as plain text, written from Markdown's own tokens: headings underlined, lists, quotes, tables, numbered links.

In: Prose. Out: text in lines of 72 columns, with the same tokens as the HTML. Called by compose.text. Rendering research 7: none of
six converters from HTML gave a letter that one would want to read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from markdown_it.token import Token

from newsletter.compose.body.blocks import Prose
from newsletter.compose.body.markdown import is_comment, is_mark
from newsletter.compose.body.tables import LABEL
from newsletter.compose.body.wrapping import WIDTH, Wrapper
from newsletter.compose.tokens import Kind, Tokens
from newsletter.compose.urls import WEB, scheme

_BREAKS = {"softbreak": " ", "hardbreak": "\n"}
_UNDERLINES = {"h1": "=", "h2": "-"}


@dataclass(slots=True)
class PlainWriter:
    """Writes the prose of one language; links are numbered through the whole part."""

    tokens: Tokens
    image_word: str = "Image"
    numbered: dict[str, int] = field(default_factory=dict)

    def prose(self, prose: Prose) -> str:
        """The text of a stretch of prose, with its numbered links listed below it."""
        wrapper = Wrapper(self.tokens)
        if prose.tokens and not prose.tokens[0].block:
            return _Inline(self, noted=False).text(prose.tokens)
        inline = _Inline(self)
        text = _Blocks(inline, wrapper).text(list(prose.tokens))
        notes = [f"[{number}] {self.address(url)}" for url, number in inline.fresh.items()]
        return "\n\n".join(part for part in (text, "\n".join(notes)) if part)

    def address(self, url: str) -> str:
        """A URL in text: a token where it is a link of the author's, so that nothing can be taken for its end."""
        if scheme(url) in WEB and not self.tokens.within(url):
            return self.tokens.put(Kind.LINK, url, url)
        return url

    def number(self, url: str) -> int:
        """The number of a link in this part."""
        return self.numbered.setdefault(url, len(self.numbered) + 1)


class _Inline:
    """Inline tokens as text. `fresh` are the links numbered here, in order; not `noted` (a cell, a label), an address stands in place."""

    def __init__(self, writer: PlainWriter, *, noted: bool = True) -> None:
        self._writer = writer
        self._noted = noted
        self.fresh: dict[str, int] = {}

    def text(self, tokens: Sequence[Token], *, alone: bool = False) -> str:
        """The text of inline tokens; `alone` when they are a whole paragraph, whose only link then follows its text."""
        pieces: list[str] = []
        links: list[tuple[str, int]] = []
        single = alone and _only_link(tokens)
        for token in tokens:
            if token.type == "link_open":
                links.append((str(token.attrs.get("href", "")), len(pieces)))
            elif token.type == "link_close":
                url, begun = links.pop()
                pieces[begun:] = [self._link("".join(pieces[begun:]), url, single=single)]
            else:
                pieces.append(self._piece(token))
        return "".join(pieces)

    def _piece(self, token: Token) -> str:
        if LABEL in token.meta:
            return ""
        if token.type == "inline":
            return self.text(token.children or [])
        if token.type == "image":
            return self._image(token)
        if token.type == "html_inline":
            return self._mark(token.content)
        return _BREAKS.get(token.type, token.content)

    def _mark(self, content: str) -> str:
        if is_comment(content):
            return ""
        return ("\n" if content.lower().startswith("<br") else "") if is_mark(content) else content

    def _image(self, token: Token) -> str:
        alt = self.text(token.children or [])
        return f"[{self._writer.image_word}: {alt}]" if alt else ""

    def _link(self, text: str, url: str, *, single: bool) -> str:
        if not url or url.startswith("#"):
            return text
        kind = scheme(url)
        if kind not in WEB:
            target = url[len(kind) + 1 :].split("?")[0]
            return text if target in text else f"{text} ({target})"
        if _same(text, url):
            return self._writer.address(url)
        if single:
            return f"{text}:\n{self._writer.address(url)}"
        if not self._noted:
            return f"{text} ({self._writer.address(url)})"
        if url not in self._writer.numbered:
            self.fresh[url] = self._writer.number(url)
        return f"{text} [{self._writer.number(url)}]"


def _same(text: str, url: str) -> bool:
    """True when a link's text is its address, with or without the beginning and the end that nobody writes."""
    bare = url.split("://", 1)[-1].rstrip("/")
    return text.strip().rstrip("/").split("://", 1)[-1] in {bare, bare.removeprefix("www.")}


def _only_link(tokens: Sequence[Token]) -> bool:
    filled = [token for token in tokens if token.type != "text" or token.content.strip()]
    opened = [token for token in filled if token.type == "link_open"]
    return len(opened) == 1 and bool(filled) and filled[0] is opened[0] and filled[-1].type == "link_close"


class _Blocks:
    """Block tokens as text."""

    def __init__(self, inline: _Inline, wrapper: Wrapper) -> None:
        self._inline = inline
        self._wrapper = wrapper

    def text(self, tokens: list[Token], width: int = WIDTH, *, tight: bool = False) -> str:
        """The blocks of a level, an empty line between them (none in a tight list)."""
        parts: list[str] = []
        position = 0
        while position < len(tokens):
            end = _end(tokens, position)
            parts.append(self._block(tokens[position:end], width))
            position = end
        return ("\n" if tight else "\n\n").join(part for part in parts if part.strip())

    def _block(self, tokens: list[Token], width: int) -> str:
        first, inner = tokens[0], tokens[1:-1]
        writers: dict[str, Callable[[], str]] = {
            "paragraph_open": lambda: self._wrapper.wrap(self._line(inner, alone=True), width),
            "heading_open": lambda: self._heading(first.tag, self._line(inner)),
            "bullet_list_open": lambda: self._list(first, inner, width),
            "ordered_list_open": lambda: self._list(first, inner, width),
            "blockquote_open": lambda: _begun(self.text(inner, width - 2), "> ", "> "),
            "fence": lambda: _begun(first.content.rstrip("\n"), "    ", "    "),
            "code_block": lambda: _begun(first.content.rstrip("\n"), "    ", "    "),
            "hr": lambda: "* * *",
            "table_open": lambda: self._table(inner, width),
            "inline": lambda: self._inline.text([first]),
        }
        return writers.get(first.type, str)()

    def _line(self, inner: list[Token], *, alone: bool = False) -> str:
        return self._inline.text(inner[0].children or [], alone=alone)

    def _heading(self, tag: str, text: str) -> str:
        sign = _UNDERLINES.get(tag)
        return self._wrapper.underlined(text, sign) if sign else self._wrapper.wrap(text)

    def _list(self, opening: Token, inner: list[Token], width: int) -> str:
        number = int(opening.attrs.get("start", 1))
        items: list[str] = []
        position = 0
        tight = True
        while position < len(inner):
            end = _end(inner, position)
            sign = f"{number}. " if opening.type == "ordered_list_open" else "- "
            content = inner[position + 1 : end - 1]
            loose = any(
                token.type == "paragraph_open"
                and not token.hidden
                and token.level == inner[position].level + 1
                for token in content
            )
            tight = tight and not loose
            text = self.text(content, width - len(sign), tight=not loose)
            items.append(_begun(text, sign, " " * len(sign)))
            number, position = number + 1, end
        return ("\n" if tight else "\n\n").join(items)

    def _table(self, inner: list[Token], width: int) -> str:
        rows: list[list[str]] = []
        right: list[bool] = []
        for token in inner:
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append(self._inline.text(token.children or []))
            elif token.type == "th_open" and len(rows) == 1:
                right.append(token.attrs.get("align") == "right")
        head, *body = rows
        columns = [max(self._wrapper.width(row[index]) for row in rows) for index in range(len(head))]
        if sum(columns) + 2 * (len(columns) - 1) > width:
            return self._records(head, body, width)
        lines = [self._row(row, columns, right) for row in rows]
        return "\n".join([lines[0], "  ".join("-" * column for column in columns), *lines[1:]])

    def _row(self, row: list[str], columns: list[int], right: list[bool]) -> str:
        cells = []
        for cell, column, flush in zip(row, columns, right, strict=True):
            air = " " * (column - self._wrapper.width(cell))
            cells.append(air + cell if flush else cell + air)
        return "  ".join(cells).rstrip()

    def _records(self, head: list[str], body: list[list[str]], width: int) -> str:
        """A table too wide for its lines: `Column: value`, a record a paragraph."""
        records = (
            "\n".join(
                self._wrapper.wrap(f"{name}: {cell}" if name else cell, width, rest="  ")
                for name, cell in zip(head, row, strict=True)
                if cell
            )
            for row in body
        )
        return "\n\n".join(records)


def _end(tokens: list[Token], position: int) -> int:
    """The index behind the block that begins at a position."""
    depth = 0
    for index in range(position, len(tokens)):
        depth += tokens[index].nesting
        if depth == 0:
            return index + 1
    return len(tokens)


def _begun(text: str, first: str, rest: str) -> str:
    lines = text.split("\n")
    return "\n".join([first + lines[0], *((rest + line).rstrip() for line in lines[1:])])
