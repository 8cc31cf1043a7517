"""What HTML and VML are like, as far as several trades must agree on it.

In: nothing. Out: names. Called by compose.scan, checks.page.
"""

from __future__ import annotations

from typing import Final

#: elements that have no end tag (WHATWG HTML 13.1.2, and `param`, which was one)
VOID: Final = frozenset(
    (
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    )
)
#: elements of Outlook's VML that are written without one
VML_VOID: Final = frozenset(("v:fill", "v:stroke", "o:lock"))
