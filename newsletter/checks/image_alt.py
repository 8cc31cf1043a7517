"""What stands for a picture where it is not seen.

In: the images of an email. Out: findings. Called by catalog.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.checks.context import CheckContext, error, short, warning
from newsletter.checks.page import MARK, Element
from newsletter.model.edition import ImageUse
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said

NAME = "image-alt"

_FILE = re.compile(
    r".*\.(png|jpe?g|gif|webp|svg)|(IMG|DSC|image|picture|photo|untitled)[ _-]?\d*", re.IGNORECASE
)
_HINT = Said(
    'Say what the picture tells: between the brackets of `![…](…)`, or alt="…" of a component. For mere decoration say decorative="yes".',
    f'Dites ce que l’image raconte{NBSP}: entre les crochets de `![…](…)`, ou avec alt="…" dans un composant. '
    'Pour une simple décoration, mettez decorative="yes".',
)
_TELLS = Said("Say what the picture tells.", "Dites ce que l’image raconte.")
_LEADS = Said(
    "A linked picture needs alternative text: where does it lead?",
    f"Une image liée a besoin d’un texte de remplacement{NBSP}: où mène-t-elle?",
)


def check(context: CheckContext) -> Iterator[Finding]:
    """Every picture has words for readers who do not see it: with images off (the normal state in many mail programs), or by ear.

    Level: error for a picture without alternative text that is not declared decorative, and for a link of which nothing but a
    wordless picture can be read; warning for a file's name, or more than 125 characters.
    """
    for use in context.rendering.image_uses:
        yield from _judge(use, context.number(f"{NAME}.most"))
    reported = {use.source for use in context.rendering.image_uses if use.alt is None}
    for language, _text, page in context.texts:
        for image in page.every("img"):
            name = _name(context, image)
            if "alt" not in image.attributes and name not in reported:
                yield error(NAME, _none(name), context.template, language, hint=_HINT)
        for link in page.every("a"):
            if (
                link.images
                and not link.text
                and not any(image.attributes.get("alt") for image in link.images)
            ):
                name = _name(context, link.images[0])
                message = Said(
                    f"the link around {name} has no words", f"le lien autour de {name} n’a pas de mots"
                )
                place = context.where(name.rpartition("/")[2], language) or context.template
                yield error(
                    NAME,
                    message,
                    place,
                    language,
                    hint=_LEADS,
                )


def _judge(use: ImageUse, most: float) -> Iterator[Finding]:
    if use.alt is None or (not use.alt.strip() and not use.decorative):
        yield error(NAME, _none(use.source), use.place, use.language, hint=_HINT)
    elif _FILE.fullmatch(use.alt.strip()):
        message = Said(
            f"the alternative text of {use.source} is a file's name: “{short(use.alt)}”",
            f"le texte de remplacement de {use.source} est un nom de fichier{NBSP}: «{NBSP}{short(use.alt)}{NBSP}»",
        )
        yield warning(NAME, message, use.place, use.language, hint=_TELLS)
    elif len(use.alt) > most:
        message = Said(
            f"the alternative text of {use.source} has {len(use.alt)} characters",
            f"le texte de remplacement de {use.source} compte {len(use.alt)} caractères",
        )
        hint = Said(
            f"Keep it under {most:g}; tell the rest in the text.",
            f"Restez sous {most:g}; dites le reste dans le texte.",
        )
        yield warning(NAME, message, use.place, use.language, hint=hint)


def _none(name: str) -> Said:
    return Said(f"{name} has no alternative text", f"{name} n’a pas de texte de remplacement")


def _name(context: CheckContext, image: Element) -> str:
    source = image.attributes.get("src", "")
    number = source.removeprefix(f"{MARK}image/")
    if number != source and number.isdigit():
        return context.artwork.images[int(number)].name
    return source or "<img>"
