"""A mail on a dark screen.

In: the HTML of every text. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.checks.context import CheckContext, short, warning
from newsletter.checks.looks import Run, dark_rules
from newsletter.checks.page import Page
from newsletter.model.edition import BOTH
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said

NAME = "dark-mode"

_BLACK, _WHITE = (0, 0, 0), (255, 255, 255)
_META = Said(
    'Put <meta name="color-scheme" content="light dark"> into the head.',
    'Mettez <meta name="color-scheme" content="light dark"> dans l’en-tête.',
)
_RULES = Said(
    "Say the dark colours in templates/head.css, @media (prefers-color-scheme: dark).",
    "Indiquez les couleurs sombres dans templates/head.css, @media (prefers-color-scheme: dark).",
)
_PURE = Said(
    "Take colours a little off black and white: mail programs that darken a mail turn pure ones into harsh ones, or not at all.",
    f"Éloignez un peu les couleurs du noir et du blanc purs{NBSP}: les logiciels qui assombrissent un courriel les rendent criardes, ou n’y touchent pas.",
)


def check(context: CheckContext) -> Iterator[Finding]:
    """The mail says that it knows dark screens, has colours for them, and sets no pure black on pure white.

    Level: warning.
    """
    for language, _text, page in context.texts:
        if BOTH not in language:
            for message, hint in _faults(page, context.runs[language]):
                yield warning(NAME, message, context.template, language, hint=hint)


def _faults(page: Page, runs: tuple[Run, ...]) -> Iterator[tuple[Said, Said]]:
    schemes = {
        one.attributes.get("name", "").lower(): one.attributes.get("content", "")
        for one in page.every("meta")
    }
    if "dark" not in schemes.get("color-scheme", ""):
        yield (
            Said(
                "the mail does not say that it knows dark screens",
                "le courriel ne dit pas qu’il connaît le mode sombre",
            ),
            _META,
        )
    if not dark_rules(page.styles):
        yield (
            Said(
                "the mail has no colours for dark screens",
                "le courriel n’a pas de couleurs pour le mode sombre",
            ),
            _RULES,
        )
    pure = next((one for one in runs if {one.light.text, one.light.ground} == {_BLACK, _WHITE}), None)
    if pure:
        shown = short(pure.words, 40)
        yield (
            Said(f"“{shown}” is pure black and white", f"«{NBSP}{shown}{NBSP}» est en noir et blanc purs"),
            _PURE,
        )
