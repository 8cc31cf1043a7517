"""A look over finished HTML: every stretch of it, with what it is, conditional comments and VML included.

In: HTML. Out: spans in order. Called by slicing, balance, places. WHATWG HTML 13.2.5 (tokenization), as far as email needs it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final, NamedTuple

from newsletter.model.markup import VOID

__all__ = ["VOID", "Span", "What", "scan"]

_RAW: Final = {"script", "style", "title", "textarea", "xmp"}
_TAG = re.compile(r"<(/?)([A-Za-z][^\s/>]*)")
_ATTRIBUTE = re.compile(r"[\s/]*([^\s=>/\"'][^\s=>/]*)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+)))?")
_CONDITION = re.compile(r"<!--\s*\[if[^\]]*\]>(?!\s*<!-->|-->|<!)", re.IGNORECASE)
_ENDIF = re.compile(r"<!\[endif\]\s*-->", re.IGNORECASE)


class What(StrEnum):
    """What a span is."""

    TEXT = "text"
    TITLE = "title"  #: text of <title> or <textarea>: entities count, tags do not
    RAW = "raw"  #: text of <script> or <style>
    COMMENT = "comment"
    OPEN = "open"  #: a whole start tag
    CLOSE = "close"
    ATTRIBUTE = "attribute"  #: the value of an attribute, between its quotes
    CONDITION = "condition"  #: `<!--[if …]>`, whose content follows as spans
    ENDIF = "endif"
    OTHER = "other"  #: doctype, processing instruction, bogus comment


class Span(NamedTuple):
    """A stretch of HTML. `hidden` is true inside a conditional comment; `quoted` false for an attribute without quotes."""

    what: What
    start: int
    end: int
    tag: str = ""
    name: str = ""
    hidden: bool = False
    quoted: bool = True
    empty: bool = False  #: `<v:fill/>`


def scan(html: str, start: int = 0, end: int | None = None, *, hidden: bool = False) -> Iterator[Span]:
    """The spans of a stretch of HTML, in order."""
    position, end = start, len(html) if end is None else end
    while position < end:
        found = html.find("<", position, end)
        begin = found if found >= 0 else end
        if begin > position:
            yield Span(What.TEXT, position, begin, hidden=hidden)
        if found < 0:
            return
        position = begin
        for span in _markup(html, begin, end, hidden=hidden):
            position = max(position, span.end)
            yield span


def _markup(html: str, begin: int, end: int, *, hidden: bool) -> Iterator[Span]:
    if html.startswith("<!--", begin):
        yield from _comment(html, begin, end)
        return
    tag = _TAG.match(html, begin, end)
    if tag is not None:
        yield from _element(html, tag, end, hidden=hidden)
    elif html.startswith(("<!", "<?"), begin):
        stop = html.find(">", begin, end)
        yield Span(What.OTHER, begin, stop + 1 if stop >= 0 else end, hidden=hidden)
    else:
        yield Span(What.TEXT, begin, begin + 1, hidden=hidden)


def _comment(html: str, begin: int, end: int) -> Iterator[Span]:
    stop = html.find("-->", begin + 4, end)
    stop = stop + 3 if stop >= 0 else end
    opening = _CONDITION.match(html, begin, stop)
    closing = next(reversed(list(_ENDIF.finditer(html, begin, stop))), None) if opening else None
    if opening is None or closing is None:
        yield Span(What.COMMENT, begin, stop)
        return
    yield Span(What.CONDITION, begin, opening.end())
    yield from scan(html, opening.end(), closing.start(), hidden=True)
    yield Span(What.ENDIF, closing.start(), stop)


def _element(html: str, tag: re.Match[str], end: int, *, hidden: bool) -> Iterator[Span]:
    name = tag[2].lower()
    attributes, position = _attributes(html, tag.end(), end, name, hidden=hidden)
    stop = min(html.find(">", position, end) + 1 or end, end)
    if tag[1]:
        yield Span(What.CLOSE, tag.start(), stop, name, hidden=hidden)
        return
    empty = html[stop - 2 : stop] == "/>"
    yield Span(What.OPEN, tag.start(), stop, name, hidden=hidden, empty=empty)
    yield from attributes
    if name in _RAW and not empty:
        closing = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(html, stop, end)
        what = What.TITLE if name in {"title", "textarea"} else What.RAW
        yield Span(what, stop, closing.start() if closing else end, name, hidden=hidden)


def _attributes(html: str, position: int, end: int, tag: str, *, hidden: bool) -> tuple[list[Span], int]:
    found: list[Span] = []
    while (match := _ATTRIBUTE.match(html, position, end)) is not None:
        position = match.end()
        group = match.lastindex or 0  # that of the value: no group stands behind it
        if group > 1:
            begin, stop = match.span(group)
            found.append(Span(What.ATTRIBUTE, begin, stop, tag, match[1].lower(), hidden, quoted=group != 4))
    return found, position
