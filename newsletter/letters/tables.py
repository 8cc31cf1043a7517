"""Tables of a letter: rows with joined cells opened, and written as Markdown.

In: a table element; cells as Markdown. Out: rows of elements; lines. Called by letters.pieces.
"""

from __future__ import annotations

from typing import Any

from lxml import html

Cells = list[list[str]]
_MOST_ACROSS = 30


def rows_of(element: Any) -> list[list[Any]]:
    """The rows of a table, not those of tables inside it; a cell over several columns is followed by empty ones."""
    own = [row for row in element.iter("tr") if next(row.iterancestors("table")) is element]
    rows = [[part for cell in row if cell.tag in {"td", "th"} for part in _spread(cell)] for row in own]
    return [row for row in rows if row]


def _spread(cell: Any) -> list[Any]:
    across = cell.get("colspan") or "1"
    more = min(int(across), _MOST_ACROSS) - 1 if across.isdigit() else 0
    return [cell, *(html.Element("td") for _ in range(more))]


def table(cells: Cells) -> str:
    """Rows as a Markdown table; the first is its head. Columns that are wholly empty are left out."""
    width = max(len(row) for row in cells)
    padded = [row + [""] * (width - len(row)) for row in cells]
    columns = [place for place in range(width) if any(row[place] for row in padded)]
    kept = [[_bar(row[place]) for place in columns] for row in padded if any(row)]
    head = [_unbold(cell) for cell in kept[0]]
    return "\n".join([_line(head), _line(["---"] * len(columns)), *(_line(row) for row in kept[1:])])


def _bar(cell: str) -> str:
    return cell.replace("|", "\\|").replace("\\\\|", "\\|")


def _unbold(cell: str) -> str:
    """A head is bold by itself."""
    inner = cell[2:-2]
    return inner if cell.startswith("**") and cell.endswith("**") and "*" not in inner else cell


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
