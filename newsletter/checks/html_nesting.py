"""Tags and comments that do not close what they open.

In: the HTML of every text. Out: findings. Called by catalog.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from newsletter.checks.context import CheckContext, error
from newsletter.checks.page import VOID, Page
from newsletter.model.edition import BOTH
from newsletter.model.finding import Finding
from newsletter.model.said import Said

NAME = "html-nesting"

_OPTIONAL = frozenset(
    {"p", "li", "td", "th", "tr", "tbody", "thead", "option", "dd", "dt", "html", "body", "head", "colgroup"}
)
_ROWS = {
    "table": frozenset({"tbody", "thead", "tfoot", "tr", "caption", "colgroup", "col"}),
    "tbody": frozenset({"tr"}),
    "thead": frozenset({"tr"}),
    "tr": frozenset({"td", "th"}),
}
_OPENS = re.compile(r"<!--\[if[^\]]*\]>(?:<!-->)?")
_CLOSES = re.compile(r"<!(?:--<!)?\[endif\]-->")
_HINT = Said(
    "Each mail program mends this in its own way. Look for the tag in the template or component.",
    "Chaque logiciel de courriel répare cela à sa façon. Cherchez la balise dans le gabarit ou le composant.",
)


def check(context: CheckContext) -> Iterator[Finding]:
    """Every tag closes within the one that holds it, and every conditional comment for Outlook is closed; in a table nothing stands beside its
    cells.

    Level: error. Read without what only Outlook sees.
    """
    for language, _text, page in context.texts:
        if BOTH not in language:
            for message in _faults(page):
                yield error(NAME, message, context.template, language, hint=_HINT)


def _faults(page: Page) -> Iterator[Said]:
    opened, closed = len(_OPENS.findall(page.html)), len(_CLOSES.findall(page.html))
    if opened != closed:
        yield Said(
            f"{opened} comments for Outlook are opened and {closed} closed",
            f"{opened} commentaires pour Outlook sont ouverts et {closed} fermés",
        )
    for element in page.elements:
        around = element.parent.tag if element.parent else ""
        if around in _ROWS and element.tag not in _ROWS[around]:
            yield Said(
                f"<{element.tag}> stands directly in <{around}>",
                f"<{element.tag}> se trouve directement dans <{around}>",
            )
        if element.tag in _ROWS and "".join(element.own).strip():
            yield Said(
                f"words stand directly in <{element.tag}>",
                f"des mots se trouvent directement dans <{element.tag}>",
            )
    reader = _Balance()
    reader.feed(page.html)
    reader.close()
    yield from reader.faults[:3]
    left = [tag for tag in reader.open if tag not in _OPTIONAL]
    if left and not reader.faults:
        yield Said(f"<{left[-1]}> is never closed", f"<{left[-1]}> n’est jamais fermé")


class _Balance(HTMLParser):
    """Follows the tags; MJML writes every optional closing tag, so that one which is left out is forgiven only at its parent's end."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.faults: list[Said] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag opens."""
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that closes itself opens nothing."""

    def handle_endtag(self, tag: str) -> None:
        """A tag closes."""
        if tag in VOID:
            return
        position = len(self.open) - 1
        while position >= 0 and self.open[position] != tag and self.open[position] in _OPTIONAL:
            position -= 1
        if position >= 0 and self.open[position] == tag:
            del self.open[position:]
        elif tag in self.open:
            inner = self.open[-1]
            self.faults.append(
                Said(
                    f"</{tag}> closes before <{inner}> within it does",
                    f"</{tag}> se ferme avant <{inner}>, qu’il contient",
                )
            )
            del self.open[len(self.open) - 1 - self.open[::-1].index(tag) :]
        else:
            self.faults.append(
                Said(f"</{tag}> closes what was never opened", f"</{tag}> ferme ce qui n’a jamais été ouvert")
            )
