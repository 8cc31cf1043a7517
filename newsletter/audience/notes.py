"""Remarks on rows that were taken: something in them was not understood, and the member is kept.

In: what was noticed, row by row. Out: one Note for each kind and value, the first few values of a kind by themselves. Called by rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

MAX_VALUES = 10  #: values of one kind that are told one by one


@dataclass(slots=True)
class Note:
    """Something to know about rows that were taken: how many, and the line of the first."""

    text: str
    line: int
    rows: int = 1


class Notes:
    """The notes of one file, in the order in which they first came up. They do not grow with it."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Note] = {}
        self._values: Counter[str] = Counter()

    def add(self, kind: str, text: str, line: int, value: str = "") -> None:
        """Note a row. `value` is what the row says where each value has a note of its own."""
        note = self._found.get((kind, value))
        if note is None and value:
            if self._values[kind] >= MAX_VALUES:
                self.add(kind, f"{text}, and further ones like it", line)
                return
            self._values[kind] += 1
        if note is None:
            self._found[kind, value] = Note(text, line)
        else:
            note.rows += 1

    def __iter__(self) -> Iterator[Note]:
        return iter(self._found.values())

    def __len__(self) -> int:
        return len(self._found)
