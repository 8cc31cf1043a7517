"""Plain text and subjects cut into chunks.

In: texts with tokens. Out: Chunks. Called by compose.steps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.compose.slicing.cuts import CUTS, Cut, Marker, Where, cannot_stand
from newsletter.compose.tokens import Kind
from newsletter.compose.urls import encoded
from newsletter.model.artwork import Chunks, Mark, MarkKind, Slot, SlotContext

_URL = re.compile(r"https?://[^\s<>\"«»“”]+", re.IGNORECASE)
_PAIRS = {")": "(", "]": "[", "}": "{"}


class PlainSlicer:
    """Cuts plain-text parts and subjects at their tokens and addresses."""

    def __init__(self, marker: Marker) -> None:
        self._marker = marker
        self._tokens = marker.tokens

    def chunks(self, text: str, where: Where) -> Chunks:
        """The chunks of a plain-text part."""
        cuts: list[Cut] = []
        taken: list[range] = []
        for match in _URL.finditer(text):
            url = trimmed(self._ended(match[0]))
            taken.append(range(match.start(), match.start() + len(url)))
            cuts += self._url(url, match.start(), where)
        for match in self._marker.token.finditer(text):
            if not any(match.start() in stretch for stretch in taken):
                cuts += self._token(match, where)
        return self._marker.chunks(text, cuts, where)

    def subject(self, text: str, where: Where) -> Chunks:
        """The chunks of a subject line, in which only slots can stand."""
        cuts: list[Cut] = []
        for match in self._marker.token.finditer(text):
            meaning = self._tokens.meaning(match[0])
            if meaning.kind is Kind.SLOT:
                cuts.append(Cut(match.start(), match.end(), self._marker.mark(match[0], SlotContext.SUBJECT)))
            else:
                message = cannot_stand(meaning, "in a subject", "dans un objet")
                self._marker.refuse(message, meaning, where)
        return self._marker.chunks(text, cuts, where)

    def _ended(self, url: str) -> str:
        """A URL up to the edge of a conditional block, or to a link, that follows without a space."""
        ends = (
            match.start()
            for match in self._marker.token.finditer(url)
            if self._tokens.kind_of(match[0]) in {*CUTS, Kind.LINK}
        )
        return url[: next(ends, len(url))]

    def _url(self, url: str, start: int, where: Where) -> Iterator[Cut]:
        if self._tokens.within(url):
            yield from self._marker.address(url, start, SlotContext.PLAIN_URL, where)
            return
        number = self._marker.numbers.link(encoded(url), where.language_at(start))
        yield Cut(start, start + len(url), Mark(MarkKind.LINK, number, SlotContext.PLAIN_URL))

    def _token(self, match: re.Match[str], where: Where) -> Iterator[Cut]:
        meaning = self._tokens.meaning(match[0])
        mark: Mark | None
        if isinstance(meaning.value, Slot):
            mark = self._marker.mark(match[0], SlotContext.PLAIN)
        elif meaning.kind is Kind.LINK:
            number = self._marker.numbers.link(str(meaning.value), where.language_at(match.start()))
            mark = Mark(MarkKind.LINK, number, SlotContext.PLAIN_URL)
        else:
            mark = self._marker.cut_mark(meaning, SlotContext.PLAIN)
        if mark is None:
            message = cannot_stand(meaning, "in plain text", "dans le texte brut")
            self._marker.refuse(message, meaning, where)
        else:
            yield Cut(match.start(), match.end(), mark)


def trimmed(url: str) -> str:
    """A URL in running text without the punctuation that ends its sentence."""
    while url:
        last = url[-1]
        unpaired = last in _PAIRS and url.count(last) > url.count(_PAIRS[last])
        if not unpaired and last not in ".,;:!?…'’":
            break
        url = url[:-1]
    return url
