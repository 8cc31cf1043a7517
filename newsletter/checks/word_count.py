"""How much there is to read, and how long the sentences are.

In: the issue's own words. Out: findings. Called by catalog.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.checks.context import CheckContext, info
from newsletter.model.edition import BOTH
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said, decimal

NAME = "word-count"

_STOP = re.compile(r"(?<=[.!?…])\s+")
_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_FEWEST = 5  #: sentences from which an average means something


def check(context: CheckContext) -> Iterator[Finding]:
    """There is enough to read and not too much, in sentences that can be followed.

    Level: info, under `least` and over `most` visible words, and for sentences of more than `sentence` words on average.
    """
    least, most = context.number(f"{NAME}.least"), context.number(f"{NAME}.most")
    for language, _text, page in context.texts:
        if BOTH in language:
            continue
        count = len(_WORD.findall(page.text))
        if not least <= count <= most:
            message = Said(f"the mail has {count} words", f"le courriel compte {count} mots")
            hint = Said(
                f"Usual are {least:g} to {most:g}.", f"D’ordinaire, il y en a de {least:g} à {most:g}."
            )
            yield info(NAME, message, context.file(language), language, hint=hint)
        yield from _sentences(context, language)


def _sentences(context: CheckContext, language: str) -> Iterator[Finding]:
    issue = context.rendering.issue
    text = issue.texts[language].body if issue and language in issue.texts else ""
    prose = " ".join(
        line for line in text.splitlines() if line and not line.startswith((":::", "#", "|", "-", "!"))
    )
    lengths = [len(_WORD.findall(one)) for one in _STOP.split(prose) if one.endswith((".", "!", "?", "…"))]
    longest = context.number(f"{NAME}.sentence")
    if len(lengths) >= _FEWEST and sum(lengths) / len(lengths) > longest:
        told = decimal(sum(lengths) / len(lengths))
        message = Said(
            f"the sentences have {told.en} words on average",
            f"les phrases comptent {told.fr} mots en moyenne",
        )
        hint = Said(
            f"Under {longest:g} they are read at the first go: make two of the longest.",
            f"Sous {longest:g}, on les lit d’un trait{NBSP}: faites deux phrases des plus longues.",
        )
        yield info(NAME, message, context.file(language), language, hint=hint)
