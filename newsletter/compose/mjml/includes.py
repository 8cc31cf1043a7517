"""`<mj-include>` replaced by what it names: from the given templates alone, never in a circle.

In: a tree, a way to render a template. Out: the tree without includes. Called by compose.parts.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import dataclass

from newsletter.compose.findings import MJML, Findings, near
from newsletter.compose.frame.environment import ROOT
from newsletter.compose.frame.marks import Origin
from newsletter.compose.mjml.tree import Element, Loose, made

Node = Element | Loose
_DEEPEST = 10
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
            hint = "Include what stands inside mj-body or mj-head, without <mjml> around it."
            self.findings.error(MJML, f"“{path}” is a whole document", element.place, hint=hint)
            return []
        self._children(root, (*chain, path))
        return root.children

    def _whole(self, tag: str, element: Element, path: str, attributes: dict[str, str]) -> Element:
        origin = self.text(path)
        holder = made(tag, element.place, attributes, text=origin.text)
        holder.origin = origin
        return holder

    def _allowed(self, element: Element, path: str, kind: str, chain: tuple[str, ...]) -> bool:
        message, hint = "", ""
        if kind not in _KINDS:
            message, hint = f"mj-include has no type “{kind}”", f"One of: {', '.join(_KINDS)}."
        elif path not in self.names:
            message = f"there is no template “{path}” to include"
            hint = near(path, self.names) or f"Paths are relative to {ROOT}, and stay inside it."
        elif path in chain or len(chain) >= _DEEPEST:
            message = f"templates include one another without end: {' → '.join([*chain, path])}"
            hint = "Break the circle."
        if message:
            self.findings.error(MJML, message, element.place, hint=hint)
        return not message
