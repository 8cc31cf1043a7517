"""Links that travel in the open.

In: the links of an email. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.checks.context import CheckContext, short, warning
from newsletter.checks.links import authored, name_of, place_of
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said

NAME = "link-insecure"

_HINT = Said(
    "Nearly every site answers at https:// as well: try the address with an s, and write it so.",
    f"Presque tous les sites répondent aussi à https://{NBSP}: essayez l’adresse avec un s et écrivez-la ainsi.",
)


def check(context: CheckContext) -> Iterator[Finding]:
    """Links begin with `https://`: with `http://`, whoever sits between reads and alters what a reader opens, and browsers warn.

    Level: warning.
    """
    for language, _text, page in context.texts:
        for element, href in authored(page):
            if href.lower().startswith("http://"):
                message = Said(
                    f"“{short(href)}” is not encrypted", f"«{NBSP}{short(href)}{NBSP}» n’est pas chiffré"
                )
                place = place_of(context, href, name_of(element), language)
                yield warning(NAME, message, place, language, hint=_HINT)
