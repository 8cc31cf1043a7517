"""MJML as a tree whose every element and attribute knows its place.

In: rendered templates. Out: elements. Called by all of mjml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from newsletter.compose.frame.marks import Origin
from newsletter.model.place import Place
from newsletter.model.said import NOTHING, Said

#: elements whose content is HTML, CSS or text, not MJML ("ending tags" of mjml-core)
ENDING = frozenset(
    {
        "mj-accordion-text",
        "mj-accordion-title",
        "mj-breakpoint",
        "mj-button",
        "mj-carousel-image",
        "mj-navbar-link",
    }
    | {"mj-preview", "mj-raw", "mj-social-element", "mj-style", "mj-table", "mj-text", "mj-title"}
)
_DEEPEST = 60
_TAG = re.compile(r"<(/?)([A-Za-z][\w:-]*)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ATTRIBUTE = re.compile(r"\s*([^\s=<>/\"']+)(\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))?)?", re.DOTALL)
_CLOSE = re.compile(r"\s*(/?)>")


class MjmlFault(Exception):
    """MJML that cannot be read on from here."""

    def __init__(self, message: Said, place: Place, hint: Said = NOTHING) -> None:
        super().__init__(str(message))
        self.message = message
        self.place = place
        self.hint = hint


@dataclass(slots=True)
class Attribute:
    """One attribute; `value` as written, entities and all."""

    name: str
    value: str
    place: Place


@dataclass(slots=True)
class Element:
    """An element. `text` is the content of an ending tag; `text_origin` tells where its characters came from."""

    tag: str
    place: Place
    attributes: list[Attribute] = field(default_factory=list)
    children: list[Element | Loose] = field(default_factory=list)
    text: str = ""
    origin: Origin | None = None
    text_at: int = 0
    moves: list[tuple[int, int]] = field(
        default_factory=list
    )  #: offsets in `text` as it is now, and as it was written

    def get(self, name: str) -> str | None:
        """The value of an attribute; None when it is not there."""
        return next((attribute.value for attribute in self.attributes if attribute.name == name), None)

    def place_of(self, name: str) -> Place:
        """The place of an attribute; of the element when it has none of this name."""
        found = (attribute.place for attribute in self.attributes if attribute.name == name)
        return next(found, self.place)

    def set(self, name: str, value: str) -> None:
        """Set an attribute."""
        for attribute in self.attributes:
            if attribute.name == name:
                attribute.value = value
                return
        self.attributes.append(Attribute(name, value, self.place))

    def elements(self) -> Iterator[Element]:
        """The children that are elements."""
        return (child for child in self.children if isinstance(child, Element))

    def walk(self) -> Iterator[Element]:
        """This element and all below it, in the order of the document."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(reversed(list(element.elements())))

    def text_place(self, offset: int) -> Place:
        """The place of an offset in `text`."""
        if self.origin is None:
            return self.place
        now, written = max((move for move in self.moves if move[0] <= offset), default=(0, 0))
        further = min((move[1] for move in self.moves if move[0] > offset), default=len(self.origin.text))
        return self.origin.place(self.text_at + min(written + offset - now, further))


@dataclass(slots=True)
class Loose:
    """Text between elements, where only blocks may stand."""

    text: str
    place: Place


def made(
    tag: str,
    place: Place,
    attributes: dict[str, str] | None = None,
    *,
    text: str = "",
    children: Iterable[Element | Loose] = (),
) -> Element:
    """A new element that stands for something at a place."""
    pairs = [Attribute(name, value, place) for name, value in (attributes or {}).items()]
    return Element(tag, place, pairs, list(children), text)


def parse(origin: Origin) -> list[Element | Loose]:
    """The elements of a document or of an include; raises MjmlFault."""
    return _Parser(origin).read()


def _unclosed(tag: str) -> Said:
    return Said(f"<{tag}> is never closed", f"<{tag}> n’est jamais fermé")


def _unended(tag: str) -> Said:
    return Said(f"{tag} is not closed with >", f"{tag} n’est pas fermé par >")


def _closes_nothing(tag: str, element: Element) -> Said:
    """What to say of an end without a beginning; `element` is the innermost that is open, nameless when none is."""
    open_still = Said("nothing is open", "rien n’est ouvert")
    if element.tag:
        open_still = Said(
            f"<{element.tag}> at {element.place} is still open",
            f"<{element.tag}> ({element.place}) est encore ouvert",
        )
    return Said(
        f"</{tag}> closes nothing here: {open_still.en}",
        f"</{tag}> ne ferme rien ici\u00a0: {open_still.fr}",
    )


class _Parser:
    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self.source = origin.text
        self.position = 0
        self.root = Element("", origin.place(0))
        self.open = [self.root]

    def read(self) -> list[Element | Loose]:
        while self.position < len(self.source):
            found = self.source.find("<", self.position)
            end = found if found >= 0 else len(self.source)
            self._loose(self.position, end)
            self.position = end
            if found >= 0:
                self._markup()
        if len(self.open) > 1:
            element = self.open[-1]
            raise MjmlFault(_unclosed(element.tag), element.place)
        return self.root.children

    def _loose(self, begin: int, end: int) -> None:
        text = self.source[begin:end].strip()
        if text:
            offset = self.source.index(text, begin)
            self.open[-1].children.append(Loose(text, self.origin.place(offset)))

    def _markup(self) -> None:
        if self.source.startswith("<!--", self.position):
            self._comment()
            return
        match = _TAG.match(self.source, self.position)
        if match is None:
            message = Said("this < begins no element", "ce < ne commence aucun élément")
            hint = Said(
                "Write &lt; for a smaller-than sign.",
                "Pour un signe «\u00a0plus petit que\u00a0», écrivez &lt;",
            )
            raise MjmlFault(message, self.origin.place(self.position), hint)
        if match[1]:
            self._end(match)
        else:
            self._begin(match)

    def _comment(self) -> None:
        match = _COMMENT.match(self.source, self.position)
        if match is None:
            message = Said("this comment is never closed", "ce commentaire n’est jamais fermé")
            hint = Said("Close it with -->.", "Fermez-le avec -->.")
            raise MjmlFault(message, self.origin.place(self.position), hint)
        self.position = match.end()

    def _end(self, match: re.Match[str]) -> None:
        close = _CLOSE.match(self.source, match.end())
        place = self.origin.place(match.start())
        if close is None:
            raise MjmlFault(_unended(f"</{match[2]}"), place)
        element = self.open[-1]
        if len(self.open) == 1 or element.tag != match[2].lower():
            raise MjmlFault(_closes_nothing(match[2], element), place)
        self.open.pop()
        self.position = close.end()

    def _begin(self, match: re.Match[str]) -> None:
        element = Element(match[2].lower(), self.origin.place(match.start()))
        self.position = match.end()
        empty = self._attributes(element)
        self.open[-1].children.append(element)
        if empty:
            return
        if element.tag in ENDING:
            self._content(element)
            return
        self.open.append(element)
        if len(self.open) > _DEEPEST:
            message = Said(
                f"more than {_DEEPEST} elements are nested here",
                f"plus de {_DEEPEST} éléments sont imbriqués ici",
            )
            hint = Said("Close what is open.", "Fermez ce qui est ouvert.")
            raise MjmlFault(message, element.place, hint)

    def _attributes(self, element: Element) -> bool:
        """Read up to `>`; True when the element closed itself with `/>`."""
        while True:
            close = _CLOSE.match(self.source, self.position)
            if close is not None:
                self.position = close.end()
                return bool(close[1])
            match = _ATTRIBUTE.match(self.source, self.position)
            if match is None:
                raise MjmlFault(_unended(f"<{element.tag}>"), element.place)
            element.attributes.append(self._attribute(match))
            self.position = match.end()

    def _attribute(self, match: re.Match[str]) -> Attribute:
        place = self.origin.place(match.start(1))
        value = match[3] if match[3] is not None else match[4]
        if value is None:
            name = match[1]
            message = Said(f"{name} has no value in quotes", f"{name} n’a pas de valeur entre guillemets")
            raise MjmlFault(message, place, Said(f'Write {name}="…".', f'Écrivez {name}="…".'))
        return Attribute(match[1], value, place)

    def _content(self, element: Element) -> None:
        end = re.compile(rf"</{element.tag}\s*>", re.IGNORECASE).search(self.source, self.position)
        if end is None:
            raise MjmlFault(_unclosed(element.tag), element.place)
        element.text = self.source[self.position : end.start()]
        element.origin, element.text_at = self.origin, self.position
        self.position = end.end()
