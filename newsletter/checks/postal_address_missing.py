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

NAME = "postal-address-missing"

_WORD = re.compile(r"\w+")
_HINT = "The template's footer needs {{ publication.postal_address }}; the address itself stands in newsletter.toml."


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
                    f"the postal address is missing from the {part}",
                    context.template,
                    language,
                    hint=_HINT,
                )


def _words(text: str) -> str:
    """Only the words, so that it does not matter how an address is set."""
    return f" {' '.join(_WORD.findall(unicodedata.normalize('NFKC', text).casefold()))} "
