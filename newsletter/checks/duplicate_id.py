"""Names within the page that stand twice.

In: the HTML of every text. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from newsletter.checks.context import CheckContext, error
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said

NAME = "duplicate-id"

_HINT = Said(
    "A link to it, or a label, would find the first alone. Give the second another name.",
    "Un lien ou une étiquette ne trouverait que le premier. Donnez un autre nom au second.",
)


def check(context: CheckContext) -> Iterator[Finding]:
    """No two elements of a mail have the same `id` (WCAG 4.1.1).

    Level: error. What stands in comments for Outlook repeats the rest and does not count.
    """
    for language, _text, page in context.texts:
        ids = Counter(one.attributes["id"] for one in page.elements if one.attributes.get("id"))
        for name, times in ids.items():
            if times > 1:
                message = Said(
                    f"{times} elements have the id “{name}”",
                    f"{times} éléments ont l’id «{NBSP}{name}{NBSP}»",
                )
                place = context.where(f'id="{name}"', language) or context.template
                yield error(NAME, message, place, language, hint=_HINT)
