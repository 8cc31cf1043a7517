"""The theme's inline CSS judged: what premailer cannot put into style attributes, or would lose.

In: inline.css, rendered, with the places of its lines. Out: findings. Called by compose.parts. Rendering research 3.
"""

from __future__ import annotations

import re

from newsletter.compose.findings import STYLE, Findings
from newsletter.compose.frame.marks import Origin
from newsletter.model.place import Place
from newsletter.model.said import Said

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_PIECE = re.compile(r"([^{};]+)([{};]?)")
_FILTERS = re.compile(r":(?:first-child|last-child)\b")
_MODERN_COLOR = re.compile(r"\b(?:rgb|hsl)a?\([^)]*/|\b(?:lab|lch|oklch|color|var)\(", re.IGNORECASE)
_MOVE = Said(
    "Move it to head.css, which stays a style block.",
    "Déplacez-le dans head.css, qui reste un bloc de styles.",
)
_PLAIN_COLOURS = Said(
    "Write colours as #rrggbb or rgba(r, g, b, a).",
    "Écrivez les couleurs ainsi\u00a0: #rrggbb ou rgba(r, g, b, a).",
)
_NAME_THEM = Said("Name the elements.", "Nommez les éléments.")


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
            message = _about(
                " ".join(text.split()),
                "is dropped when styles are inlined",
                "se perd quand les styles sont intégrés aux éléments",
            )
            findings.warning(STYLE, message, place, hint=_PLAIN_COLOURS)


def _selector(selector: str, place: Place, findings: Findings) -> None:
    if selector.startswith("@"):
        message = _about(selector, "cannot be inlined", "ne peut pas être intégré aux éléments")
        findings.warning(STYLE, message, place, hint=_MOVE)
    elif ":" in _FILTERS.sub("", selector):
        message = _about(
            selector,
            "cannot be inlined: it holds a state",
            "ne peut pas être intégré aux éléments\u00a0: il contient un état",
        )
        findings.warning(STYLE, message, place, hint=_MOVE)
    elif "*" in selector:
        message = _about(
            selector,
            "is skipped when styles are inlined",
            "est sauté quand les styles sont intégrés aux éléments",
        )
        findings.warning(STYLE, message, place, hint=_NAME_THEM)


def _about(written: str, english: str, french: str) -> Said:
    return Said(f"“{written}” {english}", f"«\u00a0{written}\u00a0» {french}")
