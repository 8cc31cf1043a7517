"""The compiler's defects that an author can see, D5 to D17 of the rendering research, each found before it shows.

In: a tree. Out: findings. Called by mjml.judge. What can be cured without the author is cured in mjml.harden.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from newsletter.compose.findings import MJML, STYLE, WHEN, Findings, near
from newsletter.compose.mjml.tree import Element
from newsletter.compose.tokens import Kind, Tokens
from newsletter.model.place import Place

_FRACTION = re.compile(r"\d+\.\d+%")
_ICONS = {
    "mj-accordion": ("icon-wrapped-url", "icon-unwrapped-url"),
    "mj-carousel": ("left-icon", "right-icon"),
}
_BRACES = re.compile(r"[{}]")
_COMMENT = re.compile(r"/\*.*?\*/|\"[^\"]*\"|'[^']*'", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Defects:
    """Looks for what the compiler would do wrong."""

    findings: Findings
    tokens: Tokens

    def judge(self, root: Element) -> None:
        """Look through a whole document."""
        classes = _classes(root)
        for element in root.walk():
            self._classes(element, classes)
            self._children(element)
            if element.tag == "mj-style":
                self._style(element)
            if element.tag == "mj-raw" and element.get("position") is not None:
                place = element.place_of("position")
                self.findings.error(MJML, "the compiler refuses position on mj-raw", place)
            self._fetched(element)

    def _fetched(self, element: Element) -> None:
        """What would make readers' mail programs ask another host, unasked by the author."""
        if element.tag == "mj-font":
            hint = "Name fonts that readers have, in the theme."
            self.findings.warning(MJML, "mj-font fetches a font from another host", element.place, hint=hint)
        missing = [name for name in _ICONS.get(element.tag, ()) if element.get(name) is None]
        if missing:
            message = f"<{element.tag}> without {' and '.join(missing)} fetches icons from another host"
            hint = 'Name images of your own: {{ image("up.png") }}.'
            self.findings.warning(MJML, message, element.place, hint=hint)

    def _children(self, element: Element) -> None:
        for child in element.elements():
            if element.tag == "mj-wrapper" and child.tag == "mj-raw":
                self._raw_in_wrapper(child)
            if element.tag == "mj-class":
                hint = "Give the values to the class itself."
                self.findings.error(
                    MJML, "the compiler refuses elements inside mj-class", child.place, hint=hint
                )
        for message, place in self._measures(element):
            self.findings.warning(MJML, message, place, hint="Use whole pixels.")

    def _raw_in_wrapper(self, child: Element) -> None:
        kinds = {self.tokens.kind_of(token) for token in self.tokens.found(child.text)}
        if Kind.WHEN in kinds:
            hint = "Let the body stand outside the mj-wrapper, or in a column: Outlook's table around each part cannot be cut there."
            self.findings.error(
                WHEN, "a conditional block cannot stand directly in mj-wrapper", child.place, hint=hint
            )
        elif Kind.END not in kinds:
            hint = "Put it into a column, or outside the wrapper."
            self.findings.error(
                MJML, "the compiler drops mj-raw that stands directly in mj-wrapper", child.place, hint=hint
            )

    def _classes(self, element: Element, classes: dict[str, set[str]]) -> None:
        names = (element.get("mj-class") or "").split()
        for name in names:
            if name not in classes:
                place = element.place_of("mj-class")
                self.findings.error(MJML, f"there is no mj-class “{name}”", place, hint=near(name, classes))
        shared = {
            attribute
            for index, name in enumerate(names)
            for other in names[index + 1 :]
            for attribute in classes.get(name, set()) & classes.get(other, set())
        }
        if shared:
            message = f"two classes both set {', '.join(sorted(shared))}"
            hint = "MJML takes the last, the compiler the first: keep each value in one class."
            self.findings.error(MJML, message, element.place_of("mj-class"), hint=hint)

    def _measures(self, element: Element) -> Iterator[tuple[str, Place]]:
        """Widths that the compiler reckons wrongly (D10, D11, D12)."""
        width = element.get("width") or ""
        tags = {child.tag for child in element.elements()}
        if element.tag == "mj-column" and _FRACTION.fullmatch(width) and "mj-image" in tags:
            yield (
                "an image in a column of a fractional width gets a fractional width itself",
                element.place_of("width"),
            )
        if element.tag == "mj-table" and element.get("cellspacing"):
            yield "cellspacing is reckoned differently by the compiler", element.place_of("cellspacing")
        if element.tag == "mj-column" and element.get("inner-border-radius"):
            yield (
                "inner-border-radius is reckoned differently by the compiler",
                element.place_of("inner-border-radius"),
            )
        if element.get("thumbnails") == "supported":
            yield 'the compiler shows no thumbnails for "supported"', element.place_of("thumbnails")
        if element.tag == "mj-hero":
            for child in element.elements():
                if child.tag == "mj-image" and not child.get("width"):
                    yield "an image in mj-hero needs its width: the compiler forgets the padding", child.place

    def _style(self, element: Element) -> None:
        """Nested rules: the compiler keeps them, Gmail then drops the whole block (D17, caniemail)."""
        bare = _COMMENT.sub(lambda match: " " * len(match[0]), element.text)
        wrappers: list[bool] = []
        for match in _BRACES.finditer(bare):
            if match[0] == "}":
                del wrappers[-1:]
                continue
            before = bare[: match.start()]
            head = re.split(r"[{};]", before)[-1]
            wrappers.append(head.lstrip().startswith("@"))
            if wrappers.count(False) > 1:
                place = element.text_place(len(before) - len(head.lstrip()))
                hint = "Write flat rules: Gmail drops a style block with nested ones."
                self.findings.warning(STYLE, "rules are nested in this style", place, hint=hint)
                return


def _classes(root: Element) -> dict[str, set[str]]:
    return {
        element.get("name") or "": {attribute.name for attribute in element.attributes} - {"name"}
        for element in root.walk()
        if element.tag == "mj-class"
    }
