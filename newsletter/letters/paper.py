"""An email as it is sent, in the order of reading: what stands on paper.

In: the HTML of an email, filled; its pictures. Out: a Sheet. Called by pipeline.paper; written by paper_html and paper_word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from newsletter.letters.page import read_page
from newsletter.letters.pieces import Kind, Piece, PieceReader
from newsletter.letters.tidy import tidy

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


@dataclass(frozen=True, slots=True)
class Sheet:
    """One language: `facts` are label and value, `tokens` what is read; `labels` words of the paper itself."""

    language: str
    facts: tuple[tuple[str, str], ...]
    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """An issue on paper. `head` is about all of it; `pictures` maps names to bytes; `mark` names the edition on each page."""

    title: str
    head: tuple[tuple[str, str], ...]
    sheets: tuple[Sheet, ...]
    pictures: Mapping[str, bytes]
    mark: str


def tokens_of(
    html: str, picture: Callable[[str], str], languages: tuple[str, ...], own: Callable[[str], bool]
) -> tuple[Token, ...]:
    """What is read of an email's HTML. `picture` gives a name for an address, empty for one not shown; `own` holds for links that
    only work in a reader's own mail: their words stay."""
    page = read_page("mail", html, ours=True)
    for link in list(page.tree.iter("a")):
        if own(link.get("href") or ""):
            link.attrib.pop("href")
    _figures_together(page.tree)
    list(tidy(page.tree))

    def named(image: Any) -> str:
        return picture(image.get("src") or "")

    pieces = PieceReader(named, ()).read(page.tree)
    source = "\n\n".join(_written(piece) for piece in pieces if languages or piece.markdown)
    return tuple(MARKDOWN.parse(source))


def _figures_together(tree: Any) -> None:
    """A number and what it counts stand on one line on paper."""
    for label in [one for one in tree.iter("p") if (one.get("class") or "") == "label"]:
        number = label.getprevious()
        if number is not None and "number" in (number.get("class") or "").split():
            number.tag, number.tail = "strong", " "
            following, label.text = label.text, None
            label.insert(0, number)
            number.tail = f" {following or ''}"


def _written(piece: Piece) -> str:
    if piece.kind is Kind.RULE:
        return "---"
    if piece.kind in {Kind.HEADING, Kind.TITLE}:
        return f"{'#' * min(max(piece.level, 1), 4)} {piece.markdown}"
    return piece.markdown
