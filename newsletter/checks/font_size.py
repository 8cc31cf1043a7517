"""Letters that are too small to read on a phone.

In: the HTML of every text. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from newsletter.checks.context import CheckContext, short, warning
from newsletter.model.edition import BOTH
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said

NAME = "font-size"

_HINT = Said(
    "The sizes stand in templates/theme.toml, [size].",
    "Les tailles se trouvent dans templates/theme.toml, [size].",
)


def check(context: CheckContext) -> Iterator[Finding]:
    """Letters are large enough: what most of the issue's own text is set in, and everything else.

    Level: warning, when most of the text is set under `body` pixels, and for any visible text under `least` pixels.
    """
    body, least = context.number(f"{NAME}.body"), context.number(f"{NAME}.least")
    for language in context.pages:
        if BOTH in language:
            continue
        sizes: Counter[float] = Counter()
        own = _own(context, language)
        small: dict[float, str] = {}
        for run in context.runs[language]:
            sizes[run.light.size] += len(run.words) if " ".join(run.words.split()) in own else 0
            if run.light.size < least:
                small.setdefault(run.light.size, run.words)
        for size, words in small.items():
            shown = short(words, 40)
            message = Said(
                f"“{shown}” is set in {size:g} px", f"«{NBSP}{shown}{NBSP}» est composé en {size:g}{NBSP}px"
            )
            place = context.where(words, language) or context.template
            yield warning(NAME, message, place, language, hint=_HINT)
        usual = (+sizes).most_common(1)[0][0] if +sizes else body
        if usual < body and usual not in small:
            message = Said(
                f"most of the text is set in {usual:g} px, less than {body:g} px",
                f"l’essentiel du texte est composé en {usual:g}{NBSP}px, moins de {body:g}{NBSP}px",
            )
            yield warning(NAME, message, context.template, language, hint=_HINT)


def _own(context: CheckContext, language: str) -> str:
    """What the author wrote, in one line: the small print of the footer is none of it."""
    issue = context.rendering.issue
    return " ".join(issue.texts[language].body.split()) if issue and language in issue.texts else ""
