"""The lines of a body cut at its fences: `::: name …` to `:::`.

In: lines. Out: a tree of line ranges and fences. Called by body.read.

A fence may be indented; ``` and ~~~ hide what is between them. `::: divider :::` opens and closes on one line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_CODE = re.compile(r"\s{0,3}(`{3,}|~{3,})(.*)")
_OPEN = re.compile(r"(\s*):{3,}[ \t]*\.?([A-Za-z][\w-]*)")
_CLOSED = re.compile(r"(?:^|\s):{3,}$")
_CLOSE = re.compile(r"\s*:{3,}\s*$")


@dataclass(frozen=True, slots=True)
class Lines:
    """A stretch of lines without fences: indices, the end exclusive."""

    start: int
    end: int


@dataclass(slots=True)
class Fence:
    """A fence: `rest` is what stands behind the name; `line` the index of its opening line; `column` counts from 1."""

    name: str
    rest: str
    rest_column: int
    line: int
    column: int
    items: list[Lines | Fence] = field(default_factory=list)
    end: int = 0
    closed: bool = False


def cut(lines: list[str]) -> tuple[list[Lines | Fence], list[int]]:
    """The top-level items, and the indices of `:::` lines that close nothing."""
    scanner = _Scanner(lines)
    for index in range(len(lines)):
        scanner.take(index)
    scanner.finish()
    return scanner.top, scanner.stray


class _Scanner:
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.top: list[Lines | Fence] = []
        self.stray: list[int] = []
        self._open: list[Fence] = []
        self._begun = 0
        self._code = ""

    def take(self, index: int) -> None:
        line = self.lines[index]
        if self._in_code(line):
            return
        if _CLOSE.match(line):
            self._close(index)
        elif (match := _OPEN.match(line)) is not None:
            self._flush(index)
            rest = line[match.end() :].rstrip()
            closed = _CLOSED.search(rest)
            rest = rest[: closed.start()] if closed else rest
            fence = Fence(match[2], rest, match.end() + 1, index, len(match[1]) + 1)
            self._items().append(fence)
            self._begun = index + 1
            if closed:
                fence.end, fence.closed = index + 1, True
            else:
                self._open.append(fence)

    def finish(self) -> None:
        self._flush(len(self.lines))
        for fence in self._open:
            fence.end = len(self.lines)

    def _in_code(self, line: str) -> bool:
        match = _CODE.match(line)
        if self._code:
            closes = match is not None and match[1].startswith(self._code) and not match[2].strip()
            self._code = "" if closes else self._code
            return True
        if match is None or (match[1][0] == "`" and "`" in match[2]):
            return False
        self._code = match[1]
        return True

    def _close(self, index: int) -> None:
        self._flush(index)
        self._begun = index + 1
        if not self._open:
            self.stray.append(index)
            return
        fence = self._open.pop()
        fence.end, fence.closed = index, True

    def _flush(self, index: int) -> None:
        if any(line.strip() for line in self.lines[self._begun : index]):
            self._items().append(Lines(self._begun, index))

    def _items(self) -> list[Lines | Fence]:
        return self._open[-1].items if self._open else self.top
