"""Chunks: a text cut at the places where readers differ.

In: what compose sliced. Out: values that preview, outbox and SendGrid fill alike. Called by compose, dispatch, providers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from newsletter.model.place import Place


class MarkKind(StrEnum):
    """What stands at a cut."""

    SLOT = "slot"  #: a personal field; `number` is its place in Edition.slots
    LINK = "link"  #: an author's link; `number` is its place in Edition.links
    UNSUBSCRIBE = "unsubscribe"  #: the reader's own unsubscribe page, a whole URL
    PREFERENCES = "preferences"  #: the reader's own preferences page, a whole URL
    VIEW = "view"  #: view in browser, a whole URL
    PIXEL = "pixel"  #: the open image, a whole <img> or nothing
    IMAGE = "image"  #: an image of the edition; `number` is its place in Edition.images; a whole URL
    FILE = "file"  #: a hosted file; `number` is its place in Artwork.hosted; a whole URL
    WHEN = "when"  #: a conditional block opens; `number` is its place in Edition.conditions
    END = "end"  #: it closes (same number)


class SlotContext(StrEnum):
    """Where a mark stands, and so how its value is escaped."""

    TEXT = "text"  #: HTML text
    ATTRIBUTE = "attribute"  #: inside a quoted HTML attribute
    URL = "url"  #: inside the path, query or fragment of a URL in an HTML attribute
    SUBJECT = "subject"  #: a header: one line, no encoded word
    PLAIN = "plain"  #: the plain-text part
    PLAIN_URL = "plain-url"  #: inside a URL in the plain-text part


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a text that is filled for a variant or for a member."""

    kind: MarkKind
    number: int = 0
    context: SlotContext = SlotContext.TEXT


Piece = str | Mark
Chunks = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class SlotFilter:
    """A named step from the closed list, with its literal arguments."""

    name: str
    arguments: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """A personal field: what is taken of a member, and what stands there when the member has none.

    `field` is a name of `member.FIELDS` or the name of an attribute. `fallback` is None when the author gave none.
    """

    field: str
    fallback: str | None = None
    filters: tuple[SlotFilter, ...] = ()
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """An author's link. `url` is absolute http(s), entities decoded. `label` is what the reader sees; `language` whose text.

    A link that holds a slot (`personal`) is never rewritten: its target differs by reader.
    """

    url: str
    label: str = ""
    language: str = ""
    place: Place | None = None
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """When a block is shown: a segment's name or an expression, and (once frozen) the expression it stood for."""

    source: str
    expression: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """An image of the edition, named by its content: `digest` is SHA-256 in hex; sizes in pixels and bytes."""

    digest: str
    media_type: str
    width: int
    height: int
    size: int
    name: str  #: the file as the author called it, relative to the workspace

    @property
    def file_name(self) -> str:
        """Name under the public base URL: the first 24 hex digits and the type's ending."""
        ending = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif"}[self.media_type]
        return f"{self.digest[:24]}.{ending}"
