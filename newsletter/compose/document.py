"""One language of one email as an MJML tree: template rendered, includes and blocks put in, defaults added.

In: a Frame, values, a body. Out: the root element. Called by compose.parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from newsletter.compose.body.blocks import Block, Blocks
from newsletter.compose.findings import COMPONENT, MJML, Findings
from newsletter.compose.frame.environment import ROOT
from newsletter.compose.frame.looks import BUILT_IN, BlockView, blocks_token
from newsletter.compose.frame.marks import Origin, unmarked
from newsletter.compose.frame.render import Frame
from newsletter.compose.frame.values import Opaque
from newsletter.compose.mjml.expand import Expander
from newsletter.compose.mjml.includes import Includer
from newsletter.compose.mjml.tree import Element, Loose, MjmlFault, made, parse
from newsletter.compose.tokens import Tokens
from newsletter.model.place import Place
from newsletter.model.said import Said

Node = Element | Loose
_ONE_ROOT = Said("a template is one <mjml> element", "un gabarit est un seul élément <mjml>")
_BEGIN = Said(
    'Begin it with <mjml>, or with {% extends "base.mjml" %}.',
    'Commencez-le par <mjml>, ou par {% extends "base.mjml" %}.',
)


@dataclass(frozen=True, slots=True)
class DocumentMaker:
    """Makes the MJML of one part."""

    frame: Frame
    tokens: Tokens
    findings: Findings
    values: Mapping[str, Any]
    names: tuple[str, ...]

    def document(self, template: str, blocks: Blocks) -> Element | None:
        """The whole document; None, with findings, when it cannot be made."""
        values = {
            **self.values,
            "content": Opaque(blocks_token(blocks, self.tokens), "content"),
            "body": [BlockView(block, self.tokens) for block in blocks],
        }
        nodes = self._parsed(f"{template}.mjml", values, None)
        if nodes is None:
            return None
        roots = [node for node in nodes if isinstance(node, Element)]
        place = Place(f"{ROOT}{template}.mjml", 1)
        if [root.tag for root in roots] != ["mjml"]:
            self.findings.error(MJML, _ONE_ROOT, roots[0].place if roots else place, hint=_BEGIN)
            return None
        self._complete(roots[0])
        return roots[0]

    def _complete(self, root: Element) -> None:
        Includer(self._included, self._text, self.names, self.findings).document(root)
        Expander(self.tokens, self.findings, self._look, self._view).document(root)
        self._defaults(root)

    def _defaults(self, root: Element) -> None:
        """Language, direction, title and preheader where the template says none."""
        head = next((child for child in root.elements() if child.tag == "mj-head"), None)
        if head is None:
            head = made("mj-head", root.place)
            root.children.insert(0, head)
        issue = self.values["issue"]
        for tag, text in (("mj-title", issue["title"]), ("mj-preview", issue["preheader"])):
            if text and all(child.tag != tag for child in head.elements()):
                head.children.append(made(tag, root.place, text=escape(text)))

    def _view(self, block: Block) -> object:
        return BlockView(block, self.tokens)

    def _look(self, name: str, values: dict[str, object], place: Place) -> list[Node]:
        path = f"components/{name}.mjml"
        if self.frame.has(path):
            return self._parsed(path, {**self.values, **values}, place) or []
        built_in = BUILT_IN.get(path)
        if built_in is None:
            message = Said(
                f"the theme has no look for “{name}”",
                f"le thème n’a pas de gabarit pour «\u00a0{name}\u00a0»",
            )
            hint = Said(f"Add templates/{path}.", f"Ajoutez templates/{path}.")
            self.findings.error(COMPONENT, message, place, hint=hint)
            return []
        block = values["block"]
        content = block["content"] if isinstance(block, dict) else getattr(block, "content", "")
        return parse(unmarked(built_in.replace("{{ block.content }}", str(content)), ()))

    def _included(self, path: str) -> list[Node]:
        return self._parsed(path, self.values, None) or []

    def _text(self, path: str) -> Origin:
        return unmarked(self.frame.rendered(path, self.values) or "", self.frame.files, ROOT + path)

    def _parsed(self, path: str, values: Mapping[str, Any], place: Place | None) -> list[Node] | None:
        rendered = self.frame.rendered(path, values, place)
        if rendered is None:
            return None
        try:
            return parse(unmarked(rendered, self.frame.files, ROOT + path))
        except MjmlFault as fault:
            self.findings.error(MJML, fault.message, fault.place, hint=fault.hint)
            return None
