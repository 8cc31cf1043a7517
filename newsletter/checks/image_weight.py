"""Pictures that take long to come.

In: the images of an email. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.checks.context import CheckContext, error, warning
from newsletter.checks.pictures import place_of, used
from newsletter.model.edition import BOTH
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said

NAME = "image-weight"

_KILOBYTE = 1024
_HINT = Said(
    "Save it smaller: as JPEG for photographs, as PNG with few colours for drawings, no wider than 1,200 pixels.",
    f"Enregistrez-la plus petite{NBSP}: en JPEG pour une photo, en PNG à peu de couleurs pour un dessin, au plus 1{NBSP}200 pixels de large.",
)


def check(context: CheckContext) -> Iterator[Finding]:
    """Pictures come quickly, on a phone and far from a city, too.

    Levels: warning for a picture over `each` kilobytes, error over `most`; warning when those of one text weigh over `total` together
    (1 KB = 1,024 bytes).
    """
    each, most, total = (context.number(f"{NAME}.{own}") for own in ("each", "most", "total"))
    told: set[str] = set()
    for language, text, _page in context.texts:
        pictures = used(context, text.html)
        for image in pictures:
            size = image.size / _KILOBYTE
            if size > each and image.digest not in told:
                told.add(image.digest)
                message = Said(
                    f"{image.name} weighs {size:,.0f} KB",
                    f"{image.name} pèse {size:,.0f} Ko".replace(",", "\u00a0"),
                )
                make = error if size > most else warning
                yield make(NAME, message, place_of(context, image), "", hint=_HINT)
        sum_ = sum(image.size for image in pictures) / _KILOBYTE
        if sum_ > total and BOTH not in language:
            message = Said(
                f"the pictures weigh {sum_:,.0f} KB together, more than {total:g} KB",
                f"les images pèsent ensemble {sum_:,.0f} Ko, plus de {total:g} Ko".replace(",", "\u00a0", 1),
            )
            yield warning(NAME, message, context.file(language), language, hint=_HINT)
