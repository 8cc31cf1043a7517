"""Buttons that a thumb misses.

In: the HTML of every text. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.checks.context import CheckContext, short, warning
from newsletter.checks.looks import pixels, style_of
from newsletter.checks.page import Element
from newsletter.model.edition import BOTH
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said

NAME = "tap-target"

_HINT = Said(
    "Its padding above and below, together with its line height, makes the height.",
    "Son espacement au-dessus et au-dessous fait sa hauteur, avec sa hauteur de ligne.",
)


def check(context: CheckContext) -> Iterator[Finding]:
    """Buttons are high enough for a thumb: `least` pixels (WCAG 2.5.5).

    Level: warning. A button is a link with a ground of its own and a padding; its height is its line height and its padding, or that of
    the cell which is its ground (as MJML makes it).
    """
    least = context.number(f"{NAME}.least")
    for language, _text, page in context.texts:
        for link in page.every("a") if BOTH not in language else ():
            height = _height(link)
            if height is not None and height < least and not link.hidden:
                shown = short(link.words, 40)
                message = Said(
                    f"the button “{shown}” is {height:g} px high, less than {least:g} px",
                    f"le bouton «{NBSP}{shown}{NBSP}» a {height:g}{NBSP}px de haut, moins de {least:g}{NBSP}px",
                )
                place = context.where(link.text, language) or context.template
                yield warning(NAME, message, place, language, hint=_HINT)


def _height(link: Element) -> float | None:
    """The height of a button in pixels; None for a link that is none, or whose height is not written."""
    style = style_of(link)
    if "padding" not in style or not (
        _ground(link) or (link.parent and link.parent.tag == "td" and _ground(link.parent))
    ):
        return None
    line = pixels(style.get("line-height", ""))
    if line is None:
        size = pixels(style.get("font-size", ""))
        ratio = style.get("line-height", "").rstrip("%")
        factor = float(ratio) / (100 if "%" in style["line-height"] else 1) if _number(ratio) else None
        line = size * factor if size is not None and factor is not None else None
    above, below = _sides(style["padding"])
    return None if line is None or above is None or below is None else line + above + below


def _sides(padding: str) -> tuple[float | None, float | None]:
    parts = [pixels(part) for part in padding.split()]
    if not parts:
        return None, None
    return parts[0], parts[2] if len(parts) > 2 else parts[0]


def _ground(element: Element) -> bool:
    style = style_of(element)
    ground = style.get("background-color") or style.get("background") or element.attributes.get("bgcolor", "")
    return bool(ground) and ground not in {"transparent", "none"}


def _number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()
