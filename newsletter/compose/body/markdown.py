"""Markdown through markdown-it-py: prose becomes tokens and HTML that is safe and well-formed.

In: lines of an author. Out: Prose. Called by body.read. CommonMark with tables and strikethrough; no raw HTML but a few marks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

#: raw inline HTML that Markdown has no sign for; anything else is shown as text
MARKS: Final = ("sub", "sup", "small", "u", "abbr", "kbd", "cite", "q", "br", "wbr", "b", "i")
_MARK = re.compile(rf"</?(?:{'|'.join(MARKS)})\s*/?>", re.IGNORECASE)
_TAGS = {
    *MARKS,
    *(
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "a",
        "em",
        "strong",
        "s",
        "code",
        "pre",
        "blockquote",
        "hr",
        "img",
    ),
    *("ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "span"),
}
_ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "th": {"align", "scope"},
    "td": {"align"},
}
#: what body.tables gives to tables; an author can write none
_CLASSES = {"table": {"wide"}, "th": {"num", "name", "after"}, "td": {"num", "after"}, "span": {"tag"}}
_SCHEMES = {"http", "https", "mailto", "tel", "sms"}
#: a paragraph or point with a picture in it: there Outlook must not keep to the line height, which would cut the picture
_HOLDS = re.compile(r"<(p|li)>(?=[^<]*(?:<(?!/?(?:p|li)\b|img\b)[^<]*)*<img\b)")
_ALIGN = re.compile(r"text-align:(left|center|right)")


def _made() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": True, "xhtmlOut": True, "typographer": False})
    markdown.enable(["table", "strikethrough"])
    markdown.validateLink = lambda url: True  # type: ignore[method-assign]  # every target is judged by compose.urls, with its line
    return markdown


_MARKDOWN: Final = _made()


def parsed(source: str, env: dict[str, Any]) -> list[Token]:
    """The tokens of a text. `env` carries the link references."""
    return _MARKDOWN.parse(source, env)


def parsed_line(source: str, env: dict[str, Any]) -> list[Token]:
    """The tokens of one paragraph, without block marks: for cells and labels."""
    return _MARKDOWN.parseInline(source, env)


def html(tokens: Sequence[Token]) -> str:
    """The HTML of tokens, cleaned and closed by an independent parser."""
    for token in tokens:
        if token.type in {"th_open", "td_open"} and (
            match := _ALIGN.match(str(token.attrs.pop("style", "")))
        ):
            token.attrs["align"] = match[1]
    raw = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    cleaner = nh3.clean(
        raw,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        allowed_classes=_CLASSES,
        url_schemes=_SCHEMES,
        link_rel=None,
        strip_comments=True,
    )
    return _HOLDS.sub(r'<\1 class="holds">', cleaner.strip())


def is_mark(content: str) -> bool:
    """True for raw inline HTML that is passed through."""
    return bool(_MARK.fullmatch(content))


def is_comment(content: str) -> bool:
    """True for an HTML comment: a note of the author's that no reader sees."""
    return content.strip().startswith("<!--") and content.strip().endswith("-->")
