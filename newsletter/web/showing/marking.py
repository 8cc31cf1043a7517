"""Marks in a mail's HTML: the blocks whose translation is stale or missing, outlined, each with its label.

In: the filled HTML, what stands in which blocks. Out: the same HTML with outlines. Called by the studio's frames.

An author's text is found again by its letters and digits alone: emphasis, links, quotation marks and spaces do not count, and a personal
field stands for anything. What is not found (a subject, an alternative text) stays unmarked; the table beside the frames has it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from typing import Final

_BLOCKS: Final = frozenset(
    ["p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "td", "th", "blockquote", "div", "table"]
)
_VOID: Final = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_SILENT: Final = frozenset({"head", "style", "script", "title"})
_HIDDEN: Final = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_SLOT: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_TARGET: Final = re.compile(r"\]\([^)\n]*\)|<https?://[^>\n]*>|\{[^{}\n]*\}")
_END_OF_HEAD: Final = re.compile(r"</head\s*>", re.IGNORECASE)
_SHORT, _TIMES, _MORE = 3, 3, 40  #: letters of the least text; how much larger its block may be
_STYLE: Final = (
    "<style>[data-standing]{outline:3px dashed #8A5A00!important;outline-offset:3px!important}"
    "[data-standing]::before{content:attr(data-standing);display:table;margin:0 0 6px;padding:2px 8px;border-radius:4px;"
    "background:#8A5A00;color:#FFFFFF;font:600 12.5px/18px -apple-system,'Segoe UI',Roboto,Arial,sans-serif;letter-spacing:0;"
    "text-transform:none;text-align:left}"
    "[data-kind=missing]{outline-color:#A3311F!important}[data-kind=missing]::before{background:#A3311F}</style>"
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A text as its author wrote it, and how it stands: stale, source (of a stale one), missing (in the other language)."""

    text: str
    kind: str


def marked(html: str, marks: Iterable[Mark], labels: dict[str, str]) -> str:
    """The HTML with an outline around every block that is found. `labels`: what stands on it, by kind."""
    reader = _Reader(html)
    reader.feed(html)
    reader.close()
    places: dict[int, Mark] = {}
    behind = 0
    for mark in marks:
        pattern = _pattern(mark.text)
        found = pattern and (pattern.search(reader.letters, behind) or pattern.search(reader.letters))
        block = reader.around(*found.span()) if found else None
        if found and block is not None:
            behind = found.end()
            places.setdefault(block, mark)
    return _styled(_written(html, places, labels)) if places else html


def _written(html: str, places: dict[int, Mark], labels: dict[str, str]) -> str:
    parts, last = [], 0
    for at, mark in sorted(places.items()):
        label = escape(labels[mark.kind], quote=True)
        parts += [html[last:at], f' data-standing="{label}" data-kind="{mark.kind}"']
        last = at
    return "".join([*parts, html[last:]])


def _styled(html: str) -> str:
    return _END_OF_HEAD.sub(lambda found: _STYLE + found.group(), html, count=1)


def _letters(text: str) -> str:
    """Letters and digits, folded."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())


def _pattern(text: str) -> re.Pattern[str] | None:
    """What a text looks like among the letters of a mail; None for one that is too short to be found."""
    pieces = [_letters(_TARGET.sub(" ", piece)) for piece in _SLOT.split(text)]
    if sum(map(len, pieces)) < _SHORT:
        return None
    return re.compile(r"\w{0,80}?".join(map(re.escape, pieces)))


@dataclass(slots=True)
class _Open:
    tag: str
    at: int
    begin: int
    silent: bool


class _Reader(HTMLParser):
    """Reads a mail once: its letters, and for each block where its tag can be written into and which letters stand within it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self._starts = [0, *(found.end() for found in re.finditer("\n", html))]
        self._open: list[_Open] = []
        self._said: list[str] = []
        self._length = 0
        self._blocks: list[tuple[int, int, int]] = []

    @property
    def letters(self) -> str:
        """All that is shown, as letters and digits."""
        return "".join(self._said)

    def around(self, begin: int, end: int) -> int | None:
        """Where the tag of the smallest block around these letters can be written into; None where that holds far more."""
        most = _TIMES * (end - begin) + _MORE
        found = [
            (last - first, -at, at)
            for at, first, last in self._blocks
            if first <= begin and end <= last <= first + most
        ]
        return min(found)[2] if found else None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        line, column = self.getpos()
        hidden = any(name == "style" and _HIDDEN.search(value or "") for name, value in attrs)
        silent = tag in _SILENT or hidden or bool(self._open and self._open[-1].silent)
        at = self._starts[line - 1] + column + 1 + len(tag)
        self._open.append(_Open(tag, at, self._length, silent))

    def handle_endtag(self, tag: str) -> None:
        if not any(one.tag == tag for one in self._open):
            return
        for one in self._closed(tag):
            if one.tag in _BLOCKS and not one.silent and self._length > one.begin:
                self._blocks.append((one.at, one.begin, self._length))

    def _closed(self, tag: str) -> Iterator[_Open]:
        """What ends with an end tag: also what nobody closed."""
        while self._open:
            one = self._open.pop()
            yield one
            if one.tag == tag:
                return

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1].silent:
            return
        letters = _letters(data)
        self._said.append(letters)
        self._length += len(letters)
