"""A mail that is hardly more than a picture.

In: the HTML of every text. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.checks.context import CheckContext, warning
from newsletter.checks.pictures import used
from newsletter.model.edition import BOTH
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said

NAME = "image-only"

_HINT = Said(
    "Say it in words, too: with pictures blocked nothing would be left, and filters take such mails for spam.",
    f"Dites-le aussi en mots{NBSP}: sans les images il ne resterait rien, et les filtres prennent de tels courriels pour des pourriels.",
)


def check(context: CheckContext) -> Iterator[Finding]:
    """A mail with pictures says enough in words.

    Level: warning, when a mail with a picture has fewer than `least` characters of visible text, footer included.
    """
    least = context.number(f"{NAME}.least")
    for language, text, page in context.texts:
        if BOTH not in language and used(context, text.html) and len(page.text) < least:
            message = Said(
                f"beside its pictures the mail has only {len(page.text)} characters of text",
                f"à côté de ses images, le courriel n’a que {len(page.text)} caractères de texte",
            )
            yield warning(NAME, message, context.file(language), language, hint=_HINT)
