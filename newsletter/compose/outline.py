"""The outline of one language of an issue, out of its front matter and its body.

In: an IssueText, its Body, the tokens. Out: an Outline. Called by compose.steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from markdown_it.token import Token

from newsletter.compose.body.blocks import Blocks, Body, Fenced, Prose, When
from newsletter.compose.body.fences import Fence, Lines, cut
from newsletter.compose.body.tables import LABEL
from newsletter.compose.components import Kind as AttributeKind
from newsletter.compose.images import Images
from newsletter.compose.tokens import Tokens
from newsletter.model.issue import Issue, IssueText
from newsletter.model.outline import FRONT, Outline, Piece, PieceImage, PieceKind, PieceLink, digest
from newsletter.model.place import Place

_KINDS: Final = {
    "paragraph_open": PieceKind.PARAGRAPH,
    "heading_open": PieceKind.HEADING,
    "bullet_list_open": PieceKind.LIST,
    "ordered_list_open": PieceKind.LIST,
    "blockquote_open": PieceKind.QUOTE,
    "table_open": PieceKind.TABLE,
    "fence": PieceKind.CODE,
    "code_block": PieceKind.CODE,
    "hr": PieceKind.RULE,
}


def outline(issue: Issue, text: IssueText, body: Body, tokens: Tokens, images: Images) -> Outline:
    """What a language of an issue is made of. Pure; the places are the author's lines."""
    return Outline(
        text.language,
        text.path,
        (*_front(issue, text), *_Outliner(text, body, tokens, images).pieces(body.blocks)),
        issue.data_texts,
    )


def _front(issue: Issue, text: IssueText) -> Iterator[Piece]:
    for kind in FRONT:
        written: str = getattr(text, kind.value)
        place = issue.places.get(f"{kind.value}.{text.language}") or issue.places.get(kind.value)
        if written and place:  # a title that was not written is the subject once more
            yield Piece(kind, place, written, written, digest(written))


class _Outliner:
    """Reads the blocks of one body. Slot tokens are spelled as the author wrote them."""

    def __init__(self, text: IssueText, body: Body, tokens: Tokens, images: Images) -> None:
        self._first = text.body_line
        self._lines = text.body.split("\n")
        self._ends = dict(_ends(cut(self._lines)[0], self._lines))
        self._path = text.path
        self._images = images
        spellings = body.spellings
        self._spelled: Callable[[str], str] = lambda words: (
            tokens.pattern.sub(lambda match: spellings.get(match[0], match[0]), words)
            if tokens.within(words)
            else words
        )

    def pieces(self, blocks: Blocks, condition: str = "") -> Iterator[Piece]:
        for block in blocks:
            if isinstance(block, When):
                yield self._when(block)
                yield from self.pieces(block.blocks, block.condition.source)
                continue
            found = self._components(block) if isinstance(block, Fenced) else self._prose(block)
            for piece in found:
                yield replace(piece, condition=condition) if condition else piece

    def _source(self, start: int, end: int) -> str:
        return "\n".join(self._lines[start:end]).rstrip()

    def _place(self, line: int) -> Place:
        return Place(self._path, self._first + line, 1)

    def _when(self, block: When) -> Piece:
        line = block.place.line - self._first
        source = self._source(line, line + 1)
        condition = block.condition.source
        return Piece(PieceKind.WHEN, block.place, "", source, digest(source), condition=condition)

    def _prose(self, prose: Prose) -> Iterator[Piece]:
        for tokens in _top_level(prose.tokens):
            first = tokens[0]
            kind = _KINDS.get(first.type)
            if kind is None or first.map is None:
                continue
            source = self._source(*first.map)
            seen = self._seen(tokens)
            yield Piece(
                kind,
                self._place(first.map[0]),
                seen.text.strip(),
                source,
                digest(source),
                level=_level(first),
                links=seen.links,
                images=seen.images,
                rows=seen.rows,
            )

    def _components(self, block: Fenced) -> Iterator[Piece]:
        """A component, and those that stand inside it."""
        yield self._component(block)
        for part in block.parts:
            yield self._component(part)

    def _component(self, block: Fenced) -> Piece:
        line = block.place.line - self._first
        source = self._source(line, self._ends.get(line, line + 1))
        rules = block.component.attributes
        attributes = {
            name: "yes" if rules[name].kind is AttributeKind.YES else self._spelled(value)
            for name, value in block.attributes.items()
            if value
        }
        worded = tuple(name for name in attributes if rules[name].kind is AttributeKind.TEXT)
        seen = self._seen(block.prose.tokens if block.prose else ())
        rows = tuple(tuple(self._seen(cell.tokens).text.strip() for cell in row) for row in block.rows)
        cells = [self._seen(cell.tokens) for row in block.rows for cell in row]
        return Piece(
            PieceKind.COMPONENT,
            block.place,
            seen.text.strip() or "\n".join(" | ".join(row) for row in rows),
            source,
            digest(source),
            name=block.component.name,
            links=(
                *_own_link(attributes, seen.text.strip()),
                *seen.links,
                *(link for cell in cells for link in cell.links),
            ),
            images=(*self._own_images(block, attributes), *seen.images),
            attributes=attributes,
            worded=worded,
            rows=rows,
        )

    def _own_images(self, block: Fenced, attributes: Mapping[str, str]) -> Iterator[PieceImage]:
        for name, rule in block.component.attributes.items():
            if rule.kind is AttributeKind.IMAGE and name in attributes:
                alt = "" if attributes.get("decorative") else attributes.get("alt")
                yield PieceImage(self._images.path(attributes[name]) or attributes[name], alt)

    def _seen(self, tokens: Sequence[Token]) -> _Seen:
        reader = _Reader(self._spelled, self._images)
        reader.read(tokens)
        return _Seen(reader.text, tuple(reader.links), tuple(reader.images), tuple(reader.rows))


@dataclass(frozen=True, slots=True)
class _Seen:
    text: str
    links: tuple[PieceLink, ...]
    images: tuple[PieceImage, ...]
    rows: tuple[tuple[str, ...], ...]


class _Reader:
    """Flattens Markdown's tokens. Blocks end in a line end, cells in a tab."""

    def __init__(self, spelled: Callable[[str], str], images: Images) -> None:
        self._spelled = spelled
        self._known = images
        self._pieces: list[str] = []
        self._open: list[tuple[str, int]] = []
        self.links: list[PieceLink] = []
        self.images: list[PieceImage] = []
        self.rows: list[tuple[str, ...]] = []

    @property
    def text(self) -> str:
        lines = ("".join(self._pieces)).split("\n")
        return "\n".join(line.strip() for line in lines if line.strip())

    def read(self, tokens: Sequence[Token]) -> None:
        for token in tokens:
            self._one(token)

    def _one(self, token: Token) -> None:
        if LABEL in token.meta:
            return
        if token.type == "inline":
            self.read(token.children or [])
        elif token.type in {"link_open", "link_close"}:
            self._link(token)
        elif token.type == "image":
            self._image(token)
        elif token.type == "tr_close":
            self._row()
        else:
            self._pieces.append(self._words(token))

    def _words(self, token: Token) -> str:
        if token.type == "html_inline":
            return "\n" if token.content.lower().startswith("<br") else ""
        if token.type == "softbreak":
            return " "
        if token.type in {"th_close", "td_close"}:
            return "\t"
        ends = token.type == "hardbreak" or (token.block and token.nesting <= 0)
        return self._spelled(token.content) + ("\n" if ends else "")

    def _link(self, token: Token) -> None:
        if token.nesting > 0:
            self._open.append((self._spelled(str(token.attrs.get("href", ""))), len(self._pieces)))
        elif self._open:
            url, begun = self._open.pop()
            if url:
                self.links.append(PieceLink(url, "".join(self._pieces[begun:]).strip()))

    def _image(self, token: Token) -> None:
        name = str(token.meta.get("name", ""))
        alt = self._spelled(str(token.meta.get("alt", ""))) or None
        self.images.append(PieceImage(self._known.path(name) or name, alt))

    def _row(self) -> None:
        lines = "".join(self._pieces).split("\n")
        self.rows.append(tuple(cell.strip() for cell in lines[-1].split("\t")[:-1]))
        self._pieces.append("\n")


def _own_link(attributes: Mapping[str, str], text: str) -> Iterator[PieceLink]:
    """A component's own link: its words are the attribute `link`, else (a button's) what is written inside."""
    if "href" in attributes:
        yield PieceLink(attributes["href"], attributes.get("link") or text)


def _top_level(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """The blocks of prose, each with all that is inside of it."""
    begun = 0
    for index, token in enumerate(tokens):
        if token.level == 0 and token.nesting <= 0 and token.block:
            yield tokens[begun : index + 1]
            begun = index + 1


def _level(token: Token) -> int:
    if token.type == "heading_open":
        return int(token.tag[1:])
    return int(token.type == "ordered_list_open")


def _ends(items: Sequence[Lines | Fence], lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The line after each fence, by its first line."""
    for item in items:
        if isinstance(item, Fence):
            alone = lines[item.line].rstrip().endswith(":::")  # opened and closed on one line
            yield item.line, item.end + (item.closed and not alone)
            yield from _ends(item.items, lines)
