"""Pictures that have far more pixels than are shown, or too few.

In: the images of an email. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.checks.context import CheckContext, warning
from newsletter.checks.page import MARK, Element, Page
from newsletter.checks.pictures import place_of
from newsletter.model.artwork import Image
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said, decimal

NAME = "image-size"

_SHARP = 0.9  #: what is drawn out by less, nobody sees
_WIDTH = Said(
    'Write the width at which it is shown: <img width="536">; Outlook takes its pixels otherwise.',
    f'Écrivez la largeur d’affichage{NBSP}: <img width="536">; sinon Outlook prend ses pixels.',
)


def check(context: CheckContext) -> Iterator[Finding]:
    """A picture has the pixels that fine screens show, and not many more.

    Level: warning, for a picture of more than `times` its shown width and over `most` pixels, for one of a tenth fewer pixels than are shown,
    and for one without a width.
    """
    told: set[tuple[str, str]] = set()
    for language, _text, page in context.texts:
        for image, element in _pairs(context, page):
            fault = _fault(context, image, element.attributes.get("width", ""))
            if fault and (image.digest, fault[0].en) not in told:
                told.add((image.digest, fault[0].en))
                yield warning(NAME, fault[0], place_of(context, image), language, hint=fault[1])


def _pairs(context: CheckContext, page: Page) -> Iterator[tuple[Image, Element]]:
    for element in page.every("img"):
        number = element.attributes.get("src", "").removeprefix(f"{MARK}image/")
        if number.isdigit() and int(number) < len(context.artwork.images):
            yield context.artwork.images[int(number)], element


def _fault(context: CheckContext, image: Image, width: str) -> tuple[Said, Said] | None:
    if not width.isdigit() or int(width) == 0:
        return Said(
            f"{image.name} is shown without a width", f"{image.name} est affichée sans largeur"
        ), _WIDTH
    times, most = context.number(f"{NAME}.times"), context.number(f"{NAME}.most")
    shown, ratio = int(width), image.width / int(width)
    if ratio > times and image.width > most:
        told = decimal(ratio, 1)
        message = Said(
            f"{image.name} is {image.width} pixels wide, {told.en} times what is shown ({shown})",
            f"{image.name} a {image.width} pixels de large, {told.fr} fois ce qui est affiché ({shown})",
        )
        enough = f"{2 * shown} pixels"
        return message, Said(f"{enough} are enough for fine screens.", f"{enough} suffisent aux écrans fins.")
    if image.width < shown * _SHARP:
        message = Said(
            f"{image.name} has {image.width} pixels, but is shown {shown} wide: it will be blurred",
            f"{image.name} a {image.width} pixels, mais s’affiche sur {shown}{NBSP}: elle sera floue",
        )
        return message, Said(f"Take one of {2 * shown} pixels.", f"Prenez-en une de {2 * shown} pixels.")
    return None
