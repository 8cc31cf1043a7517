"""Pictures that move.

In: the images of an email. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.checks.context import CheckContext, warning
from newsletter.checks.pictures import motion, place_of
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said, decimal

NAME = "image-animated"

_KILOBYTE = 1024
_REST = Said(
    "Let it come to rest: who cannot look away from movement cannot read beside it. Outlook shows the first picture alone.",
    f"Faites-la s’arrêter{NBSP}: qui ne peut détourner les yeux du mouvement ne peut lire à côté. Outlook n’en montre que la première image.",
)
_SMALL = Said(
    "Take fewer pictures, fewer colours, or a still one.",
    "Prenez moins d’images, moins de couleurs, ou une image fixe.",
)


def check(context: CheckContext) -> Iterator[Finding]:
    """A picture that moves comes to rest soon, and is not heavy (WCAG 2.2.2).

    Level: warning, when it moves longer than `seconds`, or weighs more than `most` kilobytes.
    """
    seconds, most = context.number(f"{NAME}.seconds"), context.number(f"{NAME}.most")
    for image in context.artwork.images:
        moves = motion(context.rendering.files.get(image.digest, b""))
        if moves is None:
            continue
        place = place_of(context, image)
        if moves.seconds is None or moves.seconds > seconds:
            lasts = decimal(moves.seconds, 1) if moves.seconds is not None else None
            message = Said(
                f"{image.name} moves for {lasts.en} seconds" if lasts else f"{image.name} never stops moving",
                f"{image.name} bouge pendant {lasts.fr} secondes"
                if lasts
                else f"{image.name} ne cesse de bouger",
            )
            yield warning(NAME, message, place, hint=_REST)
        if image.size > most * _KILOBYTE:
            size = image.size / _KILOBYTE
            message = Said(
                f"{image.name} moves and weighs {size:.0f} KB", f"{image.name} bouge et pèse {size:.0f} Ko"
            )
            yield warning(NAME, message, place, hint=_SMALL)
