"""How each piece of visible text looks: its size, colour and ground, on a light and on a dark screen.

In: a page. Out: runs of text. Called by contrast, font_size, dark_mode, tap_target.

The mail's styles stand in its elements (they were inlined); what the head says for dark screens is read with a small part of CSS:
tags, classes, ids, descendants and children.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from newsletter.checks.colours import Colour, colour
from newsletter.checks.page import Element, Page, in_line

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_DARK = re.compile(r"@media[^{]*prefers-color-scheme\s*:\s*dark[^{]*\{")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_PART = re.compile(r"([.#]?)([\w-]+)|(\[[^\]]*\]|:[\w-]+(?:\([^)]*\))?)")
_SIZE = re.compile(r"(-?\d*\.?\d+)px")
_BOLD = frozenset({"bold", "bolder", "600", "700", "800", "900"})
_BOLD_TAGS = frozenset({"b", "strong", "th", "h1", "h2", "h3", "h4", "h5", "h6"})
_MEDIUM = 16.0
_DARKENED = (34, 34, 34)  # the ground that programs give to a mail without dark colours of its own


@dataclass(frozen=True, slots=True)
class Look:
    """What a text looks like. Colours are None where they cannot be known (a picture, a gradient)."""

    size: float = _MEDIUM
    bold: bool = False
    text: Colour | None = (0, 0, 0)
    ground: Colour | None = (255, 255, 255)
    hidden: bool = False  #: it, or what it stands in, is not displayed


class Seen(NamedTuple):
    """An element with its look in light and in dark (None: the mail has no dark colours)."""

    element: Element
    light: Look
    dark: Look | None


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of visible text, the element that holds it, its look in light and in dark (None: the mail has no dark colours)."""

    words: str
    element: Element
    light: Look
    dark: Look | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture and the grounds under it, on a light and on a dark screen; None where it is hidden, or the ground cannot be known."""

    element: Element
    light: Colour | None
    dark: Colour | None


class Compound(NamedTuple):
    """What a selector asks of one element; `never`: something that we do not read, and take for not given."""

    tags: frozenset[str]
    classes: frozenset[str]
    ids: frozenset[str]
    never: bool

    def fits(self, element: Element) -> bool:
        """True for an element that it speaks of."""
        if self.never or (self.tags and self.tags != {element.tag}):
            return False
        if self.classes and not self.classes <= set(element.attributes.get("class", "").split()):
            return False
        return not self.ids or self.ids == {element.attributes.get("id")}


@dataclass(frozen=True, slots=True)
class Rule:
    """One selector and what it declares; `weight` orders rules as CSS does."""

    weight: tuple[int, int, int]
    parts: tuple[tuple[str, Compound], ...]  #: from the last to the first: combinator before it, compound
    values: Mapping[str, str]


def runs(looks: Iterable[Seen]) -> Iterator[Run]:
    """Every piece of visible text, in order; what has no size or is only blank is none."""
    for element, light, dark in looks:
        words = in_line("".join(element.own))
        if words.strip("\u00a0\u200c\u200b") and light.size > 1:
            yield Run(words, element, light, dark)


def shown(looks: Iterable[Seen]) -> Iterator[Shown]:
    """Every picture, in order, with the grounds on which it is shown."""
    for element, light, dark in looks:
        if element.tag == "img":
            there = dark or Look(ground=_DARKENED)
            yield Shown(
                element, None if light.hidden else light.ground, None if there.hidden else there.ground
            )


def seen(page: Page) -> Iterator[Seen]:
    """Every element with its look on a light screen and on a dark one (None: the mail has no dark colours)."""
    rules = Sheet(dark_rules(page.styles))
    light: dict[int, Look] = {}
    dark: dict[int, Look] = {}
    for element in page.elements:
        around = id(element.parent)
        light[id(element)] = _look(element, light.get(around, Look()), {})
        if rules:
            dark[id(element)] = _look(element, dark.get(around, Look()), rules.declared(element))
        yield Seen(element, light[id(element)], dark.get(id(element)))


def style_of(element: Element) -> Mapping[str, str]:
    """The declarations of an element's own style."""
    return _declarations(element.attributes.get("style", ""))


def pixels(value: str) -> float | None:
    """A length in CSS pixels; None for any other."""
    found = _SIZE.fullmatch(value.strip())
    return float(found[1]) if found else (0.0 if value.strip() == "0" else None)


@lru_cache(maxsize=2000)
def _declarations(style: str) -> Mapping[str, str]:
    found = {}
    for part in style.split(";"):
        name, colon, value = part.partition(":")
        if colon:
            found[name.strip().lower()] = value.strip().removesuffix("!important").strip()
    return found


def _look(element: Element, around: Look, forced: Mapping[str, str]) -> Look:
    values = {**style_of(element), **forced}
    if "background" in forced:
        values.pop("background-color", None)
    size = pixels(values.get("font-size", ""))
    weight = values.get("font-weight", "").lower()
    bold = weight in _BOLD if weight else around.bold or element.tag in _BOLD_TAGS
    written = values.get("color") or element.attributes.get("color", "")
    text = colour(written) if written and written != "inherit" else around.text
    hidden = around.hidden or values.get("display", "").lower() == "none" or "hidden" in element.attributes
    return Look(around.size if size is None else size, bold, text, _ground(element, values, around), hidden)


def _ground(element: Element, values: Mapping[str, str], around: Look) -> Colour | None:
    shorthand = values.get("background", "")
    if "url(" in shorthand or "gradient(" in shorthand or "url(" in values.get("background-image", ""):
        return None
    written = values.get("background-color") or shorthand or element.attributes.get("bgcolor", "")
    if not written or written in {"transparent", "none", "inherit", "initial"}:
        return around.ground
    return colour(written.split()[0] if not written.startswith("rgb") else written)


def dark_rules(styles: tuple[str, ...]) -> tuple[Rule, ...]:
    """The rules for dark screens, weakest first."""
    found: list[Rule] = []
    for style in styles:
        text = _COMMENT.sub("", style)
        for block in _DARK.finditer(text):
            for selectors, body in _RULE.findall(_block(text, block.end())):
                values = _declarations(body)
                found += [
                    _rule(selector.strip(), values, len(found))
                    for selector in selectors.split(",")
                    if selector
                ]
    return tuple(sorted(found, key=lambda rule: rule.weight))


def _block(text: str, start: int) -> str:
    depth = 1
    for position in range(start, len(text)):
        depth += (text[position] == "{") - (text[position] == "}")
        if depth == 0:
            return text[start:position]
    return text[start:]


def _rule(selector: str, values: Mapping[str, str], order: int) -> Rule:
    steps = re.findall(r"(>|\s|^)\s*([^\s>]+)", re.sub(r"\s*>\s*", ">", selector))
    parts = tuple((combinator.strip(), _compound(written)) for combinator, written in reversed(steps))
    ids = selector.count("#")
    classes = selector.count(".") + selector.count("[") + selector.count(":")
    return Rule((ids, classes, order), parts, values)


def _compound(written: str) -> Compound:
    found = _PART.findall(written)
    named = {
        sign: frozenset(name for its, name, other in found if its == sign and not other)
        for sign in (".", "#")
    }
    tags = frozenset(name.lower() for sign, name, other in found if not (sign or other))
    return Compound(tags, named["."], named["#"], any(other for *_, other in found))


class Sheet:
    """Rules, weakest first, found by a class that they ask for: an element has one or two, a sheet dozens."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self._any = bool(rules)
        self._found: dict[str, list[tuple[int, Rule]]] = {}
        for place, rule in enumerate(rules):
            if rule.parts:
                self._found.setdefault(min(rule.parts[0][1].classes, default=""), []).append((place, rule))

    def __bool__(self) -> bool:
        return self._any

    def declared(self, element: Element) -> Mapping[str, str]:
        """What the rules say of an element, the strongest last."""
        names = {"", *element.attributes.get("class", "").split()}
        near = sorted((one for name in names for one in self._found.get(name, ())), key=itemgetter(0))
        values: dict[str, str] = {}
        for _, rule in near:
            if rule.parts[0][1].fits(element) and _around(element, rule.parts):
                values.update(rule.values)
        return values


def _around(element: Element, parts: tuple[tuple[str, Compound], ...]) -> bool:
    """True when the elements around fit the rest of the selector."""
    if len(parts) == 1:
        return True
    direct = parts[0][0] == ">"
    around = element.parent
    while around is not None:
        if parts[1][1].fits(around) and _around(around, parts[1:]):
            return True
        if direct:
            return False
        around = around.parent
    return False
