"""Pictures that some mail programs do not show.

In: the images of an email. Out: findings. Called by catalog.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.checks.context import CheckContext, error, short, warning
from newsletter.checks.page import MARK, Page
from newsletter.checks.pictures import components, place_of
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said

NAME = "image-format"

_SHOWN = frozenset({"image/png", "image/jpeg", "image/gif"})
_MODERN = re.compile(r"\.(svg|webp|avif|heic|jxl|tiff?|bmp)(?:$|[?#])", re.IGNORECASE)
_CMYK = 4
_FILE = Said(
    "Save the picture as PNG, JPEG or GIF beside the issue, and write its name.",
    "Enregistrez l’image en PNG, JPEG ou GIF à côté du numéro, et écrivez son nom.",
)
_PRINT = Said(
    "Save it in RGB: it was made for print, and shows wrong colours or not at all.",
    f"Enregistrez-la en RVB{NBSP}: faite pour l’impression, elle montre de fausses couleurs, ou rien.",
)


def check(context: CheckContext) -> Iterator[Finding]:
    """Pictures are in a format that every mail program shows, and are the edition's own (caniemail: image-svg, image-webp, image-base64).

    Levels: error for a picture within the HTML (`data:`), without a whole address, or in SVG, WebP, AVIF and their like; warning for one
    that lies on somebody else's site, and for a JPEG in the colours of print (CMYK).
    """
    for language, _text, page in context.texts:
        for source, message, sure in _foreign(page):
            make = error if sure else warning
            place = context.where(source[:40], language) or context.template
            yield make(NAME, message, place, language, hint=_FILE)
    for image in context.artwork.images:
        shown = place_of(context, image)
        if image.media_type not in _SHOWN:
            message = Said(f"{image.name} is {image.media_type}", f"{image.name} est en {image.media_type}")
            yield error(NAME, message, shown, hint=_FILE)
        elif components(context.rendering.files.get(image.digest, b"")) == _CMYK:
            message = Said(
                f"{image.name} is in the colours of print (CMYK)",
                f"{image.name} est en couleurs d’impression (CMJN)",
            )
            yield warning(NAME, message, shown, hint=_PRINT)


def _foreign(page: Page) -> Iterator[tuple[str, Said, bool]]:
    """Pictures that are not the edition's own: address, what is wrong, whether they surely fail."""
    sources = (one.attributes.get("src", "").strip() for one in page.every("img"))
    for source in dict.fromkeys(sources):
        shown = short(source, 40)
        if not source or source.startswith(MARK):
            continue
        if source.startswith("data:"):
            yield (
                source,
                Said(
                    "a picture stands within the HTML, which Gmail and Outlook do not show",
                    "une image est incluse dans le HTML, ce que ni Gmail ni Outlook n’affichent",
                ),
                True,
            )
        elif not source.lower().startswith(("http://", "https://", "//")):
            yield (
                source,
                Said(
                    f"the picture “{shown}” has no whole address",
                    f"l’image «{NBSP}{shown}{NBSP}» n’a pas d’adresse complète",
                ),
                True,
            )
        elif _MODERN.search(source):
            yield (
                source,
                Said(
                    f"many mail programs do not show “{shown}”",
                    f"bien des logiciels de courriel n’affichent pas «{NBSP}{shown}{NBSP}»",
                ),
                True,
            )
        else:
            yield (
                source,
                Said(
                    f"the picture “{shown}” lies on another site and may change",
                    f"l’image «{NBSP}{shown}{NBSP}» se trouve sur un autre site et peut changer",
                ),
                False,
            )
