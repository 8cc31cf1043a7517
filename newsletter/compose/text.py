"""The plain-text part of one language: the theme's frame around the text of every block.

In: blocks, a Frame, values. Out: text with tokens. Called by compose.parts.

The frame is templates/<template>.txt, else templates/base.txt, else the content alone; a component's text is
templates/components/<name>.txt.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from newsletter.compose.body.blocks import Block, Blocks, Body, Fenced, Prose, When
from newsletter.compose.body.plain import PlainWriter
from newsletter.compose.findings import COMPONENT, Findings
from newsletter.compose.frame.looks import PlainView, kind
from newsletter.compose.frame.render import Frame
from newsletter.compose.frame.values import Opaque
from newsletter.compose.tokens import Tokens
from newsletter.model.said import Said

_SPARE = re.compile(r"\n{3,}")
_TRAILING = re.compile(r"[ \t]+\n")


class _Content(Opaque):
    """The whole body as text, written when a template asks for it."""

    __slots__ = ("_blocks", "_part")

    def __init__(self, part: PlainPart, blocks: Blocks) -> None:
        super().__init__("", "content")
        self._part = part
        self._blocks = blocks

    def __str__(self) -> str:
        return self._part.blocks(self._blocks)


class PlainPart:
    """Writes one language of one email as text."""

    def __init__(self, frame: Frame, tokens: Tokens, findings: Findings, values: Mapping[str, Any]) -> None:
        self._frame = frame
        self._tokens = tokens
        self._findings = findings
        self._values = dict(values)
        words = values["words"]
        self._writer = PlainWriter(tokens, words["image"] if "image" in iter(words) else "Image")

    def text(self, template: str, body: Body) -> str | None:
        """The whole part; None, with findings, when its template fails."""
        values = {
            **self._values,
            "content": _Content(self, body.blocks),
            "body": [self._view(block) for block in body.blocks],
        }
        name = next((name for name in (f"{template}.txt", "base.txt") if self._frame.has(name)), "")
        written = self._frame.rendered(name, values) if name else self.blocks(body.blocks)
        return None if written is None else tidy(written)

    def blocks(self, blocks: Blocks) -> str:
        """Blocks one below the other; a conditional block takes its own empty line with it when it is cut out."""
        pieces: list[str] = []
        leading = True
        for index, block in enumerate(blocks):
            gap = "\n\n" if index and not leading else ""
            if isinstance(block, When):
                opening, closing = self._tokens.condition(block.condition)
                after = "\n\n" if leading and index + 1 < len(blocks) else ""
                pieces.append(f"{opening}{gap}{self.blocks(block.blocks)}{after}{closing}")
            elif text := self.block(block):
                pieces.append(f"{gap}{text}")
                leading = False
        return "".join(pieces)

    def block(self, block: Block) -> str:
        """The text of one block."""
        if isinstance(block, When):
            return self.blocks((block,))
        if isinstance(block, Prose):
            return self._writer.prose(block)
        return self._component(block)

    def _component(self, block: Fenced) -> str:
        name = f"components/{kind(block)}.txt"
        if not self._frame.has(name):
            self._findings.error(
                COMPONENT,
                Said(
                    f"the theme has no text for “{kind(block)}”",
                    f"le thème n’a pas de forme en texte pour «\u00a0{kind(block)}\u00a0»",
                ),
                block.place,
                hint=Said(f"Add templates/{name}.", f"Ajoutez templates/{name}."),
            )
            return ""
        written = self._frame.rendered(name, {**self._values, "block": self._view(block)}, block.place)
        return tidy(written or "").strip("\n")

    def _view(self, block: Block) -> PlainView:
        return PlainView(block, self.block, self._writer.prose)


def tidy(text: str) -> str:
    """Text without trailing spaces or more than one empty line; it ends with one line break."""
    return _SPARE.sub("\n\n", _TRAILING.sub("\n", text)).strip("\n").rstrip() + "\n"
