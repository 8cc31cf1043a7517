"""The way out, in both parts of every mail.

In: the texts of an email. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.checks.context import CheckContext, error
from newsletter.checks.page import MARK, Page
from newsletter.model.artwork import Chunks, Mark, MarkKind
from newsletter.model.finding import Finding
from newsletter.model.said import Said

NAME = "unsubscribe-missing"

_URL = f"{MARK}{MarkKind.UNSUBSCRIBE.value}"
_HINT = Said(
    'The template\'s footer needs <a href="{{ links.unsubscribe }}">{{ words.unsubscribe }}</a>, and its text form the same link.',
    'Il faut au pied du gabarit <a href="{{ links.unsubscribe }}">{{ words.unsubscribe }}</a>, et le même lien à sa forme en texte.',
)
_HTML = Said(
    "readers find no link to unsubscribe in the HTML",
    "les lecteurs ne trouvent pas de lien de désabonnement dans le HTML",
)
_TEXT = Said(
    "readers find no link to unsubscribe in the plain text",
    "les lecteurs ne trouvent pas de lien de désabonnement dans le texte brut",
)


def check(context: CheckContext) -> Iterator[Finding]:
    """Every reader finds a link to leave, with words, in the HTML and in the plain text (CASL s. 6(2)(c), 11; Gmail and Yahoo
    sender rules).

    Level: error. A link that is hidden, has no words, or stands only in a conditional block does not count. The headers
    List-Unsubscribe and List-Unsubscribe-Post are added to every mail by the program.
    """
    for language, text, page in context.texts:
        if not (_visible(page) and _always(text.html)):
            yield error(
                NAME,
                _HTML,
                context.template,
                language,
                hint=_HINT,
            )
        if not _always(text.text):
            yield error(
                NAME,
                _TEXT,
                context.template,
                language,
                hint=_HINT,
            )


def _visible(page: Page) -> bool:
    links = (link for link in page.every("a") if link.attributes.get("href", "").startswith(_URL))
    return any(link.text and not link.hidden for link in links)


def _always(chunks: Chunks) -> bool:
    """True when the mark stands outside of every conditional block."""
    depth = 0
    for piece in chunks:
        if isinstance(piece, Mark):
            depth += (piece.kind is MarkKind.WHEN) - (piece.kind is MarkKind.END)
            if piece.kind is MarkKind.UNSUBSCRIBE and depth == 0:
                return True
    return False
