"""Values spelled so that front matter reads them back as they are: bare where that is certain, else in quotes or as a block.

In: texts, lists and mappings. Out: lines of an issue file. Called by compose.translation.data.
"""

from __future__ import annotations

import re
import textwrap
from typing import Final

from newsletter.compose.frontmatter.scalars import Fault, is_flow, text
from newsletter.compose.frontmatter.tree import BLOCK, KEY
from newsletter.model.issue import Data

_FLOW_SIGNS: Final = re.compile(r"[,\[\]{}\"':]")
_ALONE: Final = re.compile(r"(?<!\n)\n(?!\n)")  # a line end that a folded block would make a space
_WIDTH: Final = 100


def entry(key: str, value: Data, indent: int) -> str:
    """`key: value` from a column on, on as many lines as it takes; without a line end before or behind."""
    return " " * indent + f"{key}:" + behind(value, indent)


def behind(value: Data, indent: int) -> str:
    """What stands behind the colon of a key at a column, with the space before it."""
    if isinstance(value, str):
        return " " + (several(value, indent + 2) or scalar(value)) if value else ""
    if not value:
        return " {}" if isinstance(value, dict) else " []"
    if isinstance(value, dict):
        return "".join("\n" + entry(key, part, indent + 2) for key, part in value.items())
    return "".join("\n" + item(part, indent + 2) for part in value)


def item(value: Data, indent: int) -> str:
    """`- value` from a column on; what is not a text is put on its one line."""
    return " " * indent + "- " + (listed(value) if isinstance(value, str) else flow(value))


def scalar(value: str, quote: str = "", *, bare: bool = True) -> str:
    """A text behind a colon, in the quotes that it had; in some where it may not stand `bare`."""
    return value if bare and not quote and _is_bare(value) else _quoted(value, quote)


def listed(value: str, quote: str = "") -> str:
    """A text behind a dash: what looks like `name: value` there is in quotes."""
    return scalar(value, quote, bare=not KEY.match(value))


def flow(value: Data, quote: str = "") -> str:
    """A value within `{ }` or `[ ]`, or behind a dash, on one line."""
    if isinstance(value, str):
        return scalar(value, quote, bare=not _FLOW_SIGNS.search(value))
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(part)}" for key, part in value.items()) + "}"
    return "[" + ", ".join(flow(part) for part in value) + "]"


def several(value: str, indent: int) -> str:
    """A text of several lines as a block; empty for others."""
    return block(value, indent) if "\n" in value else ""


def block(value: str, indent: int, mark: str = "|") -> str:
    """A text as a block with its mark, the lines at a column; empty where a block could not hold it."""
    lines = value.split("\n")
    if not value or any(line[:1] in {" ", "\t"} for line in lines):
        return ""
    folded = mark.startswith(">") and not _ALONE.search(value)
    if folded:
        lines = [short for line in lines for short in _folded(line, _WIDTH - indent)]
    shown = mark if folded or not mark.startswith(">") else "|" + mark[1:]
    return "\n".join([shown, *((" " * indent + line).rstrip(" ") for line in lines)])


def quote_of(raw: str) -> str:
    """The quotes that a value is wholly in; empty where it is in none."""
    stands = raw[:1] if raw[:1] in {'"', "'"} else ""
    try:
        return stands if text(raw) != raw else ""
    except Fault:
        return ""


def _folded(line: str, width: int) -> list[str]:
    return textwrap.wrap(line, max(width, 20), break_long_words=False, break_on_hyphens=False) or [""]


def _is_bare(value: str) -> bool:
    try:
        same = value == value.strip() and "\n" not in value and text(value) == value
    except Fault:
        return False
    return same and bool(value) and not is_flow(value) and not BLOCK.match(value)


def _quoted(value: str, quote: str) -> str:
    plain = '"' in value and "'" not in value and not quote  # then nothing has to be escaped
    if (quote == "'" or plain) and "\n" not in value:
        return "'" + value.replace("'", "''") + "'"
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
