"""Words as Markdown that means those words: nothing that somebody wrote in a letter becomes a directive, a field, HTML or a list.

In: text. Out: Markdown. Called by letters.inline, letters.blocks. CommonMark 0.31: 2.4 backslash escapes.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt

#: within a line: our fields, Markdown's marks, HTML, entities
_SIGNS = re.compile(
    r"\\|`|\*|(?<!\w)_|_(?!\w)|<(?=[A-Za-z/!?])|&(?=#?\w{1,40};)|~~|\{\{|(?<=\])[(\[:]|!(?=\[)"
)
_ALL = re.compile(r"[\\`*_<>&~{}\[\]()!|#]")
#: at the beginning of a line: fences, rules, front matter, headings, lists, quotes
_OPENING = re.compile(r"([ \t]*)(:{3,}|-{2,}|={1,}(?=\s*$)|~{3,}|[#>](?=.)|[-+](?=\s|$)|#{1,6}(?=\s|$))")
_NUMBER = re.compile(r"^([ \t]*\d{1,9})([.)])(?=\s|$)")
_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def escaped(text: str, *, wholly: bool = False) -> str:
    """Words within a line. `wholly`: every sign that could mean anything."""
    return (_ALL if wholly else _SIGNS).sub(lambda found: f"\\{found.group()}", text)


def opened(markdown: str) -> str:
    """A paragraph's lines, none of which opens anything."""
    return "\n".join(_line(line) for line in markdown.split("\n"))


def _line(line: str) -> str:
    if found := _OPENING.match(line):
        return f"{found[1]}\\{line[found.end(1) :]}"
    return _NUMBER.sub(r"\1\\\2", line, count=1)


def read_back(markdown: str) -> str:
    """The words that Markdown gives back, without any space: to be compared with those that went in."""
    pieces = []
    for token in _MARKDOWN.parse(markdown):
        for child in token.children or [token]:
            if child.type == "image":
                continue
            pieces.append(
                child.content
                if child.type in {"text", "code_inline", "code_block", "fence", "text_special"}
                else ""
            )
    return bare("".join(pieces))


def bare(text: str) -> str:
    """A text without spaces."""
    return "".join(text.split())
