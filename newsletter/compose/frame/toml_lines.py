"""Where a key of a TOML file stands: the reader of the standard library keeps no lines.

In: TOML that has been read. Out: lines by path. Called by frame.judging.
"""

from __future__ import annotations

import re

Path = tuple[str, ...]

_TABLE = re.compile(r"\s*\[\s*([^\[\]#]+?)\s*\]")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")


def lines(text: str) -> dict[Path, int]:
    """The line of every table and key that opens a line, by its path. What stands in an inline table has none of its own."""
    found: dict[Path, int] = {}
    table: Path = ()
    for number, line in enumerate(text.split("\n"), 1):
        if header := _TABLE.match(line):
            table = _path(header[1])
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault((*table, *_path(key[1])), number)
    return found


def line_of(path: Path, found: dict[Path, int]) -> int:
    """The line of a path, else of the nearest thing around it, else the first."""
    while path and path not in found:
        path = path[:-1]
    return found.get(path, 1)


def _path(written: str) -> Path:
    return tuple(part.strip("\"'") for part in _PART.findall(written))
