"""CSS put into style attributes by css-inline (Rust; the extra `fast`), and the proof that it moved nothing.

In: compiled HTML, the theme's inline CSS. Out: HTML; None where premailer is to do it. Called by compose.inline.

Its parser (html5ever) mends HTML as browsers do: text between rows is put before their table, what is left open is closed. So its
work is taken only where every tag and every text stands where it stood; else premailer, which leaves such things alone, is asked.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from css_inline import CSSInliner

_TBODY = re.compile(
    r"</?tbody\b[^>]*>", re.IGNORECASE
)  # browsers add it as well, and no style of ours is for it
_TAG = re.compile(
    r"""(<!--.*?-->)|<(/?[a-z][^\s/>]*)(?:[^>"']|"[^"]*"|'[^']*')*>""", re.IGNORECASE | re.DOTALL
)
# What premailer does otherwise: letters outside ASCII in addresses are encoded, floating images are aligned for Outlook, and
# `!important` of a rule stays out of elements, where no rule for phones or dark screens could win over it.
_LETTERS = tuple(re.compile(f'{name}="[^"]*[^\\x00-\\x7f]') for name in ("href", "src"))
_FLOAT, _IMPORTANT = "float", "!important"


def installed() -> bool:
    """Whether css-inline is there."""
    return find_spec("css_inline") is not None


def styled(html: str, css: str) -> str | None:
    """The HTML with `css` in its style attributes; None where html5ever would have altered more, or premailer does more."""
    rules = css.lower()
    if _FLOAT in rules or _IMPORTANT in rules.replace(" ", "") or _FLOAT in html.lower():
        return None
    made = _inliner(css).inline(html)
    if any(letters.search(made) for letters in _LETTERS):
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


def _alike(before: str, after: str) -> bool:
    """Whether every tag, text and comment stands where it stood."""
    one, other = (_TAG.split(_TBODY.sub("", html)) for html in (before, after))
    return len(one) == len(other) and all(
        a == b or _plain(a) == _plain(b) for a, b in zip(one, other, strict=True)
    )


def _plain(piece: str | None) -> str:
    """A text, a comment, the name of a tag: without what parsers may write in several ways."""
    return " ".join(unescape(piece or "").split()).lower()
