"""Looks: the templates of components, and what of a block they are handed.

In: blocks. Out: values for templates. Called by compose.parts (MJML) and compose.text (plain text).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from newsletter.compose.body.blocks import Block, Blocks, Fenced, Prose, When
from newsletter.compose.body.plain import PlainWriter
from newsletter.compose.body.tying import headed, tied
from newsletter.compose.components import Body as Inner
from newsletter.compose.components import Component
from newsletter.compose.components import Kind as ValueKind
from newsletter.compose.frame.values import Inline, Opaque, Table, Text
from newsletter.compose.tokens import Kind, Tokens

#: the looks of what is no component, where templates/components/ holds none
BUILT_IN = {
    "components/prose.mjml": "<mj-text>{{ block.content }}</mj-text>",
    "components/band.mjml": "<mj-section><mj-column>{{ block.content }}</mj-column></mj-section>",
}


class BlockView(Opaque):
    """A block as MJML templates see it. Written, it is a token that is expanded where it stands.

    `kind` is "prose", "when" or the component's name; `content` the prose inside (for a line: its HTML), `rows` lists of cells (HTML),
    `text` the same as plain text, `blocks` what is inside a conditional block, or the parts of a component.
    """

    __slots__ = ("attributes", "blocks", "content", "kind", "rows", "text")

    def __init__(self, block: Block, tokens: Tokens) -> None:
        super().__init__(blocks_token((block,), tokens), "a block")
        self.kind = kind(block)
        self.attributes = attributes(block, _tied)
        self.rows = [[_html(cell) for cell in row] for row in block.rows] if isinstance(block, Fenced) else []
        self.content = _content(block, tokens)
        self.text = Text(_text(block, tokens))
        self.blocks = [BlockView(part, tokens) for part in _inner(block)]


def kind(block: Block) -> str:
    """The name of a block's kind."""
    if isinstance(block, Fenced):
        return block.component.name
    return "when" if isinstance(block, When) else "prose"


def _inner(block: Block) -> Blocks:
    if isinstance(block, Prose):
        return ()
    return block.blocks if isinstance(block, When) else block.parts


def attributes(block: Block, shaped: Callable[[str, Component, str], str] | None = None) -> Table:
    """The attributes of a block as templates read them; `shaped` may alter one by its name."""
    if not isinstance(block, Fenced):
        return Table(kind(block), {})
    known = block.component
    values = block.attributes.items()
    return Table(
        known.name,
        {name: Text(shaped(name, known, value) if shaped else value) for name, value in values},
    )


def _tied(name: str, component: Component, value: str) -> str:
    """In HTML a title keeps its last two words together, and a text its numbers with their units."""
    known = component.attributes.get(name)
    if known is None or known.kind is not ValueKind.TEXT or name == "alt":
        return value
    return headed(value) if name == "title" else tied(value)


def blocks_token(blocks: Blocks, tokens: Tokens) -> str:
    """The token of neighbouring blocks."""
    key = "|".join(f"{kind(block)} {block.place}" for block in blocks)
    return tokens.put(Kind.BLOCKS, key, blocks)


def _content(block: Block, tokens: Tokens) -> Any:
    if isinstance(block, Prose):
        return Opaque(blocks_token((block,), tokens), "content")
    if not isinstance(block, Fenced) or block.prose is None:
        return Text("")
    if block.component.body is Inner.LINE:
        return Inline(headed(block.prose.html)) if kind(block) == "heading" else _html(block.prose)
    return Opaque(blocks_token((block.prose,), tokens), "content")


def _text(block: Block, tokens: Tokens) -> str:
    prose = block.prose if isinstance(block, Fenced) else block
    return PlainWriter(tokens).prose(prose) if isinstance(prose, Prose) else ""


def _html(prose: Prose) -> Inline:
    return Inline(prose.html)  # cleaned by an allow-list when it was read


class PlainView(Opaque):
    """A block as plain-text templates see it: the same names, with texts. Written, it is its whole text."""

    __slots__ = ("_block", "_whole", "_write", "attributes", "blocks", "kind", "rows")

    def __init__(self, block: Block, write: Callable[[Block], str], line: Callable[[Prose], str]) -> None:
        super().__init__("", "a block")
        self._block = block
        self._write = write
        self._whole = ""
        self.kind = kind(block)
        self.attributes = attributes(block)
        rows = block.rows if isinstance(block, Fenced) else ()
        self.rows = [[Text(line(cell)) for cell in row] for row in rows]
        self.blocks = [PlainView(part, write, line) for part in _inner(block)]

    def __str__(self) -> str:
        self._whole = self._whole or self._write(self._block)
        return self._whole

    @property
    def text(self) -> Text:
        """The text inside a component, or of prose."""
        prose = self._block.prose if isinstance(self._block, Fenced) else self._block
        return Text(self._write(prose) if prose is not None else "")

    content = text
