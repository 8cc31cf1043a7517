"""The values of `data:` with the places of their signs, so that one can be replaced and everything else stays as it is.

In: the text of an issue file. Out: Spot values. Called by compose.translation.data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from newsletter.compose.findings import Findings
from newsletter.compose.frontmatter.scalars import FLOW_KEY, Written, is_flow, split_flow
from newsletter.compose.frontmatter.tree import BLOCK, Tree

EDGE: Final = "---"


class Form(StrEnum):
    """How a value is written."""

    LINE = "line"  #: behind `key:`, or nothing is
    BLOCK = "block"  #: on the lines below `key: |` or `key: >`
    ITEM = "item"  #: behind the dash of a list
    FLOW = "flow"  #: within `{a: b}` or `[a, b]`


@dataclass(frozen=True, slots=True)
class Spot:
    """One value. `begin` is the offset of its key or dash, `lead` the one behind the colon or dash, `start` and `end` are those of the
    value itself, with its quotes or the mark of its block; `indent` is the column of the key or dash, from 0. A value that is itself
    written as a flow holds values of the form FLOW."""

    content: str | tuple[Spot, ...] | dict[str, Spot]
    form: Form
    begin: int
    lead: int
    start: int
    end: int
    indent: int

    def child(self, step: str) -> Spot | None:
        """What a step leads to; entries of a list count from 1."""
        if isinstance(self.content, dict):
            return self.content.get(step)
        if isinstance(self.content, tuple) and step.isdigit() and 0 < int(step) <= len(self.content):
            return self.content[int(step) - 1]
        return None


def data_spot(text: str) -> Spot | None:
    """`data:` of an issue file; None where there is none, or nothing can be read."""
    lines = text.split("\n")
    end = next((index for index, line in enumerate(lines) if index and line.rstrip() == EDGE), 0)
    if lines[0].rstrip() != EDGE or not end:
        return None
    written = Tree(lines[1:end], 2, "", (), Findings()).read().get("data")
    return _Finder(lines, end).spot(written, "data:") if written else None


class _Finder:
    """Finds written values again in the lines that they were read from."""

    def __init__(self, lines: list[str], end: int) -> None:
        self._lines = lines
        self._end = end
        self._starts = [0]
        for line in lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def spot(self, written: Written, key: str) -> Spot:
        """`key` is what stands before the value: `name:`, or the dash of a list."""
        number, indent = written.place.line - 1, written.place.column - 1
        line = self._lines[number].rstrip()
        rest = line[indent + len(key) :].strip(" \t")
        end = self._starts[number] + len(line)
        begin = self._starts[number] + indent
        form = Form.ITEM if key == "-" else Form.LINE
        content: str | tuple[Spot, ...] | dict[str, Spot]
        if isinstance(written.content, str):
            content = written.content
            if BLOCK.match(rest) and form is Form.LINE:
                form, end = Form.BLOCK, self._block_end(number, indent)
        elif is_flow(rest):
            content = _within(written, rest, end - len(rest))
        else:
            content = self._below(written)
            end = max((child.end for child in _values(content)), default=end)
        return Spot(
            content, form, begin, begin + len(key), begin + len(line) - indent - len(rest), end, indent
        )

    def _below(self, written: Written) -> tuple[Spot, ...] | dict[str, Spot]:
        if isinstance(written.content, dict):
            return {key: self.spot(part, f"{key}:") for key, part in written.content.items()}
        return tuple(self.spot(item, "-") for item in written.content if isinstance(item, Written))

    def _block_end(self, number: int, indent: int) -> int:
        """Behind the last line of a block that is not empty."""
        last, at = number, number + 1
        while at < self._end and (not self._lines[at].strip() or _indent(self._lines[at]) > indent):
            last = at if self._lines[at].strip() else last
            at += 1
        return self._starts[last] + len(self._lines[last])


def _within(written: Written, raw: str, at: int) -> tuple[Spot, ...] | dict[str, Spot]:
    """The values between the brackets of a flow that begins at an offset."""
    content = written.content
    if isinstance(content, dict):
        pairs = [(FLOW_KEY.fullmatch(part), begin) for part, begin in _parts(raw, at + 1)]
        return {
            match[1]: _one(content[match[1]], match[2], begin + match.start(2), begin + match.start(1))
            for match, begin in pairs
            if match and match[1] in content
        }
    items = [item for item in content if isinstance(item, Written)]
    return tuple(
        _one(item, part, begin, begin) for item, (part, begin) in zip(items, _parts(raw, at + 1), strict=True)
    )


def _one(written: Written, raw: str, at: int, begin: int) -> Spot:
    bare = raw.strip(" \t")
    start = at + len(raw) - len(raw.lstrip(" \t"))
    content = written.content if isinstance(written.content, str) else _within(written, bare, start)
    return Spot(content, Form.FLOW, begin, start, start, start + len(bare), 0)


def _parts(inner: str, at: int) -> Iterator[tuple[str, int]]:
    for part in split_flow(inner[1:-1]):
        if part.strip():
            yield part, at
        at += len(part) + 1


def _values(content: tuple[Spot, ...] | dict[str, Spot]) -> Iterable[Spot]:
    return content.values() if isinstance(content, dict) else content


def _indent(raw: str) -> int:
    return len(raw) - len(raw.lstrip(" "))
