"""What stands inside a component: a line, prose, rows, a table, or further components of one kind.

In: a fence and its component. Out: prose, rows. Called by body.read, which reads the parts itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from markdown_it.token import Token

from newsletter.compose.body.blocks import Prose
from newsletter.compose.body.fences import Fence, Lines
from newsletter.compose.body.prose import ProseReader
from newsletter.compose.components import Body, Component
from newsletter.compose.findings import COMPONENT, Findings
from newsletter.model.place import Place

_BAR = re.compile(r"(?<!\\)\|")
Rows = tuple[tuple[Prose, ...], ...]


@dataclass(frozen=True, slots=True)
class InsideReader:
    """Reads the insides of one file's components."""

    prose: ProseReader
    findings: Findings

    def read(
        self, component: Component, fence: Fence, attributes: Mapping[str, str]
    ) -> tuple[Prose | None, Rows]:
        """The prose and the rows of a component; one of them is empty."""
        lines = self.prose.lines[fence.line + 1 : fence.end]
        filled = [fence.line + 1 + offset for offset, line in enumerate(lines) if line.strip()]
        match component.body:
            case Body.NONE:
                self._nothing(component, filled)
            case Body.ROWS:
                return None, self._rows(component, filled, fence)
            case Body.LINE:
                return self._line(component, filled, fence), ()
            case Body.TABLE:
                return self._table(component, filled, fence, names=bool(attributes.get("names"))), ()
            case Body.PROSE if filled:
                return self.prose.prose(self._tokens(fence), filled[0]), ()
        return None, ()

    def _nothing(self, component: Component, filled: list[int]) -> None:
        if filled:
            place = self.prose.place(filled[0], 1)
            self.findings.error(COMPONENT, f"{component.name} holds no text", place)

    def _tokens(self, fence: Fence) -> list[Token]:
        return [
            token
            for item in fence.items
            if isinstance(item, Lines)
            for token in self.prose.tokens(item.start, item.end)
        ]

    def _opening(self, fence: Fence) -> Place:
        return self.prose.place(fence.line, fence.column)

    def _line(self, component: Component, filled: list[int], fence: Fence) -> Prose | None:
        if filled:
            return self.prose.line(" ".join(self.prose.lines[index].strip() for index in filled), filled[0])
        self.findings.error(COMPONENT, f"{component.name} needs a line of text", self._opening(fence))
        return None

    def _table(self, component: Component, filled: list[int], fence: Fence, *, names: bool) -> Prose | None:
        tokens = self._tokens(fence)
        edges = [token.type for token in tokens if token.level == 0]
        if edges == ["table_open", "table_close"]:
            return self.prose.prose(tokens, filled[0], names=names)
        hint = "A line of headings, a line | --- | --- |, and a line for each row; cells between |."
        self.findings.error(
            COMPONENT,
            f"{component.name} holds one Markdown table, and nothing else",
            self._opening(fence),
            hint=hint,
        )
        return self.prose.prose(tokens, filled[0]) if filled else None

    def _rows(self, component: Component, filled: list[int], fence: Fence) -> Rows:
        fewest, most = component.columns
        rows: list[tuple[Prose, ...]] = []
        for index in filled:
            cells = _cells(self.prose.lines[index])
            if not fewest <= len(cells) <= most:
                wanted = str(most) if fewest == most else f"{fewest} to {most}"
                self.findings.error(
                    COMPONENT,
                    f"a row of {component.name} has {wanted} cells, this one {len(cells)}",
                    self.prose.place(index, 1),
                    hint="Put | between the cells.",
                )
                continue
            rows.append(tuple(self.prose.line(cell, index) for cell in cells))
        if not filled:
            self.findings.error(COMPONENT, f"{component.name} needs at least one row", self._opening(fence))
        return tuple(rows)


def _cells(line: str) -> list[str]:
    """The cells of `a | b | c`; `\\|` is a bar."""
    cells = [cell.strip().replace("\\|", "|") for cell in _BAR.split(line)]
    if len(cells) > 2 and not cells[0] and not cells[-1]:
        cells = cells[1:-1]  # written with bars at both ends, as in a Markdown table
    return cells
