"""An email's HTML as the checks read it: what a reader sees, which links and images there are.

In: the chunks of a text. Out: a Page. Called by CheckContext; read by the checks.

Conditional comments for Outlook repeat what stands outside of them and are left out. Marks stand as sample addresses below
`MARK`, so that every check can tell an author's link from ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from newsletter.model import markup
from newsletter.model.artwork import Chunks, Mark, MarkKind, SlotContext
from newsletter.model.edition import Artwork

#: begins the stand-in for a URL that is filled in later; the kind of the mark follows
MARK = "https://mark.invalid/"
#: the stand-in for a personal field
SLOT = "\u2026"
_URL_SLOT = "slot"
_LOOSE = re.compile(r"[^\S\u00a0\u202f]+")  # spaces at which a line may break

VOID = markup.VOID | markup.VML_VOID  #: elements that hold nothing
_SILENT = frozenset(("style", "script", "title", "head"))
_BREAKS = frozenset(
    [
        "address",
        "blockquote",
        "br",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "p",
        "table",
        "td",
        "th",
        "tr",
    ]
)


@dataclass(slots=True)
class Element:
    """A start tag, and the text inside it."""

    tag: str
    attributes: Mapping[str, str]
    parent: Element | None
    hidden: bool
    texts: list[str] = field(default_factory=list)
    own: list[str] = field(default_factory=list)  #: of the text, what stands in no element within it
    images: list[Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The visible text inside, in one line."""
        return " ".join("".join(self.texts).split())

    @property
    def words(self) -> str:
        """The same with its no-break spaces: as a remark quotes it."""
        return in_line("".join(self.texts))

    def within(self, *tags: str) -> bool:
        """True when an element around this one has one of these tags."""
        around = self.parent
        while around is not None:
            if around.tag in tags:
                return True
            around = around.parent
        return False


@dataclass(frozen=True, slots=True)
class Page:
    """An email's HTML, read once for all checks."""

    elements: tuple[Element, ...]
    text: str  #: everything visible, in one line
    code: tuple[str, ...]  #: what stands in <code> and <pre>: shown as written
    html: str = ""  #: as it was read, Outlook's comments included
    styles: tuple[str, ...] = ()  #: the contents of its <style> elements

    def every(self, tag: str) -> Iterator[Element]:
        """Elements of a tag, hidden ones too, outside of Outlook's comments."""
        return (element for element in self.elements if element.tag == tag)

    @property
    def ids(self) -> frozenset[str]:
        """What a link within the page can point at."""
        return frozenset(
            e.attributes[key] for e in self.elements for key in ("id", "name") if key in e.attributes
        )


def in_line(text: str) -> str:
    """A text on one line: spaces that may break become one space, no-break spaces belong to the words."""
    return _LOOSE.sub(" ", text).strip()


def read(chunks: Chunks, artwork: Artwork) -> Page:
    """The page that chunks make, with all conditional blocks shown."""
    html = sample(chunks, artwork)
    reader = _Reader()
    reader.feed(html)
    reader.close()
    text = " ".join("".join(reader.root.texts).split())
    return Page(
        tuple(reader.elements),
        text,
        tuple(element.text for element in reader.elements if element.tag in {"code", "pre"}),
        html,
        tuple(reader.styles),
    )


def sample(chunks: Chunks, artwork: Artwork) -> str:
    """Chunks as one text: authors' links as written, other marks as stand-ins, conditional blocks shown."""
    return "".join(piece if isinstance(piece, str) else _stand_in(piece, artwork) for piece in chunks)


def _stand_in(mark: Mark, artwork: Artwork) -> str:
    match mark.kind:
        case MarkKind.SLOT:
            return _URL_SLOT if mark.context in {SlotContext.URL, SlotContext.PLAIN_URL} else SLOT
        case MarkKind.LINK:
            plain = mark.context in {SlotContext.PLAIN, SlotContext.PLAIN_URL}
            url = artwork.links[mark.number].url
            return url if plain else url.replace("&", "&amp;").replace('"', "&quot;")
        case MarkKind.IMAGE:
            return f"{MARK}image/{mark.number}"
        case MarkKind.FILE:
            return f"{MARK}file/{mark.number}"
        case MarkKind.UNSUBSCRIBE | MarkKind.PREFERENCES | MarkKind.VIEW:
            return f"{MARK}{mark.kind.value}"
        case _:
            return ""


class _Reader(HTMLParser):
    """Builds elements; forgiving, as a mail program is."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {}, None, hidden=False)
        self.stack = [self.root]
        self.elements: list[Element] = []
        self.styles: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag opens."""
        around = self.stack[-1]
        attributes = {name: value or "" for name, value in reversed(attrs)}
        style = attributes.get("style", "").replace(" ", "").lower()
        element = Element(
            tag, attributes, around, around.hidden or "display:none" in style or "hidden" in attributes
        )
        self.elements.append(element)
        if tag in _BREAKS:
            self.handle_data(" ")
        if tag == "img":
            for open_element in self.stack:
                open_element.images.append(element)
        elif tag not in VOID:
            self.stack.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that closes itself."""
        self.handle_starttag(tag, attrs)
        if self.stack[-1].tag == tag and tag not in VOID:
            self.stack.pop()

    def handle_endtag(self, tag: str) -> None:
        """A tag closes, with whatever was left open inside it."""
        if tag in _BREAKS:
            self.handle_data(" ")
        depths = [depth for depth, element in enumerate(self.stack) if element.tag == tag]
        if depths:
            del self.stack[depths[-1] :]

    def handle_data(self, data: str) -> None:
        """Text."""
        here = self.stack[-1]
        if here.hidden or any(element.tag in _SILENT for element in self.stack):
            if here.tag == "title":
                here.texts.append(data)
            elif here.tag == "style":
                self.styles.append(data)
            return
        here.own.append(data)
        for element in self.stack:
            element.texts.append(data)
