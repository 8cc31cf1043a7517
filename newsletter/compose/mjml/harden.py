"""A document made safe for the compiler: what MJML would do and mrml 6.0.1 does not, done beforehand.

In: a judged tree. Out: the same, altered in place, and the CSS that is to be inlined. Called by compose.parts. D-numbers:
rendering research 2.
"""

from __future__ import annotations

import re

from newsletter.compose.finish import direction
from newsletter.compose.mjml.tree import Element

_ZERO = re.compile(r"(?<![\w.])0(?![\w.%])")
#: elements whose own defaults (mj-attributes) the compiler forgets where their parent has some (D7, D8)
_FORGETFUL = {
    "mj-body": ("width", "background-color"),
    "mj-social-element": None,
    "mj-accordion-element": None,
    "mj-carousel-image": None,
    "mj-divider": ("align",),
}


#: elements that become an <img>, which without alt is read aloud by its file name
_SHOWN = frozenset({"mj-image", "mj-social-element", "mj-carousel-image"})


def harden(root: Element, language: str) -> str:
    """Alter a document for the compiler; the text of its `<mj-style inline="inline">` is taken out and returned."""
    if root.get("lang") in {None, "", "und"}:
        root.set("lang", language)
    if root.get("dir") in {None, "", "auto"}:
        root.set("dir", direction(language))
    defaults = _defaults(root)
    for element in root.walk():
        _zeros(element)
        _whole_width(element)
        _own_defaults(element, defaults)
        if element.tag in _SHOWN and element.get("alt") is None:
            element.set("alt", "")  # D4; that it is missing was told by the checks
    _drop_empty_previews(root)
    return _inline_styles(root)


def _zeros(element: Element) -> None:
    """D3: a zero without a unit makes the compiler forget the padding when it reckons widths."""
    for attribute in element.attributes:
        if "padding" in attribute.name:
            attribute.value = _ZERO.sub("0px", attribute.value)


def _whole_width(element: Element) -> None:
    """The compiler takes any value of full-width for a yes, `false` too."""
    if element.get("full-width") not in {None, "full-width"}:
        element.attributes = [one for one in element.attributes if one.name != "full-width"]


def _defaults(root: Element) -> dict[str, dict[str, str]]:
    """What mj-attributes says, by element; classes as `.name`."""
    defaults: dict[str, dict[str, str]] = {}
    for holder in root.walk():
        if holder.tag != "mj-attributes":
            continue
        for element in holder.elements():
            values = {attribute.name: attribute.value for attribute in element.attributes}
            key = f".{values.pop('name', '')}" if element.tag == "mj-class" else element.tag
            defaults.setdefault(key, {}).update(values)
    return defaults


def _own_defaults(element: Element, defaults: dict[str, dict[str, str]]) -> None:
    """D7, D8: defaults written on the element itself, where a class does not say otherwise."""
    if element.tag not in _FORGETFUL:
        return
    only = _FORGETFUL[element.tag]
    classes = [f".{name}" for name in (element.get("mj-class") or "").split()]
    for key in (*reversed(classes), element.tag, "mj-all"):
        for name, value in defaults.get(key, {}).items():
            if (
                element.get(name) is None
                and (only is None or name in only)
                and (key != "mj-all" or only is not None)
            ):
                element.set(name, value)


def _drop_empty_previews(root: Element) -> None:
    """An empty preheader would become an empty hidden part of the body."""
    for head in root.elements():
        head.children = [
            child
            for child in head.children
            if not (isinstance(child, Element) and child.tag == "mj-preview" and not child.text.strip())
        ]


def _inline_styles(root: Element) -> str:
    """The compiler inlines nothing: what asks for it is handed to premailer."""
    found: list[str] = []
    for parent in root.walk():
        for child in [
            child
            for child in parent.elements()
            if child.tag == "mj-style" and child.get("inline") == "inline"
        ]:
            found.append(child.text)
            parent.children.remove(child)
    return "\n".join(found)
