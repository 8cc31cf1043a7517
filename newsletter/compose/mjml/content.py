"""The HTML inside mj-text and its like: closed as it should be, not nested too deep, nothing that no mail may hold.

In: a tree. Out: findings with the line. Called by mjml.judge.
"""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.compose.balance import unpaired
from newsletter.compose.findings import LIMIT, MJML, STYLE, Findings
from newsletter.compose.mjml.structure import holds_text
from newsletter.compose.mjml.tree import Element
from newsletter.compose.scan import VOID, What, scan
from newsletter.model.said import Said

_DEEPEST = 60
_REMOVED = Said(
    "Mail programs remove it, or the whole mail.",
    "Les logiciels de messagerie l’enlèvent, ou rejettent le courriel entier.",
)
_STYLE = Said("a style block stands in the body", "un bloc de styles se trouve dans le corps")
_DROPPED = Said(
    "Gmail drops it: use head.css or inline.css.",
    "Gmail le laisse tomber\u00a0: utilisez head.css ou inline.css.",
)
_BANNED = {"script", "iframe", "object", "embed", "form", "base", "link"}


@dataclass(frozen=True, slots=True)
class Content:
    """Judges the content of ending tags."""

    findings: Findings

    def judge(self, root: Element) -> None:
        """Judge a whole document."""
        for element in root.walk():
            if element.tag == "mj-raw":
                self._banned(element)
            elif holds_text(element):
                self._banned(element)
                self._shape(element)

    def _shape(self, element: Element) -> None:
        depth = 0
        for span in scan(element.text):
            if span.what is What.OPEN and span.tag not in VOID and not span.empty:
                depth += 1
                if depth > _DEEPEST:
                    place = element.text_place(span.start)
                    message = Said(
                        f"more than {_DEEPEST} elements are nested here",
                        f"plus de {_DEEPEST} éléments sont imbriqués ici",
                    )
                    self.findings.error(LIMIT, message, place)
                    return
            elif span.what is What.CLOSE:
                depth -= 1
        problem = unpaired(element.text)
        if problem:
            wrong, offset = problem
            message = Said(f"in <{element.tag}>, {wrong.en}", f"dans <{element.tag}>, {wrong.fr}")
            hint = Said("Close every element.", "Fermez chaque élément.")
            self.findings.error(MJML, message, element.text_place(offset), hint=hint)

    def _banned(self, element: Element) -> None:
        for span in scan(element.text):
            if span.what is not What.OPEN:
                continue
            if span.tag in _BANNED:
                place = element.text_place(span.start)
                message = Said(
                    f"<{span.tag}> cannot stand in a mail",
                    f"<{span.tag}> ne peut pas se trouver dans un courriel",
                )
                self.findings.error(MJML, message, place, hint=_REMOVED)
            elif span.tag == "style" and element.tag != "mj-raw":
                place = element.text_place(span.start)
                self.findings.error(STYLE, _STYLE, place, hint=_DROPPED)
