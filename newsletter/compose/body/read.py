"""A body read: blocks with their places, out of the Markdown of one issue file.

In: an IssueText. Out: a Body. Called by compose.steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from markdown_it.token import Token

from newsletter.compose.body.attributes import AttributeReader
from newsletter.compose.body.blocks import Block, Blocks, Body, Fenced, When
from newsletter.compose.body.completing import Completer
from newsletter.compose.body.fences import Fence, Lines, cut
from newsletter.compose.body.inside import InsideReader
from newsletter.compose.body.prose import ProseReader
from newsletter.compose.body.slots import Reader
from newsletter.compose.components import CATALOGUE, Component
from newsletter.compose.components import Body as Inner
from newsletter.compose.findings import COMPONENT, IMAGE, WHEN, Findings, near
from newsletter.compose.images import Images
from newsletter.compose.tokens import Tokens
from newsletter.compose.typography.typeset import Typesetter
from newsletter.model.artwork import Condition
from newsletter.model.issue import IssueText
from newsletter.model.place import Place
from newsletter.model.said import Said

MOST_CONDITIONS = 8
_WHEN = "when"


def read(
    text: IssueText,
    tokens: Tokens,
    images: Images,
    findings: Findings,
    typesetter: Typesetter,
    completer: Completer,
) -> Body:
    """The blocks of one language's body."""
    return _BodyReader(text, tokens, images, findings, typesetter, completer).body()


class _BodyReader:
    def __init__(
        self,
        text: IssueText,
        tokens: Tokens,
        images: Images,
        findings: Findings,
        typesetter: Typesetter,
        completer: Completer,
    ) -> None:
        slots = Reader(tokens, findings)
        self._completer = completer
        self._findings = findings
        self._prose = ProseReader(text, slots, images, findings, typesetter)
        self._inside = InsideReader(self._prose, findings)
        self._written = text.body.split("\n")
        self._body = Body(spellings=slots.spellings)
        self._attributes = AttributeReader(slots, images, findings, self._link, typesetter)

    def body(self) -> Body:
        items, stray = cut(self._written)
        for index in stray:
            message = Said("this ::: closes nothing", "ce ::: ne ferme rien")
            self._findings.error(COMPONENT, message, self._prose.place(index, 1))
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
            message = Said(
                f"more than {MOST_CONDITIONS} conditional blocks",
                f"plus de {MOST_CONDITIONS} blocs conditionnels",
            )
            self._findings.error(
                WHEN,
                message,
                block.place,
                hint=Said(
                    "Each doubles the number of versions that somebody must check.",
                    "Chacun double le nombre de versions que quelqu’un doit vérifier.",
                ),
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
                Said(
                    f"“::: {fence.name}” is never closed",
                    f"«\u00a0::: {fence.name}\u00a0» n’est jamais fermé",
                ),
                place,
                hint=Said(
                    "Put ::: on a line of its own after it.", "Mettez ::: à la suite, seul sur sa ligne."
                ),
            )
        return place

    def _when(self, fence: Fence, *, inside: bool) -> Iterator[Block]:
        place = self._place(fence)
        source = fence.rest.strip()
        if inside:
            self._findings.error(
                WHEN,
                Said(
                    "a conditional block stands inside another",
                    "un bloc conditionnel se trouve à l’intérieur d’un autre",
                ),
                place,
                hint=Said(
                    "Join the two conditions with “and”.",
                    "Réunissez les deux conditions par «\u00a0and\u00a0».",
                ),
            )
        elif not source:
            self._findings.error(
                WHEN,
                Said(
                    "a conditional block needs a condition", "un bloc conditionnel a besoin d’une condition"
                ),
                place,
                hint=Said(
                    '::: when members, or ::: when province == "ON"',
                    '::: when members, ou ::: when province == "ON"',
                ),
            )
        else:
            yield When(Condition(source, place=place), self._blocks(fence.items, inside=True), place)
            return
        yield from self._blocks(fence.items, inside=True)

    def _component(self, fence: Fence) -> Iterator[Block]:
        place = self._place(fence)
        component = CATALOGUE.get(fence.name.lower())
        if component is None:
            names = ", ".join([*CATALOGUE, _WHEN])
            hint = near(fence.name, [*CATALOGUE, _WHEN]) or Said(
                f"There are: {names}.", f"Composants offerts\u00a0: {names}."
            )
            message = Said(
                f"there is no component “{fence.name}”",
                f"il n’y a pas de composant «\u00a0{fence.name}\u00a0»",
            )
            self._findings.error(COMPONENT, message, place, hint=hint)
            yield from self._blocks(fence.items, inside=True)
            return
        at = self._prose.place(fence.line, fence.rest_column)
        attributes = self._attributes.read(component, fence.rest, at)
        self._judge_image(component, attributes, place)
        parts = self._parts(component, fence, place)
        prose, rows = self._inside.read(component, fence, attributes)
        attributes, prose = self._completer.complete(
            component, attributes, prose, place, lambda text: self._prose.told(text, fence.line)
        )
        yield Fenced(component, attributes, prose, rows, place, parts)

    def _judge_image(self, component: Component, attributes: dict[str, str], place: Place) -> None:
        if attributes.get("decorative") and attributes.get("alt"):
            message = Said(
                "a decorative image needs no alt text",
                "une image décorative n’a pas besoin de texte de remplacement",
            )
            hint = Said("Keep one of the two.", "Gardez l’un des deux.")
            self._findings.warning(IMAGE, message, place, hint=hint)

    def _parts(self, component: Component, fence: Fence, place: Place) -> tuple[Fenced, ...]:
        """The components inside another; what else stands there is a finding."""
        if component.body is not Inner.PARTS:
            if any(isinstance(item, Fence) for item in fence.items):
                message = Said(
                    f"{component.name} cannot hold another component",
                    f"{component.name} ne peut pas contenir un autre composant",
                )
                self._findings.error(COMPONENT, message, place)
            return ()
        parts: list[Fenced] = []
        for item in fence.items:
            if isinstance(item, Fence) and item.name.lower() == component.holds:
                parts += [block for block in self._component(item) if isinstance(block, Fenced)]
            else:
                at = self._prose.place(item.line if isinstance(item, Fence) else item.start, 1)
                message = Said(
                    f"{component.name} holds “::: {component.holds}”, and nothing else",
                    f"{component.name} contient des «\u00a0::: {component.holds}\u00a0», et rien d’autre",
                )
                self._findings.error(COMPONENT, message, at)
        fewest, most = component.columns
        if not fewest <= len(parts) <= most:
            message = Said(
                f"{component.name} holds {fewest} of “::: {component.holds}”, this one {len(parts)}",
                f"{component.name} contient {fewest} «\u00a0::: {component.holds}\u00a0», et celui-ci {len(parts)}",
            )
            self._findings.error(COMPONENT, message, place)
        return tuple(parts)


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
