"""A preheader that says the subject again.

In: subjects and preheaders. Out: findings. Called by catalog.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.checks.context import CheckContext, warning
from newsletter.checks.subject_missing import subject_text
from newsletter.model.edition import BOTH
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said

NAME = "preheader-equals-subject"

_MESSAGE = Said("the preheader only says the subject again", "le pré-en-tête ne fait que répéter l’objet")
_HINT = Said(
    "They stand side by side in the inbox: say there what the subject leaves open.",
    f"Ils se suivent dans la boîte de réception{NBSP}: dites-y ce que l’objet laisse ouvert.",
)


def check(context: CheckContext) -> Iterator[Finding]:
    """The preheader is not the subject again: the inbox shows both, side by side.

    Level: warning. Capitals, signs and spaces make no difference.
    """
    for language, text, _page in context.texts:
        subject = _words(subject_text(text.subject, context.artwork))
        if BOTH not in language and subject and _words(text.preheader) == subject:
            yield warning(NAME, _MESSAGE, context.key("preheader", language), language, hint=_HINT)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
