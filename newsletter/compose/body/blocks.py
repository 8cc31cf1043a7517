"""What a body is made of: prose, components, conditional blocks.

In: what body.read found. Out: values that HTML and text are both made from. Called by body, frame, mjml, text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from markdown_it.token import Token

from newsletter.compose.components import Component, Level
from newsletter.model.artwork import Condition
from newsletter.model.place import Place


@dataclass(frozen=True, slots=True)
class Prose:
    """A stretch of Markdown: its tokens (plain text is made of them) and its HTML, which is safe and well-formed."""

    tokens: tuple[Token, ...]
    html: str
    place: Place


@dataclass(frozen=True, slots=True)
class Fenced:
    """A component as written. `attributes` holds all of its catalogue's; `rows` cells as one line of prose each."""

    component: Component
    attributes: Mapping[str, str]
    prose: Prose | None
    rows: tuple[tuple[Prose, ...], ...]
    place: Place


@dataclass(frozen=True, slots=True)
class When:
    """Blocks that are shown to those for whom a condition holds."""

    condition: Condition
    blocks: tuple[Block, ...]
    place: Place


Block = Prose | Fenced | When
Blocks = tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class ImageSeen:
    """An image in prose, as its author wrote it."""

    path: str
    alt: str | None
    place: Place
    linked: bool


@dataclass(slots=True)
class Body:
    """The blocks of one language, and where the author's links and images stand."""

    blocks: Blocks = ()
    links: dict[str, Place] = field(default_factory=dict)  #: encoded URL → where it stands first
    images: list[ImageSeen] = field(default_factory=list)
    spellings: dict[str, str] = field(default_factory=dict)  #: how each slot was written, by its token


def level(block: Block) -> Level:
    """Where the look of a block stands in MJML."""
    if isinstance(block, Fenced):
        return block.component.level
    if isinstance(block, When) and any(level(inner) is Level.SECTION for inner in block.blocks):
        return Level.SECTION
    return Level.COLUMN
