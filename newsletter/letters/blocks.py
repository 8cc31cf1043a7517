"""The body of an issue cut into blocks that stand or fall together: paragraphs, lists, tables, components with their fences.

In: Markdown. Out: blocks as text. Called by letters.merging.
"""

from __future__ import annotations

import re

_OPEN = re.compile(r"\s*:{3,}[ \t]*\.?[A-Za-z]")
_SHUT = re.compile(r"\s*:{3,}\s*$")
_CLOSED = re.compile(r"\s:{3,}\s*$")
_CODE = re.compile(r"\s{0,3}(`{3,}|~{3,})")


def blocks_of(body: str) -> list[str]:
    """The blocks of a body, without the empty lines between them. A fence that is never closed reaches to the end."""
    found: list[str] = []
    lines: list[str] = []
    depth, code = 0, ""
    for line in body.split("\n"):
        mark = _CODE.match(line)
        if mark and (not code or line.strip().startswith(code)):
            code = "" if code else mark[1]
        elif not code:
            depth += bool(_OPEN.match(line)) and not _CLOSED.search(line)
            depth -= bool(_SHUT.match(line)) and depth > 0
        if line.strip() or depth or code:
            lines.append(line)
        elif lines:
            found.append("\n".join(lines))
            lines = []
    return [*found, "\n".join(lines).rstrip("\n")] if "".join(lines).strip() else found


def body_of(blocks: list[str]) -> str:
    """A body of blocks."""
    return "\n\n".join(blocks) + "\n"
