"""What Outlook for Windows lays out differently.

In: the HTML of every text. Out: findings. Called by catalog.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from newsletter.checks.context import CheckContext, warning
from newsletter.checks.looks import pixels, style_of
from newsletter.checks.page import Element, Page
from newsletter.model.edition import BOTH
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said

NAME = "outlook-traps"

_FRACTION = re.compile(r"\d+\.\d+(?:px)?")
_WHOLE = re.compile(r"(\d+)(?:px)?")
_VML = re.compile(r"<!--\[if [^\]]*mso[^\]]*\]>(?:(?!<!\[endif\]).)*<v:", re.DOTALL)


def check(context: CheckContext) -> Iterator[Finding]:
    """Outlook for Windows (Word's own layout) shows the mail as others do.

    Level: warning, for elements wider than `most` pixels, widths with a fraction, a margin of more than `margin` pixels on a picture, a picture that only
    `max-width` holds, and a picture as a ground without its VML twin. MJML's own comments for Outlook are taken into account.
    """
    most, margin = context.number(f"{NAME}.most"), context.number(f"{NAME}.margin")
    for language, _text, page in context.texts:
        if BOTH in language:
            continue
        told: set[Said] = set()
        for element in page.elements:
            for message, hint in _faults(element, page, most, margin):
                if message not in told:
                    told.add(message)
                    yield warning(NAME, message, context.template, language, hint=hint)


def _faults(element: Element, page: Page, most: float, margin: float) -> Iterator[tuple[Said, Said]]:
    width, style = element.attributes.get("width", ""), style_of(element)
    whole = _WHOLE.fullmatch(width)
    name = f"<{element.tag}>"
    if whole and int(whole[1]) > most and element.tag != "meta":
        yield (
            Said(
                f"{name} is {whole[1]} px wide, more than {most:g} px",
                f"{name} a {whole[1]}{NBSP}px de large, plus de {most:g}{NBSP}px",
            ),
            Said(
                "Give it less: Outlook does not shrink it.", f"Réduisez-le{NBSP}: Outlook ne le rétrécit pas."
            ),
        )
    if _FRACTION.fullmatch(width):
        yield (
            Said(
                f"{name} has a width with a fraction: {width}",
                f"{name} a une largeur fractionnaire{NBSP}: {width}",
            ),
            Said("Round it: Outlook breaks the row.", f"Arrondissez-la{NBSP}: Outlook brise la rangée."),
        )
    if element.tag == "img":
        yield from _picture(element, width, margin)
    if _pictured(style) and not _VML.search(page.html):
        yield (
            Said(
                f"{name} has a picture as its ground, and none for Outlook",
                f"{name} a une image de fond, et aucune pour Outlook",
            ),
            Said(
                "Use mj-section with background-url, which makes the VML twin.",
                "Employez mj-section avec background-url, qui produit le jumeau VML.",
            ),
        )


def _picture(element: Element, width: str, most: float) -> Iterator[tuple[Said, Said]]:
    style = style_of(element)
    if any(_margin(value) > most for name, value in style.items() if name.startswith("margin")):
        yield (
            Said(
                "a picture has a margin, which Outlook leaves out", "une image a une marge, qu’Outlook omet"
            ),
            Said("Give the cell around it a padding.", "Donnez un espacement à la cellule qui l’entoure."),
        )
    if "max-width" in style and not width:
        yield (
            Said(
                "only max-width holds a picture, which Outlook does not know",
                "seul max-width retient une image, ce qu’Outlook ignore",
            ),
            Said(
                'Write its width as an attribute: width="536".',
                f'Écrivez sa largeur en attribut{NBSP}: width="536".',
            ),
        )


def _margin(value: str) -> float:
    """The largest side of a margin, in pixels."""
    return max((abs(pixels(part) or 0) for part in value.split()), default=0)


def _pictured(style: Mapping[str, str]) -> bool:
    return any("url(" in style.get(name, "") for name in ("background", "background-image"))
