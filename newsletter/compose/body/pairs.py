"""Pairs: the attributes of a component as they are written, `name="value"`, one after the other.

In: a line. Out: Pairs with their places, or Unreadable. Called by compose.body.attributes, and by compose.translation, which is in processes
that compose nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NAME = re.compile(r"\s*([A-Za-z][\w-]*)\s*=\s*")
_BARE = re.compile(r"[^\s\"'“”«»]+")
_QUOTES = {'"': '"', "'": "'", "“": "”", "«": "»", "”": "”"}


@dataclass(frozen=True, slots=True)
class Pair:
    """`name="value"` as written; `value_at` is the offset of its first character."""

    name: str
    value: str
    at: int
    value_at: int


class Unreadable(Exception):
    """What cannot be read as attributes, and where it begins."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


def pairs(text: str) -> Iterator[Pair]:
    """The pairs of a line; raises Unreadable. Quotes inside `{{ … }}` do not end a value."""
    position = 0
    while text[position:].strip():
        name = _NAME.match(text, position)
        if name is None:
            raise Unreadable(position + len(text[position:]) - len(text[position:].lstrip()))
        value, begin, position = _value(text, name.end())
        yield Pair(name[1].lower(), value, name.start(1), begin)


def _value(text: str, begin: int) -> tuple[str, int, int]:
    closing = _QUOTES.get(text[begin : begin + 1])
    if closing is None:
        bare = _BARE.match(text, begin)
        if bare is None:
            raise Unreadable(begin)
        return bare[0], begin, bare.end()
    position, depth = begin + 1, 0
    while position < len(text):
        if text.startswith(("{{", "}}"), position):
            depth += 1 if text[position] == "{" else -1
            position += 2
        elif text[position] == closing and depth <= 0:
            return text[begin + 1 : position].strip("\u00a0\u202f "), begin + 1, position + 1
        else:
            position += 1
    raise Unreadable(begin)
