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

_DEEPEST = 60
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
                    self.findings.error(LIMIT, f"more than {_DEEPEST} elements are nested here", place)
                    return
            elif span.what is What.CLOSE:
                depth -= 1
        problem = unpaired(element.text)
        if problem:
            message, offset = problem
            place = element.text_place(offset)
            self.findings.error(MJML, f"in <{element.tag}>, {message}", place, hint="Close every element.")

    def _banned(self, element: Element) -> None:
        for span in scan(element.text):
            if span.what is not What.OPEN:
                continue
            if span.tag in _BANNED:
                place = element.text_place(span.start)
                self.findings.error(
                    MJML,
                    f"<{span.tag}> cannot stand in a mail",
                    place,
                    hint="Mail programs remove it, or the whole mail.",
                )
            elif span.tag == "style" and element.tag != "mj-raw":
                place = element.text_place(span.start)
                self.findings.error(
                    STYLE,
                    "a style block stands in the body",
                    place,
                    hint="Gmail drops it: use head.css or inline.css.",
                )
