"""Where something stands in a file that staff wrote.

In: path, line, column. Out: `issues/x.md:14:3`. Called by everything that reports to an author.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a file of the workspace: POSIX path relative to the workspace, line and column from 1 (0: unknown)."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join([self.file, *(str(n) for n in (self.line, self.column) if n)])
