"""The title of the page that a mail is in a browser.

In: the HTML of every text. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.checks.context import CheckContext, warning
from newsletter.checks.subject_missing import subject_text
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said

NAME = "title-missing"

_EMPTY_WORDS = frozenset(
    [
        "title",
        "titre",
        "untitled",
        "newsletter",
        "infolettre",
        "email",
        "e-mail",
        "courriel",
        "document",
        "template",
        "gabarit",
        "mjml",
    ]
)
_HINT = Said(
    "Write `title: …` between the --- lines: a screen reader says it first, and the page in the browser bears it.",
    f"Écrivez `title: …` entre les lignes ---{NBSP}: un lecteur d’écran le dit d’abord, et la page du navigateur le porte.",
)


def check(context: CheckContext) -> Iterator[Finding]:
    """Every text has a <title> of its own (WCAG 2.4.2).

    Level: warning, when there is none, or only the word that a template began with.
    """
    for language, text, page in context.texts:
        title = next((" ".join("".join(one.texts).split()) for one in page.every("title")), "")
        if not subject_text(text.subject, context.artwork).strip(" |-–—"):
            continue  # a title is taken from the subject: subject-missing says it
        if title.casefold() in _EMPTY_WORDS | {"", context.artwork.template.casefold()}:
            shown = Said(f": “{title}”", f"{NBSP}: «{NBSP}{title}{NBSP}»") if title else Said("", "")
            message = Said(
                f"the mail has no title of its own{shown.en}",
                f"le courriel n’a pas de titre propre{shown.fr}",
            )
            place = context.key("title", language) or context.template
            yield warning(NAME, message, place, language, hint=_HINT)
