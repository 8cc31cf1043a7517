"""One email made: its part, or its two, as HTML and plain text with tokens.

In: the issue's bodies, the request, the parts. Out: HTML and text, or None with findings. Called by compose.steps.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from newsletter.compose.body.blocks import Body
from newsletter.compose.document import DocumentMaker
from newsletter.compose.findings import INVARIANT, MJML, Findings
from newsletter.compose.finish import finished
from newsletter.compose.frame.context import ContextMaker, Part
from newsletter.compose.frame.marks import unmarked
from newsletter.compose.frame.render import Frame
from newsletter.compose.images import Images
from newsletter.compose.inline import InlineFault, inlined
from newsletter.compose.invariants import broken
from newsletter.compose.joining import Starts, joined, joined_texts, starts_in
from newsletter.compose.mjml.compile import CompilerFault, compiled
from newsletter.compose.mjml.harden import harden
from newsletter.compose.mjml.judge import judge
from newsletter.compose.mjml.tree import Element
from newsletter.compose.request import Request
from newsletter.compose.styles import judge_inline
from newsletter.compose.text import PlainPart
from newsletter.compose.tokens import Tokens
from newsletter.compose.uses import document_images, written_links
from newsletter.model.edition import ImageUse
from newsletter.model.issue import Issue
from newsletter.model.place import Place
from newsletter.model.said import Said, said

_INLINE_CSS = "inline.css"
_ICONS = "https://social-icons.invalid/"
_ICON = re.compile(re.escape(_ICONS) + r"([\w-]+\.png)")


@dataclass(frozen=True, slots=True)
class Email:
    """One email with tokens, and where each of its languages begins."""

    html: str
    text: str
    html_starts: Starts
    text_starts: Starts


@dataclass(frozen=True, slots=True)
class EmailMaker:
    """Makes the emails of one issue."""

    request: Request
    issue: Issue
    bodies: Mapping[str, Body]
    tokens: Tokens
    findings: Findings
    contexts: ContextMaker
    images: Images
    frames: dict[str, Frame] = field(default_factory=dict)
    uses: list[ImageUse] = field(default_factory=list)  #: those of the documents that were made
    links: dict[tuple[str, str], Place] = field(
        default_factory=dict
    )  #: where a link stands, by language and URL

    def email(self, parts: tuple[Part, ...]) -> Email | None:
        """An email of one language, or of two."""
        values = [self.contexts.values(part) for part in parts]
        roots = [self._document(part, values[index]) for index, part in enumerate(parts)]
        texts = [self._text(part, values[index]) for index, part in enumerate(parts)]
        whole = [root for root in roots if root is not None]
        written = [text for text in texts if text is not None]
        if len(whole) < len(parts) or len(written) < len(parts) or self.findings.fatal:
            return None
        languages = [part.language for part in parts]
        html = self._html(joined(whole, languages), languages[0], values[0])
        text, text_starts = joined_texts(written, languages)
        return Email(html, text, starts_in(html, languages), text_starts) if html else None

    def _frame(self, language: str) -> Frame:
        if language not in self.frames:
            self.frames[language] = Frame(self.request, self.tokens, self.findings, language)
        return self.frames[language]

    def _document(self, part: Part, values: Mapping[str, Any]) -> Element | None:
        names = tuple(sorted(self.request.templates))
        maker = DocumentMaker(self._frame(part.language), self.tokens, self.findings, values, names)
        root = maker.document(self.issue.template, self.bodies[part.language].blocks)
        if root is not None:
            judge(root, self.tokens, self.findings)
            self.uses.extend(document_images(root, part.language, self.tokens))
            for url, place in written_links(root):
                self.links.setdefault((part.language, url), place)
        return root

    def _text(self, part: Part, values: Mapping[str, Any]) -> str | None:
        writer = PlainPart(self._frame(part.language), self.tokens, self.findings, values)
        return writer.text(self.issue.template, self.bodies[part.language])

    def _html(self, root: Element, language: str, values: Mapping[str, Any]) -> str:
        css = harden(root, language)
        place = Place(f"templates/{self.issue.template}.mjml", 1)
        try:
            html = finished(self._icons(compiled(root, self.tokens, _ICONS), place), language)
            html = inlined(html, self._css(language, values) + css, self.tokens, fast=self.request.fast)
        except CompilerFault as fault:
            told = said(fault.message)
            message = Said(
                f"the compiler refuses this: {told.en}",
                f"le compilateur refuse ceci\u00a0: {told.fr or told.en}",
            )
            self.findings.error(MJML, message, fault.place)
        except InlineFault as fault:
            self.findings.error(INVARIANT, fault.message, place)
        else:
            return self._kept(html, place)
        return ""

    def _kept(self, html: str, place: Place) -> str:
        """The HTML, if it keeps what every email promises."""
        faults = tuple(broken(html))
        for message in faults:
            self.findings.error(INVARIANT, message, place)
        return "" if faults else html

    def _icons(self, html: str, place: Place) -> str:
        """The icons of mj-social from templates/images/social/, not from the compiler's makers."""
        return _ICON.sub(lambda match: self.images.url(f"social/{match[1]}", place), html)

    def _css(self, language: str, values: Mapping[str, Any]) -> str:
        frame = self._frame(language)
        if not frame.has(_INLINE_CSS):
            return ""
        origin = unmarked(frame.rendered(_INLINE_CSS, values) or "", frame.files, f"templates/{_INLINE_CSS}")
        judge_inline(origin, self.findings)
        return origin.text
