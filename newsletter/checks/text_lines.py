"""How long the lines of the plain text are.

In: the plain text. Out: findings. Called by catalog.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.checks.context import CheckContext, error, info, short
from newsletter.checks.page import sample
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said

NAME = "text-lines"

_URL = re.compile(r"\S+://\S+")
_LONGEST = 998  #: octets, RFC 5322 s. 2.1.1


def check(context: CheckContext) -> Iterator[Finding]:
    """The lines of the plain text are no longer than a window is wide.

    Levels: error over 998 octets (RFC 5322 s. 2.1.1), info over `most` characters. An address cannot be broken and does not count.
    """
    most = context.number(f"{NAME}.most")
    for language, text, _page in context.texts:
        lines = [
            line
            for line in sample(text.text, context.artwork).splitlines()
            if len(_URL.sub("", line).strip()) > most
        ]
        longest = max(lines, key=len, default="")
        if not longest:
            continue
        make = error if len(longest.encode()) > _LONGEST else info
        message = Said(
            f"a line of the plain text has {len(longest)} characters: “{short(longest, 40)}”",
            f"une ligne du texte brut compte {len(longest)} caractères{NBSP}: «{NBSP}{short(longest, 40)}{NBSP}»",
        )
        place = context.where(longest.strip()[:40], language) or context.template
        hint = Said(f"Break it at {most:g} characters.", f"Coupez-la à {most:g} caractères.")
        yield make(NAME, message, place, language, hint=hint)
