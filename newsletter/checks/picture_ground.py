"""Pictures that vanish on their ground: a dark logo without a ground on a dark screen, a white one on a light screen.

In: the pictures with a see-through ground, the page around them. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from newsletter.checks.colours import Colour, contrast
from newsletter.checks.context import CheckContext, warning
from newsletter.checks.looks import Shown, shown
from newsletter.checks.page import MARK, Element
from newsletter.checks.pictures import place_of
from newsletter.model.finding import Finding
from newsletter.model.ink import Ink
from newsletter.model.said import NBSP, Said

NAME = "picture-ground"

_IMAGE: Final = f"{MARK}image/"
_HALF: Final = 0.5
_LIGHT: Final = Said(
    "Give it a ground of its own, or darker signs.", "Donnez-lui un fond, ou des signes plus foncés."
)


def check(context: CheckContext) -> Iterator[Finding]:
    """A picture with a see-through ground (a logo, mostly) can be seen on light and on dark screens.

    Level: warning, when half of what is drawn in it or more has a contrast under `least` with the ground on which it stands, for readers with
    light screens or with dark ones. A file of the same name with `-dark` before its ending takes its place on dark screens.
    """
    inks = context.rendering.inks
    told: set[tuple[str, bool]] = set()
    for elements in context.looked.values() if inks else ():
        for one in shown(elements):
            number = _number(one.element)
            image = context.artwork.images[number] if number is not None else None
            if image is None or image.digest not in inks:
                continue
            for dark in _lost(one, inks[image.digest], context.number(f"{NAME}.least")):
                if (image.digest, dark) not in told:
                    told.add((image.digest, dark))
                    yield warning(
                        NAME,
                        _message(image.name, dark=dark),
                        place_of(context, image),
                        hint=_hint(image.name, dark=dark),
                    )


def _number(element: Element) -> int | None:
    source = element.attributes.get("src", "")
    return int(source.removeprefix(_IMAGE)) if element.tag == "img" and source.startswith(_IMAGE) else None


def _lost(one: Shown, ink: Ink, least: float) -> Iterator[bool]:
    """The screens (False: light, True: dark) on which the picture is shown and cannot be seen."""
    grounds: Mapping[bool, Colour | None] = {False: one.light, True: one.dark}
    for dark, ground in grounds.items():
        if ground is not None:
            faint = sum(share for colour, share in ink.colours if contrast(colour, ground) < least)
            if faint >= _HALF:
                yield dark


def _message(name: str, *, dark: bool) -> Said:
    if dark:
        return Said(
            f"{name} has no ground of its own and can hardly be seen on dark screens",
            f"{name} n’a pas de fond et se voit à peine en mode sombre",
        )
    return Said(
        f"{name} has no ground of its own and can hardly be seen on light screens",
        f"{name} n’a pas de fond et se voit à peine en mode clair",
    )


def _hint(name: str, *, dark: bool) -> Said:
    if not dark:
        return _LIGHT
    stem, _, ending = name.rpartition("/")[2].rpartition(".")
    if stem.endswith("-dark"):
        return Said("Draw it in lighter colours.", "Dessinez-la dans des couleurs plus claires.")
    twin = f"{stem}-dark.{ending}"
    return Said(
        f"Put a lighter one beside it: {twin}. Or give it a ground of its own.",
        f"Mettez à côté une version plus claire{NBSP}: {twin}. Ou donnez-lui un fond.",
    )
