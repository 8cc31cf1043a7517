"""Tables that a screen reader reads out as data, and those that are only a frame.

In: the HTML of every text. Out: findings. Called by catalog.
"""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.checks.context import CheckContext, short, warning
from newsletter.checks.page import Element, Page
from newsletter.model.finding import Finding
from newsletter.model.said import NBSP, Said

NAME = "table-role"

_FRAME = frozenset({"presentation", "none"})
_HINT = Said(
    'Give a frame role="presentation"; give a table of data headings (<th scope="col">; in Markdown, the line above |---|).',
    'Donnez à un cadre role="presentation"; donnez des titres à un tableau de données (<th scope="col">; en Markdown, la ligne au-dessus de |---|).',
)


def check(context: CheckContext) -> Iterator[Finding]:
    """A table that is only a frame says so (`role="presentation"`); one that holds data has headings (WCAG 1.3.1).

    Level: warning.
    """
    for language, _text, page in context.texts:
        headed = {id(around) for head in page.every("th") for around in _tables(head)}
        for table in page.every("table"):
            plain = table.attributes.get("role", "").lower() not in _FRAME
            if plain and not table.hidden and id(table) not in headed:
                shown = short(table.words, 40)
                message = Said(
                    f"a table says neither that it is a frame, nor what its columns are: “{shown}”",
                    f"un tableau ne dit ni qu’il est un cadre, ni ce que sont ses colonnes{NBSP}: «{NBSP}{shown}{NBSP}»",
                )
                place = context.where(_first(page, table), language) or context.template
                yield warning(NAME, message, place, language, hint=_HINT)


def _tables(element: Element) -> Iterator[Element]:
    """The nearest table around a heading."""
    around = element.parent
    while around is not None:
        if around.tag == "table":
            yield around
            return
        around = around.parent


def _first(page: Page, table: Element) -> str:
    """The text of a table's first cell: words that stand in one piece."""
    cells = (one for one in page.elements if one.tag in {"td", "th"} and table in _tables(one) and one.text)
    return next((cell.text for cell in cells), "")
