"""Links that say nothing out of their context.

In: the links of an email. Out: findings. Called by catalog.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.checks.context import CheckContext, short, warning
from newsletter.checks.links import authored, name_of, place_of
from newsletter.checks.page import Page
from newsletter.model.edition import BOTH
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said

NAME = "link-text-generic"

_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_SAY = Said(
    "Say where it leads: a screen reader lists links without the sentences around them.",
    f"Dites où il mène{NBSP}: un lecteur d’écran énumère les liens sans les phrases qui les entourent.",
)
_TELL = Said(
    "Give each words of its own: heard in a list, nobody can tell them apart.",
    f"Donnez à chacun ses propres mots{NBSP}: dans une liste, personne ne peut les distinguer.",
)


def check(context: CheckContext) -> Iterator[Finding]:
    """Each link says where it leads, and no two that lead to different places say the same (WCAG 2.4.4, 2.4.9).

    Level: warning. What counts as saying nothing ("click here", "cliquez ici" …) is a threshold; a picture's alternative text and an
    `aria-label` count as words.
    """
    for language, _text, page in context.texts:
        if BOTH not in language:
            yield from _empty(context, page, language)
            yield from _alike(context, page, language)


def _empty(context: CheckContext, page: Page, language: str) -> Iterator[Finding]:
    generic = frozenset(map(_plain, context.words(f"{NAME}.words")))
    for element, href in authored(page):
        name = name_of(element)
        if _plain(name) in generic:
            message = Said(
                f"the link “{short(name)}” does not say where it leads",
                f"le lien «{NBSP}{short(name)}{NBSP}» ne dit pas où il mène",
            )
            yield warning(NAME, message, place_of(context, href, name, language), language, hint=_SAY)


def _alike(context: CheckContext, page: Page, language: str) -> Iterator[Finding]:
    generic = frozenset(map(_plain, context.words(f"{NAME}.words")))
    known: dict[str, str] = {}
    told: set[str] = set()
    for element, href in authored(page):
        name = _plain(name_of(element))
        target = href.partition("#")[0].rstrip("/").lower()
        first = known.setdefault(name, target) if name else target
        if first != target and name not in told | generic:
            told.add(name)
            shown = short(name_of(element))
            message = Said(
                f"two links say “{shown}” and lead to different places",
                f"deux liens affichent «{NBSP}{shown}{NBSP}» et mènent à des endroits différents",
            )
            yield warning(NAME, message, place_of(context, href, shown, language), language, hint=_TELL)


def _plain(words: str) -> str:
    return _EDGES.sub("", words.replace("’", "'")).casefold()
