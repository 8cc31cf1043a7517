"""Plain text and Markdown as HTML, so that every letter goes one way: lines that were wrapped by hand are joined.

In: text. Out: HTML; what its front matter gave. Called by letters.read.
"""

from __future__ import annotations

import re
from html import escape

from markdown_it import MarkdownIt

from newsletter.letters.ooxml import short
from newsletter.letters.value import Remark, Said

_WIDEST = 110  #: longer lines were not wrapped by hand
_NARROWEST = 40
_POINT = re.compile(r"\s*(?:[•●▪◦‣·*+–—-]|\(?\d{1,2}[.)])\s+\S")
_UNDER = re.compile(r"\s*(={3,}|-{3,})\s*")
_KEPT = ("subject", "preheader", "title", "date")
_OURS = {*_KEPT, "from", "language", "audience", "schedule", "tracking", "data"}
_KEY = re.compile(r"([A-Za-z_][\w-]*):\s*(.*)")


def html_of_text(text: str) -> str:
    """Paragraphs of plain text as HTML."""
    width = max((len(line) for line in text.split("\n")), default=0)
    wrapped = _NARROWEST <= width <= _WIDEST
    blocks = re.split(r"\n[ \t]*(?:\n[ \t]*)+", text.strip("\n"))
    return "".join(_block(block, width if wrapped else 0) for block in blocks if block.strip())


def _block(block: str, width: int) -> str:
    lines = [line.expandtabs(4).rstrip() for line in block.split("\n")]
    if len(lines) == 2 and _UNDER.fullmatch(lines[1]):
        return f"<h2>{escape(lines[0].strip())}</h2>"
    if len(lines) == 1 and re.fullmatch(r"\s*[-=_*~]{3,}\s*", lines[0]):
        return "<hr/>"
    if (
        not width
        and not any(_POINT.match(line) for line in lines)
        and all(len(line) > _WIDEST for line in lines[:1])
    ):
        return "".join(f"<p>{escape(line.strip())}</p>" for line in lines)
    if all(line.lstrip().startswith(">") for line in lines):
        inner = "\n".join(re.sub(r"^\s*> ?", "", line) for line in lines)
        return f"<blockquote>{_block(inner, width)}</blockquote>"
    return f"<p>{'<br/>'.join(escape(line) for line in _joined(lines, width))}</p>"


def _joined(lines: list[str], width: int) -> list[str]:
    """Lines that broke only because the next word would not have fitted, as one."""
    joined: list[str] = []
    before = ""
    for line in lines:
        word = line.split()[0] if line.split() else ""
        room = width - len(before) - 1
        ended = before.rstrip().endswith((".", ":", "!", "?"))
        full = bool(width and before) and (room < len(word) or (room < width // 5 and not ended))
        indented = bool(joined) and bool(_POINT.match(joined[-1])) and line.startswith("  ")
        if joined and (full or indented) and not _POINT.match(line):
            joined[-1] = f"{joined[-1]} {line.strip()}"
        else:
            joined.append(line.strip())
        before = line
    return joined


def html_of_markdown(text: str) -> str:
    """CommonMark with tables as HTML; what HTML it holds is cleaned with the rest."""
    made: str = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)
    return made


def parted_front(text: str) -> tuple[dict[str, str], str, list[Remark]]:
    """The front matter of a Markdown file that is worth keeping, the rest of the file, and what was left out.

    Whom it goes to and when is decided anew: a file that somebody brings cannot say so.
    """
    found = re.match(r"---[ \t]*\n(.*?)\n---[ \t]*(?:\n|$)", text, re.DOTALL)
    if found is None:
        return {}, text, []
    lines = [_KEY.fullmatch(line) for line in found[1].split("\n")]
    values = {one[1].lower(): one[2].strip().strip("\"'") for one in lines if one}
    ours = set(values) <= _OURS
    kept = {
        key: value
        for key, value in values.items()
        if key in _KEPT and (ours or key in {"title", "date"}) and value
    }
    lost = [
        line
        for line in found[1].split("\n")
        if line.strip() and not any(line.lower().startswith(f"{key}:") for key in kept)
    ]
    remarks = [Remark(Said.FOUND, "front matter", ", ".join(kept))] if kept else []
    remarks += [Remark(Said.LEFT_OUT, "front matter", short(line, 90)) for line in lost]
    return kept, text[found.end() :], remarks
