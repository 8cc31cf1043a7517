"""Front matter read and written key by key, for a form: comments, order and everything that the form does not know stay as they are.

In: an issue file's text; keys with their new values. Out: values; the new text. Called by pipeline.filling_in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from newsletter.compose.findings import Findings
from newsletter.compose.frontmatter.read import TEXTS
from newsletter.compose.frontmatter.scalars import Written, quoted
from newsletter.compose.frontmatter.tree import Tree

EDGE: Final = "---"
_LISTED: Final = ("include", "exclude")
_SPACES: Final = re.compile(r"[ \t\r\n\v\f\x1c-\x1f\x85\u2028\u2029]+")
Value = str | Mapping[str, str]


def values(text: str) -> dict[str, Value]:
    """The values of a file's front matter by key: texts, and one level of `name: text`; lists are `a, b`. What is deeper is left out."""
    lines = text.split("\n")
    end = _end(lines)
    if not end:
        return {}
    written = Tree(lines[1:end], 2, "", TEXTS, Findings()).read()
    return {key: value for key, one in written.items() if (value := _plain(one)) is not None}


def _plain(written: Written) -> Value | None:
    content = written.content
    if isinstance(content, dict):
        return {key: text for key, one in content.items() if (text := _text(one)) is not None}
    return _text(written)


def _text(written: Written) -> str | None:
    content = written.content
    if isinstance(content, tuple):
        names = [one.content for one in content]
        return ", ".join(str(name) for name in names) if all(isinstance(n, str) for n in names) else None
    return " ".join(content.split("\n")).strip() if isinstance(content, str) else None


def changed(text: str, wanted: Mapping[str, Value]) -> str:
    """The text with these keys as they are wanted; an empty value takes the key out. A file without front matter gets one."""
    lines = text.split("\n")
    if not _end(lines):
        lines = [EDGE, EDGE, "", *lines]
    for key, value in wanted.items():
        lines = _set(lines, key, value)
    return "\n".join(lines)


def _set(lines: list[str], key: str, value: Value) -> list[str]:
    end = _end(lines)
    fresh = _written(key, value)
    begin = next((at for at in range(1, end) if re.match(rf"{re.escape(key)}:(\s|$)", lines[at])), 0)
    if not begin:
        return [*lines[:end], *fresh, *lines[end:]]
    until = begin + 1
    while until < end and (not lines[until].strip() or lines[until][:1] in {" ", "\t", "-"}):
        until += 1
    while not lines[until - 1].strip():  # empty lines before the next key stay
        until -= 1
    return [*lines[:begin], *fresh, *lines[until:]]


def _written(key: str, value: Value) -> list[str]:
    if isinstance(value, str):
        flat = on_one_line(value)
        return [f"{key}: {quoted(flat)}"] if flat else []
    rows = [f"  {name}: {_inner(name, one)}" for name, one in value.items() if on_one_line(one)]
    return [f"{key}:", *rows] if rows else []


def _inner(name: str, value: str) -> str:
    flat = on_one_line(value)
    return flat if name in _LISTED else quoted(flat)


def on_one_line(value: str) -> str:
    """A value on one line. No-break spaces are the author's, and stay."""
    return _SPACES.sub(" ", value).strip(" ")


def _end(lines: list[str]) -> int:
    """The index of the line that closes front matter; 0 when there is none."""
    if lines[0].rstrip() != EDGE:
        return 0
    return next((at for at, line in enumerate(lines) if at and line.rstrip() == EDGE), 0)
