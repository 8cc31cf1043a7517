"""CSS put into style attributes by css-inline (Rust; the extra `fast`), where that is sure to give what premailer gives.

In: compiled HTML, the theme's inline CSS. Out: HTML; None where premailer is to do it. Called by compose.inline.

The two differ at the edges of CSS (what is skipped, what wins, what is mended) and of HTML (html5ever mends as browsers do). So css-inline
is asked only for the plain middle, which is what templates are made of: rules for names and classes, values of words, numbers,
colours and quoted fonts. And its work is taken only where every tag, text and comment stands where it stood (ADR 23).
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from css_inline import CSSInliner

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
# Names of elements in small letters and classes, one in the other. No `tbody`: parsers add it.
_SELECTOR = re.compile(r"(?!tbody\b)(?:[a-z][a-z0-9]*(?:\.[A-Za-z][\w-]*)*|(?:\.[A-Za-z][\w-]*)+)")
_PROPERTY = re.compile(r"[a-z]+(?:-[a-z]+)*|-(?:webkit|ms|moz)(?:-[a-z]+)+")
_VALUE = re.compile(
    r"(?:(?:#(?:[0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})|[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:%|[a-z]+)?|-?[A-Za-z][\w-]*|'[\w .-]*'|\"[\w .-]*\")(?=[\s,]|$)[\s,]*)+"
)
#: what one of them does otherwise, whatever the rules are
_OTHERWISE = ("float", "data-css-inline", "<noscript")
_NOTE = re.compile(r"<!--.*?-->", re.DOTALL)
_STYLED = re.compile(r"""[\s"'/]style\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_ADDRESSES = tuple(re.compile(f'\\s{name}="[^"]*[^\\x21-\\x7e"]') for name in ("href", "src", "action"))
_OPENED = re.compile(
    r"<(?:pre|textarea|listing)\b[^<>]*>\n", re.IGNORECASE
)  # a parser takes this line end away

_TBODY = re.compile(r"</?tbody\b[^<>]*>", re.IGNORECASE)  # browsers add it as well
_TAG = re.compile(
    r"""(<!--.*?-->)|<(/?[a-z][^\s/<>"']*)(?=[\s/>])(?:[^<>"']|"[^"]*"|'[^']*')*>""",
    re.IGNORECASE | re.DOTALL,
)


def installed() -> bool:
    """Whether css-inline is there."""
    return find_spec("css_inline") is not None


def styled(html: str, css: str) -> str | None:
    """The HTML with `css` in its style attributes; None where css-inline may do otherwise than premailer."""
    rules = _plain_rules(css)
    if rules is None or not _plain_page(html):
        return None
    try:
        made = _inliner(rules).inline(html)
    except ValueError:  # its InlineError: premailer may read what it cannot
        return None
    if any(address.search(made) for address in _ADDRESSES):  # premailer encodes blanks and letters in them
        return None
    return made if _alike(html, made) else None


@lru_cache(maxsize=64)
def _inliner(css: str) -> CSSInliner:
    from css_inline import CSSInliner

    return CSSInliner(
        inline_style_tags=False,
        keep_style_tags=True,
        keep_link_tags=True,
        load_remote_stylesheets=False,
        extra_css=css,
    )


@lru_cache(maxsize=64)
def _plain_rules(css: str) -> str | None:
    """The rules without comments; None where one is not of the plain middle."""
    bare = _COMMENT.sub(" ", css)
    if _RULE.sub("", bare).strip():
        return None
    for selectors, declarations in _RULE.findall(bare):
        if not all(_is_selector(one) for one in selectors.split(",")) or not _is_style(declarations):
            return None
    return bare


def _is_selector(text: str) -> bool:
    parts = text.split()
    return bool(parts) and all(map(_SELECTOR.fullmatch, parts))


@lru_cache(maxsize=4096)
def _is_style(text: str) -> bool:
    """Whether declarations are plain, each property once: of two, one parser keeps both and the other the last that it understands."""
    seen: set[str] = set()
    for part in filter(str.strip, text.split(";")):
        name, colon, value = part.partition(":")
        if not (colon and _PROPERTY.fullmatch(name.strip()) and _VALUE.fullmatch(value.strip())):
            return False
        if name.strip() in seen:
            return False
        seen.add(name.strip())
    return True


def _plain_page(html: str) -> bool:
    if html.rfind("<!--") > html.rfind("-->"):  # one without end is looked for again and again
        return False
    seen = _NOTE.sub("", html)
    small = seen.lower()
    if any(word in small for word in _OTHERWISE) or _OPENED.search(seen):
        return False
    return all(_is_style(one or other or bare) for one, other, bare in _STYLED.findall(seen))


def _alike(before: str, after: str) -> bool:
    """Whether every tag, text and comment stands where it stood."""
    one, other = (_TAG.split(_TBODY.sub("", html)) for html in (before, after))
    return len(one) == len(other) and all(
        a == b or _plain(a) == _plain(b) for a, b in zip(one, other, strict=True)
    )


def _plain(piece: str | None) -> str:
    """A text, a comment, the name of a tag: without what parsers may write in several ways."""
    return " ".join(unescape(piece or "").split()).lower()
