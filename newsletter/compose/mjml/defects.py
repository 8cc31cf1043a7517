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
from newsletter.model.said import Said

_FRACTION = re.compile(r"\d+\.\d+%")
_ICONS = {
    "mj-accordion": ("icon-wrapped-url", "icon-unwrapped-url"),
    "mj-carousel": ("left-icon", "right-icon"),
}
_BRACES = re.compile(r"[{}]")
_COMMENT = re.compile(r"/\*.*?\*/|\"[^\"]*\"|'[^']*'", re.DOTALL)

NO_WHEN_IN_WRAPPER = Said(
    "a conditional block cannot stand directly in mj-wrapper",
    "un bloc conditionnel ne peut pas se trouver directement dans mj-wrapper",
)
_WHOLE_PIXELS = Said("Use whole pixels.", "Utilisez des pixels entiers.")
_FRACTIONAL = Said(
    "an image in a column of a fractional width gets a fractional width itself",
    "une image dans une colonne de largeur fractionnaire reçoit elle-même une largeur fractionnaire",
)
_NO_THUMBNAILS = Said(
    'the compiler shows no thumbnails for "supported"',
    "le compilateur ne montre pas de vignettes pour «\u00a0supported\u00a0»",
)
_WIDTH_IN_HERO = Said(
    "an image in mj-hero needs its width: the compiler forgets the padding",
    "une image dans mj-hero a besoin de sa largeur\u00a0: le compilateur oublie les marges intérieures",
)


def _reckoned(name: str) -> Said:
    return Said(f"{name} is reckoned differently by the compiler", f"le compilateur calcule {name} autrement")


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
                message = Said(
                    "the compiler refuses position on mj-raw", "le compilateur refuse position sur mj-raw"
                )
                self.findings.error(MJML, message, place)
            self._fetched(element)

    def _fetched(self, element: Element) -> None:
        """What would make readers' mail programs ask another host, unasked by the author."""
        if element.tag == "mj-font":
            message = Said(
                "mj-font fetches a font from another host",
                "mj-font va chercher une police chez un autre hôte",
            )
            hint = Said(
                "Name fonts that readers have, in the theme.",
                "Nommez dans le thème des polices que les lecteurs possèdent.",
            )
            self.findings.warning(MJML, message, element.place, hint=hint)
        missing = [name for name in _ICONS.get(element.tag, ()) if element.get(name) is None]
        if missing:
            message = Said(
                f"<{element.tag}> without {' and '.join(missing)} fetches icons from another host",
                f"<{element.tag}> sans {' ni '.join(missing)} va chercher des icônes chez un autre hôte",
            )
            hint = Said(
                'Name images of your own: {{ image("up.png") }}.',
                'Nommez vos propres images\u00a0: {{ image("up.png") }}.',
            )
            self.findings.warning(MJML, message, element.place, hint=hint)

    def _children(self, element: Element) -> None:
        for child in element.elements():
            if element.tag == "mj-wrapper" and child.tag == "mj-raw":
                self._raw_in_wrapper(child)
            if element.tag == "mj-class":
                refused = Said(
                    "the compiler refuses elements inside mj-class",
                    "le compilateur refuse des éléments dans mj-class",
                )
                hint = Said(
                    "Give the values to the class itself.", "Donnez les valeurs à la classe elle-même."
                )
                self.findings.error(MJML, refused, child.place, hint=hint)
        for message, place in self._measures(element):
            self.findings.warning(MJML, message, place, hint=_WHOLE_PIXELS)

    def _raw_in_wrapper(self, child: Element) -> None:
        kinds = {self.tokens.kind_of(token) for token in self.tokens.found(child.text)}
        if Kind.WHEN in kinds:
            hint = Said(
                "Let the body stand outside the mj-wrapper, or in a column: "
                "Outlook's table around each part cannot be cut there.",
                "Laissez le corps hors du mj-wrapper, ou dans une colonne\u00a0: "
                "le tableau qu’Outlook met autour de chaque partie ne peut pas y être coupé.",
            )
            self.findings.error(WHEN, NO_WHEN_IN_WRAPPER, child.place, hint=hint)
        elif Kind.END not in kinds:
            message = Said(
                "the compiler drops mj-raw that stands directly in mj-wrapper",
                "le compilateur laisse tomber un mj-raw qui se trouve directement dans mj-wrapper",
            )
            hint = Said(
                "Put it into a column, or outside the wrapper.",
                "Mettez-le dans une colonne, ou hors du mj-wrapper.",
            )
            self.findings.error(MJML, message, child.place, hint=hint)

    def _classes(self, element: Element, classes: dict[str, set[str]]) -> None:
        names = (element.get("mj-class") or "").split()
        for name in names:
            if name not in classes:
                place = element.place_of("mj-class")
                message = Said(
                    f"there is no mj-class “{name}”", f"il n’y a pas de mj-class «\u00a0{name}\u00a0»"
                )
                self.findings.error(MJML, message, place, hint=near(name, classes))
        shared = {
            attribute
            for index, name in enumerate(names)
            for other in names[index + 1 :]
            for attribute in classes.get(name, set()) & classes.get(other, set())
        }
        if shared:
            named = ", ".join(sorted(shared))
            message = Said(f"two classes both set {named}", f"deux classes fixent toutes deux {named}")
            hint = Said(
                "MJML takes the last, the compiler the first: keep each value in one class.",
                "MJML prend la dernière, le compilateur la première\u00a0: "
                "gardez chaque valeur dans une seule classe.",
            )
            self.findings.error(MJML, message, element.place_of("mj-class"), hint=hint)

    def _measures(self, element: Element) -> Iterator[tuple[Said, Place]]:
        """Widths that the compiler reckons wrongly (D10, D11, D12)."""
        width = element.get("width") or ""
        tags = {child.tag for child in element.elements()}
        if element.tag == "mj-column" and _FRACTION.fullmatch(width) and "mj-image" in tags:
            yield _FRACTIONAL, element.place_of("width")
        if element.tag == "mj-table" and element.get("cellspacing"):
            yield _reckoned("cellspacing"), element.place_of("cellspacing")
        if element.tag == "mj-column" and element.get("inner-border-radius"):
            yield _reckoned("inner-border-radius"), element.place_of("inner-border-radius")
        if element.get("thumbnails") == "supported":
            yield _NO_THUMBNAILS, element.place_of("thumbnails")
        if element.tag == "mj-hero":
            for child in element.elements():
                if child.tag == "mj-image" and not child.get("width"):
                    yield _WIDTH_IN_HERO, child.place

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
                message = Said("rules are nested in this style", "des règles sont imbriquées dans ces styles")
                hint = Said(
                    "Write flat rules: Gmail drops a style block with nested ones.",
                    "Écrivez des règles sans imbrication\u00a0: Gmail laisse tomber tout bloc qui en contient.",
                )
                self.findings.warning(STYLE, message, place, hint=hint)
                return


def _classes(root: Element) -> dict[str, set[str]]:
    return {
        element.get("name") or "": {attribute.name for attribute in element.attributes} - {"name"}
        for element in root.walk()
        if element.tag == "mj-class"
    }
