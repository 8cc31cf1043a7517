"""What the compiler leaves undone: language and direction on every child of the body, colour schemes, the preheader, tables.

In: compiled HTML. Out: the same with these in place. Called by compose.parts. Rendering research 5 (accessibility of 376,348 mails).
"""

from __future__ import annotations

import re

from newsletter.compose.invariants import bare_tables

_RTL = {"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"}
_PREHEADER = re.compile(r'(<body\b[^>]*>\s*<div)( style="display:none;)')
_COLOR_SCHEME = re.compile(r'<meta\b[^>]*name="color-scheme"', re.IGNORECASE)
_SUPPORTED = re.compile(r'<meta\b[^>]*name="supported-color-schemes"', re.IGNORECASE)


def direction(language: str) -> str:
    """`ltr` or `rtl`."""
    return "rtl" if language.split("-")[0] in _RTL else "ltr"


def finished(html: str, language: str) -> str:
    """HTML whose hidden preheader says its language, which says that it has colours for light and dark,
    and whose layout tables are marked as such."""
    speaks = f' lang="{language}" dir="{direction(language)}"'
    html = _PREHEADER.sub(lambda match: match[1] + speaks + match[2], html, count=1)
    metas = "".join(
        f'<meta name="{name}" content="light dark">'
        for name, pattern in (("color-scheme", _COLOR_SCHEME), ("supported-color-schemes", _SUPPORTED))
        if not pattern.search(html)
    )
    return _with_roles(html.replace("</title>", f"</title>{metas}", 1))


def _with_roles(html: str) -> str:
    """Tables without headings are layout: a screen reader shall not count their cells."""
    for at in sorted(bare_tables(html), reverse=True):
        html = f'{html[:at]} role="presentation"{html[at:]}'
    return html


def wrapper(language: str) -> tuple[str, str]:
    """What stands around a further language of an email."""
    return f'<div lang="{language}" dir="{direction(language)}" id="{language}">', "</div>"
