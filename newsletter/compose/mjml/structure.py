"""MJML judged by its tables: elements, nesting, attributes, their values, each with file, line and column.

In: a tree. Out: findings. Called by mjml.judge. The compiler itself accepts all of this in silence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from newsletter.compose.findings import MJML, Findings, near
from newsletter.compose.mjml.tables import ATTRIBUTES, CHILDREN, DROPPED, ELEMENTS, FRESH
from newsletter.compose.mjml.tree import ENDING, Attribute, Element, Loose
from newsletter.compose.mjml.values import fault
from newsletter.compose.tokens import Kind, Tokens

#: what MJML knows and the compiler refuses or loses
_REFUSED = {
    "mj-html-attributes": "the compiler does not know mj-html-attributes",
    "mj-selector": "the compiler does not know mj-selector",
    "mj-html-attribute": "the compiler does not know mj-html-attribute",
}
_ALL_ATTRIBUTES = {name: kind for kinds in ATTRIBUTES.values() for name, kind in kinds.items()}


@dataclass(frozen=True, slots=True)
class Structure:
    """Judges elements and attributes."""

    findings: Findings
    tokens: Tokens

    def judge(self, root: Element) -> None:
        """Judge a whole document."""
        for element in root.walk():
            if element.tag != "mj-attributes":
                self._children(element)
            self._attributes(element)
        self._one(root, "mj-body")

    def _one(self, root: Element, tag: str) -> None:
        found = [child for child in root.elements() if child.tag == tag]
        if len(found) != 1:
            self.findings.error(MJML, f"a document has one <{tag}>, this one {len(found)}", root.place)

    def _children(self, element: Element) -> None:
        allowed = CHILDREN.get(element.tag, "").split()
        for child in element.children:
            if isinstance(child, Loose):
                self._loose(element, child)
            elif child.tag not in allowed:
                self._misplaced(element, child, allowed)

    def _loose(self, element: Element, loose: Loose) -> None:
        shown = self.tokens.pattern.sub("…", loose.text)[:40]
        message = f"text cannot stand directly in <{element.tag}>: {shown}"
        self.findings.error(MJML, message, loose.place, hint="Put it into <mj-text>.")

    def _misplaced(self, element: Element, child: Element, allowed: list[str]) -> None:
        if child.tag in _REFUSED:
            self.findings.error(MJML, _REFUSED[child.tag], child.place)
        elif child.tag not in ELEMENTS:
            hint = (
                near(child.tag, allowed or ELEMENTS)
                or f"In <{element.tag}> may stand: {', '.join(allowed) or 'nothing'}."
            )
            self.findings.error(MJML, f"there is no element <{child.tag}>", child.place, hint=hint)
        else:
            homes = ", ".join(sorted(tag for tag, inner in CHILDREN.items() if child.tag in inner.split()))
            hint = f"<{child.tag}> may stand in: {homes}." if homes else ""
            self.findings.error(
                MJML, f"<{child.tag}> cannot stand in <{element.tag}>", child.place, hint=hint
            )

    def _attributes(self, element: Element) -> None:
        seen: set[str] = set()
        for attribute in element.attributes:
            if attribute.name in seen:
                message = f"{attribute.name} stands here a second time"
                self.findings.error(
                    MJML, message, attribute.place, hint="MJML takes the first, the compiler the last."
                )
            seen.add(attribute.name)
            for message, hint in self._judged(element, attribute):
                self.findings.error(MJML, message, attribute.place, hint=hint)
            self._lost(element, attribute)

    def _judged(self, element: Element, attribute: Attribute) -> Iterator[tuple[str, str]]:
        kinds = self._kinds(element)
        if any(self.tokens.kind_of(token) is Kind.BLOCKS for token in self.tokens.found(attribute.value)):
            yield (
                f"the body of an issue cannot stand in {attribute.name}",
                "Use block.attributes or block.text.",
            )
        elif attribute.name not in kinds:
            if attribute.name not in FRESH.get(element.tag, "").split() and element.tag in ELEMENTS:
                yield f"<{element.tag}> has no attribute {attribute.name}", near(attribute.name, kinds)
        elif not self.tokens.within(attribute.value):
            wanted = fault(kinds[attribute.name], attribute.value)
            if wanted:
                yield f'{attribute.name}="{attribute.value}" is not {wanted}', ""

    def _kinds(self, element: Element) -> dict[str, str]:
        if element.tag == "mj-all":
            return _ALL_ATTRIBUTES
        if element.tag == "mj-class":
            return {**_ALL_ATTRIBUTES, "name": "string"}
        return ATTRIBUTES.get(element.tag, {})

    def _lost(self, element: Element, attribute: Attribute) -> None:
        lost = f"{FRESH.get(element.tag, '')} {DROPPED.get(element.tag, '')}".split()
        if attribute.name in lost:
            message = f"the compiler drops {attribute.name} of <{element.tag}>"
            self.findings.warning(
                MJML, message, attribute.place, hint="Reach the same by CSS: css-class and head.css."
            )


def holds_text(element: Element) -> bool:
    """True for elements whose content is HTML that readers see."""
    return element.tag in ENDING - {
        "mj-style",
        "mj-raw",
        "mj-breakpoint",
        "mj-title",
        "mj-preview",
        "mj-carousel-image",
    }
