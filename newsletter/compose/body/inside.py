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
from newsletter.model.said import Said

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
            message = Said(f"{component.name} holds no text", f"{component.name} ne contient pas de texte")
            self.findings.error(COMPONENT, message, place)

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
        message = Said(
            f"{component.name} needs a line of text", f"{component.name} a besoin d’une ligne de texte"
        )
        self.findings.error(COMPONENT, message, self._opening(fence))
        return None

    def _table(self, component: Component, filled: list[int], fence: Fence, *, names: bool) -> Prose | None:
        tokens = self._tokens(fence)
        edges = [token.type for token in tokens if token.level == 0]
        if edges == ["table_open", "table_close"]:
            return self.prose.prose(tokens, filled[0], names=names)
        hint = Said(
            "A line of headings, a line | --- | --- |, and a line for each row; cells between |.",
            "Une ligne de titres, une ligne | --- | --- |, "
            "puis une ligne par rangée; les cellules entre des |.",
        )
        self.findings.error(
            COMPONENT,
            Said(
                f"{component.name} holds one Markdown table, and nothing else",
                f"{component.name} contient un seul tableau Markdown, et rien d’autre",
            ),
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
                self._uneven(component, len(cells), self.prose.place(index, 1))
                continue
            rows.append(tuple(self.prose.line(cell, index) for cell in cells))
        if not filled:
            message = Said(
                f"{component.name} needs at least one row", f"{component.name} a besoin d’au moins une rangée"
            )
            self.findings.error(COMPONENT, message, self._opening(fence))
        return tuple(rows)

    def _uneven(self, component: Component, cells: int, place: Place) -> None:
        """Add the finding that a row has too few cells, or too many."""
        fewest, most = component.columns
        wanted = (
            Said(str(most), str(most))
            if fewest == most
            else Said(f"{fewest} to {most}", f"de {fewest} à {most}")
        )
        message = Said(
            f"a row of {component.name} has {wanted.en} cells, this one {cells}",
            f"une rangée de {component.name} compte {wanted.fr} cellules, et celle-ci {cells}",
        )
        hint = Said("Put | between the cells.", "Mettez | entre les cellules.")
        self.findings.error(COMPONENT, message, place, hint=hint)


def _cells(line: str) -> list[str]:
    """The cells of `a | b | c`; `\\|` is a bar."""
    cells = [cell.strip().replace("\\|", "|") for cell in _BAR.split(line)]
    if len(cells) > 2 and not cells[0] and not cells[-1]:
        cells = cells[1:-1]  # written with bars at both ends, as in a Markdown table
    return cells
