"""How wide a picture is shown: the widest of its uses in all emails of an issue.

In: compiled HTML with tokens. Out: CSS pixels by the picture's path. Called by compose.steps.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from newsletter.compose.tokens import Kind, Tokens

PAGE: Final = 640  #: the widest page of a mail; what has no width of its own is reckoned as wide
_PHONE = 480  # MJML's breakpoint: a fluid picture is never wider below it
_WIDTH = re.compile(r"""(?<![\w-])width(?:="|:\s*)(\d+)(?=px|")""")
_FLUID = "mj-full-width-mobile"


def shown_widths(emails: Iterable[str], tokens: Tokens) -> dict[str, int]:
    """The width of each picture that the emails show."""
    widths: dict[str, int] = {}
    url = re.compile(rf"https://({tokens.pattern.pattern})\.invalid/")
    for html in emails:
        for match in url.finditer(html):
            meaning = tokens.meaning(match[1])
            if meaning.kind is Kind.IMAGE:
                path = str(meaning.value)
                widths[path] = max(widths.get(path, 0), _width(html, match))
    return widths


def _width(html: str, match: re.Match[str]) -> int:
    start = html.rfind("<", 0, match.start())
    tag = html[start : html.find(">", match.end())]
    if not tag.startswith(("<img", "<v:image")):  # a background: it fills what is around it
        return PAGE
    said = [int(number) for number in _WIDTH.findall(tag)]
    cell = html[max(0, html.rfind("<table", 0, start)) : start]
    return max(said[0] if said else PAGE, _PHONE if _FLUID in cell else 0)
