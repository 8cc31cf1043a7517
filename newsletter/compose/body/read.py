"""A body read: blocks with their places, out of the Markdown of one issue file.

In: an IssueText. Out: a Body. Called by compose.steps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from markdown_it.token import Token

from newsletter.compose.body.attributes import AttributeReader
from newsletter.compose.body.blocks import Block, Blocks, Body, Fenced, Prose, When
from newsletter.compose.body.fences import Fence, Lines, cut
from newsletter.compose.body.prose import ProseReader
from newsletter.compose.body.slots import Reader
from newsletter.compose.components import CATALOGUE, Component
from newsletter.compose.components import Body as Inner
from newsletter.compose.findings import COMPONENT, IMAGE, WHEN, Findings, near
from newsletter.compose.images import Images
from newsletter.compose.tokens import Tokens
from newsletter.model.artwork import Condition
from newsletter.model.issue import IssueText
from newsletter.model.place import Place

MOST_CONDITIONS = 8
_WHEN = "when"
_BAR = re.compile(r"(?<!\\)\|")


def read(text: IssueText, tokens: Tokens, images: Images, findings: Findings) -> Body:
    """The blocks of one language's body."""
    return _BodyReader(text, tokens, images, findings).body()


class _BodyReader:
    def __init__(self, text: IssueText, tokens: Tokens, images: Images, findings: Findings) -> None:
        slots = Reader(tokens, findings)
        self._findings = findings
        self._prose = ProseReader(text, slots, images, findings)
        self._lines = self._prose.lines
        self._written = text.body.split("\n")
        self._body = Body(spellings=slots.spellings)
        self._attributes = AttributeReader(slots, images, findings, self._link)

    def body(self) -> Body:
        items, stray = cut(self._written)
        for index in stray:
            self._findings.error(COMPONENT, "this ::: closes nothing", self._prose.place(index, 1))
        self._body.blocks = self._blocks(items, inside=False)
        for url, place in self._prose.links.items():
            self._body.links.setdefault(url, place)
        self._body.images = self._prose.images_seen
        self._count()
        return self._body

    def _link(self, url: str, place: Place) -> None:
        self._body.links.setdefault(url, place)

    def _count(self) -> None:
        shown = [block for block in self._body.blocks if isinstance(block, When)]
        for block in shown[MOST_CONDITIONS:]:
            message = f"more than {MOST_CONDITIONS} conditional blocks"
            self._findings.error(
                WHEN,
                message,
                block.place,
                hint="Each doubles the number of versions that somebody must check.",
            )

    def _blocks(self, items: list[Lines | Fence], *, inside: bool) -> Blocks:
        blocks: list[Block] = []
        for item in items:
            if isinstance(item, Lines):
                blocks += self._stretch(item)
            elif item.name.lower() == _WHEN:
                blocks += self._when(item, inside=inside)
            else:
                blocks += self._component(item)
        return tuple(blocks)

    def _stretch(self, lines: Lines) -> Iterator[Block]:
        """Prose; a paragraph that is only an image becomes an image component."""
        tokens = self._prose.tokens(lines.start, lines.end)
        cuts = [0, *(index for first in _lone_images(tokens) for index in (first, first + 3)), len(tokens)]
        for begin, end in pairwise(cuts):
            part = tokens[begin:end]
            if not part:
                continue
            index = part[0].map[0] if part[0].map else lines.start
            yield self._picture(part[1], index) if _is_lone_image(part) else self._prose.prose(part, index)

    def _picture(self, inline: Token, index: int) -> Fenced:
        children = inline.children or []
        image = next(child for child in children if child.type == "image")
        link = next((child for child in children if child.type == "link_open"), None)
        seen = self._prose.images_seen
        seen[:] = [
            one for one in seen if one.place.line != self._prose.place(index).line
        ]  # its component tells of it
        attributes = {
            "src": str(image.meta["name"]) if image.attrs["src"] else "",
            "alt": str(image.meta["alt"]),
            "caption": str(image.attrs.get("title", "")),
            "href": str(link.attrs.get("href", "")) if link else "",
            "decorative": "",
        }
        return Fenced(CATALOGUE["image"], attributes, None, (), self._prose.place(index, 1))

    def _place(self, fence: Fence) -> Place:
        place = self._prose.place(fence.line, fence.column)
        if not fence.closed:
            self._findings.error(
                COMPONENT,
                f"“::: {fence.name}” is never closed",
                place,
                hint="Put ::: on a line of its own after it.",
            )
        return place

    def _when(self, fence: Fence, *, inside: bool) -> Iterator[Block]:
        place = self._place(fence)
        source = fence.rest.strip()
        if inside:
            self._findings.error(
                WHEN,
                "a conditional block stands inside another",
                place,
                hint="Join the two conditions with “and”.",
            )
        elif not source:
            self._findings.error(
                WHEN,
                "a conditional block needs a condition",
                place,
                hint='::: when members, or ::: when province == "ON"',
            )
        else:
            yield When(Condition(source, place=place), self._blocks(fence.items, inside=True), place)
            return
        yield from self._blocks(fence.items, inside=True)

    def _component(self, fence: Fence) -> Iterator[Block]:
        place = self._place(fence)
        component = CATALOGUE.get(fence.name.lower())
        if component is None:
            hint = near(fence.name, [*CATALOGUE, _WHEN]) or f"There are: {', '.join(CATALOGUE)}, when."
            self._findings.error(COMPONENT, f"there is no component “{fence.name}”", place, hint=hint)
            yield from self._blocks(fence.items, inside=True)
            return
        at = self._prose.place(fence.line, fence.rest_column)
        attributes = self._attributes.read(component, fence.rest, at)
        self._judge_image(component, attributes, place)
        if any(isinstance(item, Fence) for item in fence.items):
            self._findings.error(COMPONENT, f"{component.name} cannot hold another component", place)
        prose, rows = self._inner(component, fence)
        yield Fenced(component, attributes, prose, rows, place)

    def _judge_image(self, component: Component, attributes: dict[str, str], place: Place) -> None:
        if attributes.get("decorative") and attributes.get("alt"):
            self._findings.warning(
                IMAGE, "a decorative image needs no alt text", place, hint="Keep one of the two."
            )

    def _inner(
        self, component: Component, fence: Fence
    ) -> tuple[Prose | None, tuple[tuple[Prose, ...], ...]]:
        lines = self._lines[fence.line + 1 : fence.end]
        filled = [fence.line + 1 + offset for offset, line in enumerate(lines) if line.strip()]
        if component.body is Inner.NONE:
            if filled:
                self._findings.error(
                    COMPONENT, f"{component.name} holds no text", self._prose.place(filled[0], 1)
                )
            return None, ()
        if component.body is Inner.ROWS:
            return None, self._rows(component, filled, fence)
        if not filled:
            return self._empty(component, fence), ()
        if component.body is Inner.LINE:
            return self._prose.line(" ".join(self._lines[index].strip() for index in filled), filled[0]), ()
        tokens = [
            token
            for item in fence.items
            if isinstance(item, Lines)
            for token in self._prose.tokens(item.start, item.end)
        ]
        return self._prose.prose(tokens, filled[0]), ()

    def _empty(self, component: Component, fence: Fence) -> Prose | None:
        if component.body is Inner.LINE:
            self._findings.error(
                COMPONENT,
                f"{component.name} needs a line of text",
                self._prose.place(fence.line, fence.column),
            )
        return None

    def _rows(self, component: Component, filled: list[int], fence: Fence) -> tuple[tuple[Prose, ...], ...]:
        fewest, most = component.columns
        rows: list[tuple[Prose, ...]] = []
        for index in filled:
            cells = _cells(self._lines[index])
            if not fewest <= len(cells) <= most:
                wanted = str(most) if fewest == most else f"{fewest} to {most}"
                self._findings.error(
                    COMPONENT,
                    f"a row of {component.name} has {wanted} cells, this one {len(cells)}",
                    self._prose.place(index, 1),
                    hint="Put | between the cells.",
                )
                continue
            rows.append(tuple(self._prose.line(cell, index) for cell in cells))
        if not filled:
            self._findings.error(
                COMPONENT,
                f"{component.name} needs at least one row",
                self._prose.place(fence.line, fence.column),
            )
        return tuple(rows)


def _cells(line: str) -> list[str]:
    """The cells of `a | b | c`; `\\|` is a bar."""
    cells = [cell.strip().replace("\\|", "|") for cell in _BAR.split(line)]
    if len(cells) > 2 and not cells[0] and not cells[-1]:
        cells = cells[1:-1]  # written with bars at both ends, as in a Markdown table
    return cells


def _is_lone_image(tokens: list[Token]) -> bool:
    if len(tokens) != 3 or tokens[0].type != "paragraph_open":
        return False
    kinds = [
        child.type for child in tokens[1].children or [] if child.content.strip() or child.type != "text"
    ]
    return kinds in (["image"], ["link_open", "image", "link_close"])


def _lone_images(tokens: list[Token]) -> list[int]:
    return [
        index
        for index, token in enumerate(tokens[:-2])
        if token.level == 0 and _is_lone_image(tokens[index : index + 3])
    ]
