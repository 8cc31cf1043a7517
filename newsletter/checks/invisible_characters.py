"""Signs that nobody sees.

In: the texts of an email. Out: findings. Called by catalog.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.checks.context import CheckContext, warning
from newsletter.model.finding import Finding
from newsletter.model.place import Place
from newsletter.model.said import Said

NAME = "invisible-characters"

_WIDTHLESS = "\u200b\u200c\u200e\u200f\u2060\ufeff\u00ad\u034f\u180e"
_TURNING = "\u202a-\u202e\u2066-\u2069"
_HINT = Said(
    "They came in with pasted text. Filters take them for words that hide; write the line again.",
    "Ils sont venus avec un texte collé. Les filtres y voient des mots qui se cachent; récrivez la ligne.",
)


def check(context: CheckContext) -> Iterator[Finding]:
    """The visible text holds no runs of signs without width, and none that turn the direction of writing.

    Level: warning, for `run` or more of them in a row, for any in the subject, and for marks of direction anywhere. The blank signs
    behind the preheader are hidden, and meant.
    """
    run = max(int(context.number(f"{NAME}.run")), 1)
    long = re.compile(rf"[{_WIDTHLESS}]{{{run},}}|[{_TURNING}]")
    anywhere = re.compile(rf"[{_WIDTHLESS}{_TURNING}]")
    for language, _text, page in context.texts:
        subject = anywhere.search(context.filled[language].subject)
        found = long.search(page.text)
        if subject:
            message = Said(
                "the subject holds signs that nobody sees", "l’objet contient des caractères invisibles"
            )
            yield warning(NAME, message, context.key("subject", language), language, hint=_HINT)
        if found:
            codes = ", ".join(f"U+{ord(sign):04X}" for sign in dict.fromkeys(found.group()))
            message = Said(
                f"the text holds signs that nobody sees ({codes})",
                f"le texte contient des caractères invisibles ({codes})",
            )
            yield warning(NAME, message, _place(context, found.group(), language), language, hint=_HINT)


def _place(context: CheckContext, signs: str, language: str) -> Place | None:
    return context.where(signs, language) or context.template
