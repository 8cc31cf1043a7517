"""`<mj-include>` replaced by what it names: from the given templates alone, never in a circle.

In: a tree, a way to render a template. Out: the tree without includes. Called by compose.parts.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import dataclass

from newsletter.compose.findings import MJML, Findings, near
from newsletter.compose.frame.environment import BREAK_THE_CIRCLE, ROOT
from newsletter.compose.frame.marks import Origin
from newsletter.compose.mjml.tree import Element, Loose, made
from newsletter.model.said import NOTHING, Said

Node = Element | Loose
_DEEPEST = 10
_PATHS = Said(
    f"Paths are relative to {ROOT}, and stay inside it.",
    f"Les chemins partent de {ROOT} et n’en sortent pas.",
)
_KINDS = ("mjml", "html", "css")


@dataclass(frozen=True, slots=True)
class Includer:
    """Replaces includes. `load` renders and parses a template; `text` renders one as it is; `names` are those that exist."""

    load: Callable[[str], list[Node]]
    text: Callable[[str], Origin]
    names: tuple[str, ...]
    findings: Findings

    def document(self, root: Element) -> None:
        """Replace every include below an element, in place."""
        self._children(root, ())

    def _children(self, parent: Element, chain: tuple[str, ...]) -> None:
        fresh: list[Node] = []
        for child in parent.children:
            if isinstance(child, Element) and child.tag == "mj-include":
                fresh += self._include(child, chain)
            else:
                if isinstance(child, Element):
                    self._children(child, chain)
                fresh.append(child)
        parent.children = fresh

    def _include(self, element: Element, chain: tuple[str, ...]) -> list[Node]:
        path = posixpath.normpath(element.get("path") or "")
        kind = element.get("type") or "mjml"
        if not self._allowed(element, path, kind, chain):
            return []
        if kind == "css":
            inline = {"inline": "inline"} if element.get("css-inline") == "inline" else {}
            return [self._whole("mj-style", element, path, inline)]
        if kind == "html":
            return [self._whole("mj-raw", element, path, {})]
        root = Element("", element.place, children=self.load(path))
        if any(child.tag == "mjml" for child in root.elements()):
            message = Said(f"“{path}” is a whole document", f"«\u00a0{path}\u00a0» est un document entier")
            hint = Said(
                "Include what stands inside mj-body or mj-head, without <mjml> around it.",
                "Incluez ce qui se trouve dans mj-body ou mj-head, sans <mjml> autour.",
            )
            self.findings.error(MJML, message, element.place, hint=hint)
            return []
        self._children(root, (*chain, path))
        return root.children

    def _whole(self, tag: str, element: Element, path: str, attributes: dict[str, str]) -> Element:
        origin = self.text(path)
        holder = made(tag, element.place, attributes, text=origin.text)
        holder.origin = origin
        return holder

    def _allowed(self, element: Element, path: str, kind: str, chain: tuple[str, ...]) -> bool:
        message, hint = NOTHING, NOTHING
        if kind not in _KINDS:
            kinds = ", ".join(_KINDS)
            message = Said(
                f"mj-include has no type “{kind}”", f"mj-include n’a pas de type «\u00a0{kind}\u00a0»"
            )
            hint = Said(f"One of: {kinds}.", f"L’un de ceux-ci\u00a0: {kinds}.")
        elif path not in self.names:
            message = Said(
                f"there is no template “{path}” to include",
                f"il n’y a pas de gabarit «\u00a0{path}\u00a0» à inclure",
            )
            hint = near(path, self.names) or _PATHS
        elif path in chain or len(chain) >= _DEEPEST:
            circle = " → ".join([*chain, path])
            message = Said(
                f"templates include one another without end: {circle}",
                f"des gabarits s’incluent les uns les autres sans fin\u00a0: {circle}",
            )
            hint = BREAK_THE_CIRCLE
        if message:
            self.findings.error(MJML, message, element.place, hint=hint)
        return not message
