"""HTML cut into chunks. Contexts are found by reading the HTML itself, conditional comments and VML included: what decides is where
a value will stand, not where a template put it.

In: HTML with tokens. Out: Chunks, and findings for tokens where none may stand. Called by compose.steps.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable, Iterator, Sequence

from newsletter.compose.balance import imbalance
from newsletter.compose.findings import WHEN
from newsletter.compose.scan import Span, What, scan
from newsletter.compose.slicing.cuts import CUTS, Cut, Marker, Where, cannot_stand
from newsletter.compose.tokens import Kind
from newsletter.compose.urls import WEB, encoded, meant, scheme
from newsletter.model.artwork import Chunks, Mark, MarkKind, SlotContext
from newsletter.model.said import Said

_ADDRESSES = {
    "href",
    "src",
    "background",
    "action",
    "cite",
    "poster",
    "data",
    "longdesc",
    "usemap",
    "xlink:href",
}
_NOT_LINKS = {"link", "base"}
_INSIDE = {
    What.RAW: Said("a style or script", "un style ou un script"),
    What.COMMENT: Said("a comment", "un commentaire"),
    What.OTHER: Said("a declaration", "une déclaration"),
}
_NEVER_OPENED = Said("it was never opened", "il n’a jamais été ouvert")
_NEVER_CLOSED = Said("it is never closed", "il n’est jamais fermé")
_STAND_ALONE = Said(
    "Let {{ content }} stand directly in mj-body, or in a column of its own.",
    "Laissez {{ content }} directement dans mj-body, ou dans une colonne à part.",
)


class HtmlSlicer:
    """Cuts HTML documents at their tokens and links."""

    def __init__(self, marker: Marker) -> None:
        self._marker = marker
        self._tokens = marker.tokens

    def chunks(self, text: str, where: Where) -> Chunks:
        """The chunks of a document; its pixel stands before </body>."""
        spans = list(scan(text))
        labels = link_labels(text, spans, self._marker.shown)
        cuts = [cut for span in spans for cut in self._span(text, span, where, labels)]
        body = text.lower().rfind("</body>")
        if body >= 0:
            cuts.append(Cut(body, body, Mark(MarkKind.PIXEL)))
        self._balanced(text, cuts, where)
        return self._marker.chunks(text, cuts, where)

    def _span(self, text: str, span: Span, where: Where, labels: dict[int, str]) -> Iterator[Cut]:
        content = text[span.start : span.end]
        if span.what is What.ATTRIBUTE:
            yield from self._attribute(content, span, where, labels)
        elif not self._tokens.within(content):
            return
        elif span.what in {What.TEXT, What.TITLE}:
            yield from self._running(content, span.start, SlotContext.TEXT, where)
        elif span.what is What.COMMENT and (mark := self._edge(content)) is not None:
            yield Cut(span.start, span.end, mark)
        elif span.what in _INSIDE:
            yield from self._images_only(content, span, where)

    def _edge(self, comment: str) -> Mark | None:
        match = self._marker.token.fullmatch(comment[4:-3].strip())
        return self._marker.cut_mark(self._tokens.meaning(match[0])) if match else None

    def _attribute(self, value: str, span: Span, where: Where, labels: dict[int, str]) -> Iterator[Cut]:
        if span.name == "href" and span.tag not in _NOT_LINKS and scheme(meant(value).strip()) in WEB:
            yield from self._link(value, span, where, labels.get(span.start, ""))
        elif not self._tokens.within(value):
            return
        elif span.name == "style" or span.name.startswith("on") or not span.quoted:
            yield from self._images_only(value, span, where)
        elif span.name in _ADDRESSES:
            yield from self._marker.address(value, span.start, SlotContext.URL, where)
        else:
            yield from self._running(value, span.start, SlotContext.ATTRIBUTE, where)

    def _link(self, value: str, span: Span, where: Where, label: str) -> Iterator[Cut]:
        language = where.language_at(span.start)
        url = encoded(meant(value))
        if not self._tokens.within(value):
            number = self._marker.numbers.link(url, language, label)
            yield Cut(span.start, span.end, Mark(MarkKind.LINK, number, SlotContext.URL))
            return
        yield from self._marker.address(value, span.start, SlotContext.URL, where)
        if not self._marker.url.match(value):
            self._marker.numbers.link(url, language, label, personal=encoded(self._marker.shown(url)))

    def _images_only(self, content: str, span: Span, where: Where) -> Iterator[Cut]:
        """Style, script and comments: images may stand there, values of members never."""
        for match in self._marker.url.finditer(content):
            if self._tokens.kind_of(match[1]) is Kind.IMAGE:
                mark = self._marker.mark(match[1], SlotContext.URL)
                yield Cut(span.start + match.start(), span.start + match.end(), mark)
        for token in self._tokens.found(content):
            meaning = self._tokens.meaning(token)
            if meaning.kind is not Kind.IMAGE:
                inside = _INSIDE.get(span.what, Said(f"{span.name}=…", f"{span.name}=…"))
                message = Said(
                    f"something that is filled in later cannot stand in {inside.en}",
                    f"ce qui est rempli plus tard ne peut pas se trouver dans {inside.fr}",
                )
                self._marker.refuse(message, meaning, where)

    def _running(self, content: str, start: int, context: SlotContext, where: Where) -> Iterator[Cut]:
        """Tokens in running text or in an ordinary attribute."""
        for match in re.finditer(f"{self._marker.url.pattern}|{self._marker.token.pattern}", content):
            token, is_url = match[1] or match[0], match[1] is not None
            meaning = self._tokens.meaning(token)
            if (meaning.kind is Kind.SLOT) is is_url or meaning.kind in {
                *CUTS,
                Kind.BLOCKS,
                Kind.RAW,
                Kind.LINK,
            }:
                self._marker.refuse(cannot_stand(meaning, "here", "ici"), meaning, where)
            else:
                mark = self._marker.mark(token, SlotContext.URL if is_url else context)
                yield Cut(start + match.start(), start + match.end(), mark)

    def _balanced(self, text: str, cuts: list[Cut], where: Where) -> None:
        """What a cut takes out leaves no tag and no conditional comment open."""
        opened: dict[int, Cut] = {}
        for cut in sorted(cuts, key=lambda cut: cut.start):
            if cut.mark.kind is MarkKind.WHEN:
                opened[cut.mark.number] = cut
            elif cut.mark.kind is MarkKind.END:
                begin = opened.pop(cut.mark.number, None)
                problem = imbalance(text[begin.end : cut.start]) if begin else _NEVER_OPENED
                if problem:
                    self._unbalanced(cut.mark.number, problem, where)
        for number in opened:
            self._unbalanced(number, _NEVER_CLOSED, where)

    def _unbalanced(self, number: int, problem: Said, where: Where) -> None:
        condition = self._marker.numbers.conditions[number]
        message = Said(
            f"this block cannot be taken out whole: {problem.en}",
            f"ce bloc ne peut pas être retiré en entier\u00a0: {problem.fr}",
        )
        findings = self._marker.findings
        findings.error(WHEN, message, condition.place, hint=_STAND_ALONE, language=where.name)


def link_labels(text: str, spans: Sequence[Span], shown: Callable[[str], str]) -> dict[int, str]:
    """What a reader sees of each link: its text, else the alt text of its image; by the offset of its address."""
    labels: dict[int, str] = {}
    heard: list[str] = []
    alts: list[str] = []
    opened: Span | None = None
    for span in spans:
        content = text[span.start : span.end]
        if span.what is What.ATTRIBUTE and span.name == "href" and span.tag not in _NOT_LINKS:
            opened, heard, alts = span, [], []
        elif span.what is What.ATTRIBUTE and span.name == "alt":
            alts.append(content)
        elif span.what is What.TEXT:
            heard.append(content)
        elif span.what is What.CLOSE and opened is not None and span.tag == opened.tag:
            said = "".join(heard) if "".join(heard).strip() else " ".join(dict.fromkeys(alts))
            labels[opened.start] = " ".join(shown(entities.unescape(said)).split())
            opened = None
    return labels
