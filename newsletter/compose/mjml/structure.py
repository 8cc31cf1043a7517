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
from newsletter.model.said import NOTHING, Said

#: what MJML knows and the compiler refuses or loses
_REFUSED = frozenset({"mj-html-attributes", "mj-selector", "mj-html-attribute"})
_USE_THE_BLOCK = Said("Use block.attributes or block.text.", "Utilisez block.attributes ou block.text.")
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
            message = Said(
                f"a document has one <{tag}>, this one {len(found)}",
                f"un document a un seul <{tag}>; celui-ci en a {len(found)}",
            )
            self.findings.error(MJML, message, root.place)

    def _children(self, element: Element) -> None:
        allowed = CHILDREN.get(element.tag, "").split()
        for child in element.children:
            if isinstance(child, Loose):
                self._loose(element, child)
            elif child.tag not in allowed:
                self._misplaced(element, child, allowed)

    def _loose(self, element: Element, loose: Loose) -> None:
        shown = self.tokens.pattern.sub("…", loose.text)[:40]
        message = Said(
            f"text cannot stand directly in <{element.tag}>: {shown}",
            f"du texte ne peut pas se trouver directement dans <{element.tag}>\u00a0: {shown}",
        )
        hint = Said("Put it into <mj-text>.", "Mettez-le dans <mj-text>.")
        self.findings.error(MJML, message, loose.place, hint=hint)

    def _misplaced(self, element: Element, child: Element, allowed: list[str]) -> None:
        if child.tag in _REFUSED:
            message = Said(
                f"the compiler does not know {child.tag}", f"le compilateur ne connaît pas {child.tag}"
            )
            self.findings.error(MJML, message, child.place)
        elif child.tag not in ELEMENTS:
            message = Said(f"there is no element <{child.tag}>", f"il n’y a pas d’élément <{child.tag}>")
            hint = near(child.tag, allowed or ELEMENTS) or _allowed(element.tag, allowed)
            self.findings.error(MJML, message, child.place, hint=hint)
        else:
            message = Said(
                f"<{child.tag}> cannot stand in <{element.tag}>",
                f"<{child.tag}> ne peut pas se trouver dans <{element.tag}>",
            )
            self.findings.error(MJML, message, child.place, hint=_homes(child.tag))

    def _attributes(self, element: Element) -> None:
        seen: set[str] = set()
        for attribute in element.attributes:
            if attribute.name in seen:
                message = Said(
                    f"{attribute.name} stands here a second time",
                    f"{attribute.name} se trouve ici une deuxième fois",
                )
                hint = Said(
                    "MJML takes the first, the compiler the last.",
                    "MJML prend le premier, le compilateur le dernier.",
                )
                self.findings.error(MJML, message, attribute.place, hint=hint)
            seen.add(attribute.name)
            for message, hint in self._judged(element, attribute):
                self.findings.error(MJML, message, attribute.place, hint=hint)
            self._lost(element, attribute)

    def _judged(self, element: Element, attribute: Attribute) -> Iterator[tuple[Said, Said]]:
        kinds = self._kinds(element)
        if any(self.tokens.kind_of(token) is Kind.BLOCKS for token in self.tokens.found(attribute.value)):
            message = Said(
                f"the body of an issue cannot stand in {attribute.name}",
                f"le corps d’un numéro ne peut pas se trouver dans {attribute.name}",
            )
            yield message, _USE_THE_BLOCK
        elif attribute.name not in kinds:
            if attribute.name not in FRESH.get(element.tag, "").split() and element.tag in ELEMENTS:
                message = Said(
                    f"<{element.tag}> has no attribute {attribute.name}",
                    f"<{element.tag}> n’a pas d’attribut {attribute.name}",
                )
                yield message, near(attribute.name, kinds)
        elif not self.tokens.within(attribute.value):
            wanted = fault(kinds[attribute.name], attribute.value)
            if wanted:
                written = f'{attribute.name}="{attribute.value}"'
                yield (
                    Said(
                        f"{written} is not {wanted.en}",
                        f"{written} ne convient pas; il faut {wanted.fr}",
                    ),
                    NOTHING,
                )

    def _kinds(self, element: Element) -> dict[str, str]:
        if element.tag == "mj-all":
            return _ALL_ATTRIBUTES
        if element.tag == "mj-class":
            return {**_ALL_ATTRIBUTES, "name": "string"}
        return ATTRIBUTES.get(element.tag, {})

    def _lost(self, element: Element, attribute: Attribute) -> None:
        lost = f"{FRESH.get(element.tag, '')} {DROPPED.get(element.tag, '')}".split()
        if attribute.name in lost:
            message = Said(
                f"the compiler drops {attribute.name} of <{element.tag}>",
                f"le compilateur laisse tomber {attribute.name} de <{element.tag}>",
            )
            hint = Said(
                "Reach the same by CSS: css-class and head.css.",
                "Obtenez le même effet par CSS\u00a0: css-class et head.css.",
            )
            self.findings.warning(MJML, message, attribute.place, hint=hint)


def _allowed(tag: str, allowed: list[str]) -> Said:
    named = ", ".join(allowed)
    return Said(
        f"In <{tag}> may stand: {named or 'nothing'}.",
        f"Dans <{tag}> peuvent se trouver\u00a0: {named}."
        if named
        else f"Rien ne peut se trouver dans <{tag}>.",
    )


def _homes(tag: str) -> Said:
    homes = ", ".join(sorted(home for home, inner in CHILDREN.items() if tag in inner.split()))
    if not homes:
        return NOTHING
    return Said(f"<{tag}> may stand in: {homes}.", f"<{tag}> peut se trouver dans\u00a0: {homes}.")


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
