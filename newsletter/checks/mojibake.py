"""Letters that went through the wrong encoding.

In: the texts of an email. Out: findings. Called by catalog.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.checks.context import CheckContext, error, short
from newsletter.checks.page import sample
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said

NAME = "mojibake"

# UTF-8 read as Windows-1252 (é → Ã©, ’ → â€™, « → Â«), read twice, or thrown away (U+FFFD).
_BROKEN = re.compile(
    "Ã[\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122]|â€[\u0080-\u00bf\u0153\u2122\u02dc\u0153\u201c\u201d¦“”]|Â[\u00a0-\u00bf]|ï¿½|\ufffd"
)
_HINT = Said(
    "Save the file as UTF-8, and write the words again.",
    "Enregistrez le fichier en UTF-8 et récrivez ces mots.",
)


def check(context: CheckContext) -> Iterator[Finding]:
    """No letters are broken by a wrong encoding: `Ã©` where an é was, `â€™` where an apostrophe was, `\ufffd`.

    Level: error.
    """
    for language, text, page in context.texts:
        parts = (
            context.filled[language].subject,
            text.preheader,
            text.title,
            page.text,
            sample(text.text, context.artwork),
        )
        told: set[str] = set()
        for part in parts:
            for found in _BROKEN.finditer(part):
                around = part[max(found.start() - 12, 0) : found.end() + 12]
                words = next(
                    (word for word in around.split() if found.group().strip() in word), found.group()
                )
                if words not in told:
                    told.add(words)
                    message = Said(
                        f"“{short(words)}” is broken: a wrong encoding",
                        f"«{NBSP}{short(words)}{NBSP}» est brisé par un mauvais encodage",
                    )
                    place = context.where(words, language) or context.where(found.group(), language)
                    yield error(NAME, message, place or context.template, language, hint=_HINT)
