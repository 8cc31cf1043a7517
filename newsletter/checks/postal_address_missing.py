"""The sender's postal address, in both parts of every mail.

In: the texts of an email. Out: findings. Called by catalog.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from newsletter.checks.context import CheckContext, error
from newsletter.model.edition import BOTH
from newsletter.model.finding import Finding
from newsletter.model.said import Said

NAME = "postal-address-missing"

_WORD = re.compile(r"\w+")
_HINT = Said(
    "The template's footer needs {{ publication.postal_address }}; the address itself stands in newsletter.toml.",
    "Il faut {{ publication.postal_address }} au pied du gabarit; l’adresse elle-même se trouve dans newsletter.toml.",
)
_MISSING = {
    "HTML": Said("the postal address is missing from the HTML", "l’adresse postale manque dans le HTML"),
    "plain text": Said(
        "the postal address is missing from the plain text", "l’adresse postale manque dans le texte brut"
    ),
}


def check(context: CheckContext) -> Iterator[Finding]:
    """The postal address of newsletter.toml is readable in the HTML and in the plain text (CASL regulations s. 2(1); CAN-SPAM).

    Level: error. Line breaks, commas and capitals do not matter. A mail in both languages needs it in one of them.
    """
    for language, _text, page in context.texts:
        addresses = [context.publication.postal_address.get(name, "") for name in language.split(BOTH)]
        for part, words in (("HTML", page.text), ("plain text", context.filled[language].text)):
            if not any(address and _words(address) in _words(words) for address in addresses):
                yield error(
                    NAME,
                    _MISSING[part],
                    context.template,
                    language,
                    hint=_HINT,
                )


def _words(text: str) -> str:
    """Only the words, so that it does not matter how an address is set."""
    return f" {' '.join(_WORD.findall(unicodedata.normalize('NFKC', text).casefold()))} "
