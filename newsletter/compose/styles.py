"""The theme's inline CSS judged: what premailer cannot put into style attributes, or would lose.

In: inline.css, rendered, with the places of its lines. Out: findings. Called by compose.parts. Rendering research 3.
"""

from __future__ import annotations

import re

from newsletter.compose.findings import STYLE, Findings
from newsletter.compose.frame.marks import Origin
from newsletter.model.place import Place

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_PIECE = re.compile(r"([^{};]+)([{};]?)")
_FILTERS = re.compile(r":(?:first-child|last-child)\b")
_MODERN_COLOR = re.compile(r"\b(?:rgb|hsl)a?\([^)]*/|\b(?:lab|lch|oklch|color|var)\(", re.IGNORECASE)
_MOVE = "Move it to head.css, which stays a style block."


def judge_inline(css: Origin, findings: Findings) -> None:
    """Warn of rules that cannot stand in a style attribute, and of values that are dropped on the way there."""
    bare = _COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), css.text)
    for match in _PIECE.finditer(bare):
        text = match[1].strip()
        place = css.place(match.end(1) - len(match[1].lstrip()))
        if not text:
            continue
        if match[2] == "{":
            _selector(text, place, findings)
        elif _MODERN_COLOR.search(text):
            message = f"“{' '.join(text.split())}” is dropped when styles are inlined"
            findings.warning(STYLE, message, place, hint="Write colours as #rrggbb or rgba(r, g, b, a).")


def _selector(selector: str, place: Place, findings: Findings) -> None:
    if selector.startswith("@"):
        findings.warning(STYLE, f"“{selector}” cannot be inlined", place, hint=_MOVE)
    elif ":" in _FILTERS.sub("", selector):
        findings.warning(STYLE, f"“{selector}” cannot be inlined: it holds a state", place, hint=_MOVE)
    elif "*" in selector:
        findings.warning(
            STYLE, f"“{selector}” is skipped when styles are inlined", place, hint="Name the elements."
        )
