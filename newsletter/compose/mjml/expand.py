"""Blocks put in their places: what `{{ content }}` and `{{ block }}` left behind becomes MJML.

In: a tree with tokens of blocks between its elements. Out: the tree without them. Called by compose.parts.

Where blocks stand decides what they become: directly in mj-body, sections; in mj-section, mj-column or mj-hero, pieces of a column;
alone in an mj-text, the same with that mj-text's attributes for prose; amid other HTML, prose as HTML. A component as wide as the
mail, met in a column, closes that section and column and opens them again behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from newsletter.compose.body.blocks import Block, Blocks, Fenced, Prose, When, level
from newsletter.compose.components import Level
from newsletter.compose.findings import COMPONENT, MJML, WHEN, Findings
from newsletter.compose.frame.values import Opaque
from newsletter.compose.mjml.defects import NO_WHEN_IN_WRAPPER
from newsletter.compose.mjml.tree import Attribute, Element, Loose, made
from newsletter.compose.tokens import Kind, Tokens
from newsletter.model.place import Place
from newsletter.model.said import Said

Node = Element | Loose
#: renders templates/components/NAME.mjml with values, and parses it
Look = Callable[[str, dict[str, object], Place], list[Node]]

PROSE_LOOK, BAND_LOOK = "prose", "band"
WIDE = "wide"  #: holds what is as wide as the mail until its section is parted; never compiled

_HOMES_OF_THE_BODY = Said(
    "Put it into mj-body, mj-section, mj-column or mj-text.",
    "Mettez-le dans mj-body, mj-section, mj-column ou mj-text.",
)
_OUT_OF_THE_WRAPPER = Said(
    "Put {{ content }} outside the mj-wrapper: Outlook's table around each part cannot be cut there.",
    "Mettez {{ content }} hors du mj-wrapper\u00a0: "
    "le tableau qu’Outlook met autour de chaque partie ne peut pas y être coupé.",
)
_WIDE_IN_COLUMNS = Said(
    "a component as wide as the mail stands in one of several columns",
    "un composant aussi large que le courriel se trouve dans une colonne parmi d’autres",
)
_ONE_COLUMN = Said(
    "Put {{ content }} into a section with one column, or directly into mj-body.",
    "Mettez {{ content }} dans une section à une seule colonne, ou directement dans mj-body.",
)


def _amid_html(place: Place) -> Said:
    return Said(
        f"{place} puts the body amid other HTML; let {{{{ content }}}} stand alone in its mj-text.",
        f"{place} met le corps au milieu d’autre HTML; laissez {{{{ content }}}} seul dans son mj-text.",
    )


@dataclass(frozen=True, slots=True)
class Expander:
    """Expands the blocks of one document. `look` gives the MJML of a component, `view` what its template is handed."""

    tokens: Tokens
    findings: Findings
    look: Look
    view: Callable[[Block], object]

    def document(self, root: Element) -> None:
        """Expand everything below an element, in place."""
        self._children(root)

    def _children(self, parent: Element) -> None:
        fresh: list[Node] = []
        for child in parent.children:
            fresh += self._node(child, parent)
        parent.children = fresh

    def _node(self, child: Node, parent: Element) -> list[Node]:
        if isinstance(child, Loose):
            return self._loose(child, parent)
        if child.tag == "mj-text" and (blocks := self._alone(child.text)) is not None:
            return self._pieces(blocks, child.attributes)
        if child.text:
            self._write_html(child)
        self._children(child)
        return self._split(child) if child.tag == "mj-section" else [child]

    def _loose(self, loose: Loose, parent: Element) -> list[Node]:
        blocks = self._alone(loose.text)
        if blocks is None:
            return [loose]
        if parent.tag == "mj-body":
            return self.sections(blocks)
        if parent.tag == "mj-wrapper":
            return self._in_wrapper(blocks)
        if parent.tag == "mj-section":
            return [made("mj-column", loose.place, children=self._pieces(blocks))]
        if parent.tag == "mj-column" or (parent.tag == "mj-hero" and not any(map(_is_wide, blocks))):
            return self._pieces(blocks)
        message = Said(
            f"the body of an issue cannot stand in <{parent.tag}>",
            f"le corps d’un numéro ne peut pas se trouver dans <{parent.tag}>",
        )
        self.findings.error(MJML, message, loose.place, hint=_HOMES_OF_THE_BODY)
        return []

    def _alone(self, text: str) -> Blocks | None:
        """The blocks of a text that is nothing but their tokens."""
        stripped = text.strip()
        found = self.tokens.found(stripped)
        rest = self.tokens.pattern.sub("", stripped)
        if not found or rest.strip() or any(self.tokens.kind_of(token) is not Kind.BLOCKS for token in found):
            return None
        return tuple(block for token in found for block in self._blocks(token))

    def _blocks(self, token: str) -> Blocks:
        blocks = self.tokens.meaning(token).value
        return blocks if isinstance(blocks, tuple) else ()

    def _in_wrapper(self, blocks: Blocks) -> list[Node]:
        for block in blocks:
            if isinstance(block, When):
                self.findings.error(WHEN, NO_WHEN_IN_WRAPPER, block.place, hint=_OUT_OF_THE_WRAPPER)
        return self.sections(tuple(block for block in blocks if not isinstance(block, When)))

    def sections(self, blocks: Blocks) -> list[Node]:
        """Blocks as children of mj-body: neighbours that fit in one column share a band."""
        sections: list[Node] = []
        run: list[Block] = []
        for block in blocks:
            if level(block) is Level.COLUMN:
                run.append(block)
                continue
            sections += self._bands(run)
            run = []
            sections += self._wide(block)
        return sections + self._bands(run)

    def _bands(self, run: list[Block]) -> list[Node]:
        """One band for neighbours; where all of them are conditional, one each, so that none leaves an empty band behind."""
        if not all(isinstance(block, When) for block in run):
            return self._band(run)
        blocks = (block for block in run if isinstance(block, When))
        return [node for block in blocks for node in self._cut(block, self._band(list(block.blocks)))]

    def _wide(self, block: Block) -> list[Node]:
        if isinstance(block, When):
            return self._cut(block, self.sections(block.blocks))
        return self._look_of(block)

    def _cut(self, block: When, inner: list[Node]) -> list[Node]:
        opening, closing = self.tokens.condition(block.condition)
        return [
            made("mj-raw", block.place, text=f"<!--{opening}-->"),
            *inner,
            made("mj-raw", block.place, text=f"<!--{closing}-->"),
        ]

    def _band(self, run: list[Block]) -> list[Node]:
        if not run:
            return []
        token = self._token(tuple(run))
        place = run[0].place
        values: dict[str, object] = {"block": {"content": Opaque(token, "content"), "kind": BAND_LOOK}}
        root = Element("mj-body", place, children=self.look(BAND_LOOK, values, place))
        self._children(root)
        return root.children

    def _token(self, blocks: Blocks) -> str:
        key = "|".join(f"{type(block).__name__}{block.place}" for block in blocks)
        return self.tokens.put(Kind.BLOCKS, key, blocks)

    def _pieces(self, blocks: Blocks, dress: list[Attribute] | None = None) -> list[Node]:
        """Blocks as children of a column; `dress` are the attributes that prose wears. What is as wide as the mail is set apart."""
        pieces: list[Node] = []
        for block in blocks:
            if level(block) is Level.SECTION:
                pieces.append(made(WIDE, block.place, children=self._wide(block)))
            elif isinstance(block, When):
                pieces += self._cut(block, self._pieces(block.blocks, dress))
            elif isinstance(block, Prose) and dress is not None:
                pieces.append(Element("mj-text", block.place, _copied(dress), text=block.html))
            else:
                pieces += self._look_of(block)
        return pieces

    def _look_of(self, block: Block) -> list[Node]:
        name = block.component.name if isinstance(block, Fenced) else PROSE_LOOK
        nodes = self.look(name, {"block": self.view(block)}, block.place)
        around = "mj-body" if level(block) is Level.SECTION else "mj-column"
        root = Element(around, block.place, children=nodes)
        self._children(root)
        return root.children

    def _write_html(self, element: Element) -> None:
        """The blocks in an element's text as HTML; only prose can stand amid HTML. What follows keeps its place in the template."""
        pieces: list[str] = []
        last = length = 0
        for match in self.tokens.pattern.finditer(element.text):
            if self.tokens.kind_of(match[0]) is not Kind.BLOCKS:
                continue
            html = "\n".join(self._html_of(block, element.place) for block in self._blocks(match[0]))
            pieces += [element.text[last : match.start()], html]
            length += match.start() - last
            element.moves += [(length, match.start()), (length + len(html), match.end())]
            length, last = length + len(html), match.end()
        element.text = "".join([*pieces, element.text[last:]])

    def _html_of(self, block: Block, place: Place) -> str:
        if isinstance(block, Prose):
            return block.html
        if isinstance(block, When):
            opening, closing = self.tokens.condition(block.condition)
            inner = "\n".join(self._html_of(part, place) for part in block.blocks)
            return f"<!--{opening}-->{inner}<!--{closing}-->"
        name = block.component.name
        message = Said(f"{name} cannot stand inside text", f"{name} ne peut pas se trouver dans du texte")
        self.findings.error(COMPONENT, message, block.place, hint=_amid_html(place))
        return ""

    def _split(self, section: Element) -> list[Node]:
        """A section whose column holds sections becomes several, one after another."""
        columns = list(section.elements())
        wide = [column for column in columns if any(child.tag == WIDE for child in column.elements())]
        if not wide:
            return [section]
        if len(columns) > 1:
            self.findings.error(COMPONENT, _WIDE_IN_COLUMNS, section.place, hint=_ONE_COLUMN)
            for column in wide:
                column.children = [
                    child for child in column.children if isinstance(child, Loose) or child.tag != WIDE
                ]
            return [section]
        return list(_parted(section, wide[0]))


def _is_wide(block: Block) -> bool:
    return level(block) is Level.SECTION


def _copied(attributes: list[Attribute]) -> list[Attribute]:
    return [Attribute(attribute.name, attribute.value, attribute.place) for attribute in attributes]


def _parted(section: Element, column: Element) -> Iterable[Node]:
    run: list[Node] = []
    for child in column.children:
        if isinstance(child, Element) and child.tag == WIDE:
            if run:
                yield _again(section, column, run)
            run = []
            yield from child.children
        else:
            run.append(child)
    if run:
        yield _again(section, column, run)


def _again(section: Element, column: Element, run: list[Node]) -> Element:
    inner = Element(column.tag, column.place, _copied(column.attributes), list(run))
    return Element(section.tag, section.place, _copied(section.attributes), [inner])
