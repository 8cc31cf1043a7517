"""Finished texts cut into chunks: every token becomes a mark that knows its context, every author's link a mark of its own.

In: HTML or plain text with tokens. Out: Chunks, and findings for tokens where none may stand. Called by compose.steps.

Contexts are found by reading the HTML itself, conditional comments and VML included: what decides is where a value will stand, not
where a template put it.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from newsletter.compose.balance import imbalance
from newsletter.compose.findings import INVARIANT, LINK, SLOT, WHEN, Findings
from newsletter.compose.numbers import Numbers
from newsletter.compose.scan import Span, What, scan
from newsletter.compose.tokens import Kind, Meaning, Tokens
from newsletter.compose.urls import WEB, encoded, scheme
from newsletter.model.artwork import Chunks, Condition, Mark, MarkKind, Piece, Slot, SlotContext

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
_BEHIND_HOST = re.compile(r"https?://[^/?#\s]+[/?#]|mailto:[^?]*\?|#", re.IGNORECASE)
_PAGES = {
    Kind.VIEW: MarkKind.VIEW,
    Kind.UNSUBSCRIBE: MarkKind.UNSUBSCRIBE,
    Kind.PREFERENCES: MarkKind.PREFERENCES,
}
_PLAIN_URL = re.compile(r"https?://[^\s<>\"«»“”]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cut:
    """A mark in the place of a stretch of text."""

    start: int
    end: int
    mark: Mark


@dataclass(frozen=True, slots=True)
class Where:
    """Which text is cut: its name ("en+fr"), the language it begins in, and where the second one begins."""

    name: str
    language: str
    second: str = ""
    second_from: int = 0

    def language_at(self, offset: int) -> str:
        """The language that an offset is written in."""
        return self.second if self.second and offset >= self.second_from else self.language


class Slicer:
    """Cuts texts at their tokens."""

    def __init__(self, tokens: Tokens, numbers: Numbers, findings: Findings) -> None:
        self._tokens = tokens
        self._numbers = numbers
        self._findings = findings
        self._token = tokens.pattern
        self._url = re.compile(rf"https://({tokens.pattern.pattern})\.invalid/")

    # -- HTML ---------------------------------------------------------------------------------------------------------

    def html(self, text: str, where: Where) -> Chunks:
        """The chunks of an HTML document; its pixel stands before </body>."""
        cuts: list[Cut] = []
        labels = _labels(text, self._shown)
        for span in scan(text):
            cuts += self._span(text, span, where, labels)
        body = text.lower().rfind("</body>")
        if body >= 0:
            cuts.append(Cut(body, body, Mark(MarkKind.PIXEL)))
        chunks = _sliced(text, cuts)
        self._whole(text, cuts, where)
        self._balanced(text, cuts, where)
        return chunks

    def _span(self, text: str, span: Span, where: Where, labels: dict[int, str]) -> Iterator[Cut]:
        content = text[span.start : span.end]
        match span.what:
            case What.TEXT | What.TITLE:
                yield from self._tokens_in(content, span.start, SlotContext.TEXT, where)
            case What.ATTRIBUTE:
                yield from self._attribute(content, span, where, labels)
            case What.COMMENT if (cut := self._cut_mark(content, span)) is not None:
                yield cut
            case What.RAW | What.COMMENT | What.OTHER:
                yield from self._images_only(content, span, where)
            case _:
                return

    def _cut_mark(self, content: str, span: Span) -> Cut | None:
        match = self._token.fullmatch(content[4:-3].strip())
        if match is None:
            return None
        meaning = self._tokens.meaning(match[0])
        kinds = {Kind.WHEN: MarkKind.WHEN, Kind.END: MarkKind.END}
        if meaning.kind not in kinds or not isinstance(meaning.value, Condition):
            return None
        number = self._numbers.condition(meaning.value)
        return Cut(span.start, span.end, Mark(kinds[meaning.kind], number))

    def _attribute(self, value: str, span: Span, where: Where, labels: dict[int, str]) -> Iterator[Cut]:
        if span.name == "href" and span.tag != "link" and scheme(entities.unescape(value)) in WEB:
            yield from self._link(value, span, where, labels.get(span.start, ""))
        elif not self._tokens.within(value):
            return
        elif span.name == "style" or span.name.startswith("on") or not span.quoted:
            yield from self._images_only(value, span, where)
        elif span.name in _ADDRESSES:
            yield from self._address(value, span.start, SlotContext.URL, where)
        else:
            yield from self._tokens_in(value, span.start, SlotContext.ATTRIBUTE, where)

    def _link(self, value: str, span: Span, where: Where, label: str) -> Iterator[Cut]:
        language = where.language_at(span.start)
        if self._tokens.within(value):
            yield from self._address(value, span.start, SlotContext.URL, where)
            if not self._url.match(value):
                self._numbers.link(self._shown(entities.unescape(value)), language, label, personal=True)
            return
        number = self._numbers.link(encoded(entities.unescape(value)), language, label)
        yield Cut(span.start, span.end, Mark(MarkKind.LINK, number, SlotContext.URL))

    def _address(self, value: str, start: int, context: SlotContext, where: Where) -> Iterator[Cut]:
        """Tokens in an address: a whole one of ours (pages may have a query or an anchor behind them), or slots behind the host."""
        whole = self._url.match(value)
        rest = value[whole.end() :] if whole else ""
        if whole is not None and (not rest or (rest[0] in "?#" and self._tokens.kind_of(whole[1]) in _PAGES)):
            yield Cut(start, start + whole.end(), self._mark(whole[1], context))
            if not self._tokens.within(rest):
                return
            value, start = rest, start + whole.end()
        for match in self._token.finditer(value):
            meaning = self._tokens.meaning(match[0])
            if meaning.kind is not Kind.SLOT:
                self._refuse(f"nothing can be added to the address of “{meaning.kind}”", meaning, where)
            elif _BEHIND_HOST.match(value, 0, match.start()) is None:
                self._refuse(
                    "a personal field stands where the address has its scheme or host", meaning, where
                )
            else:
                yield Cut(start + match.start(), start + match.end(), self._mark(match[0], context))

    def _images_only(self, content: str, span: Span, where: Where) -> Iterator[Cut]:
        """Style, script and comments: images may stand there, values of members never."""
        for match in self._url.finditer(content):
            if self._tokens.kind_of(match[1]) is Kind.IMAGE:
                yield Cut(
                    span.start + match.start(),
                    span.start + match.end(),
                    self._mark(match[1], SlotContext.URL),
                )
        for match in self._token.finditer(content):
            meaning = self._tokens.meaning(match[0])
            if meaning.kind is not Kind.IMAGE:
                inside = {What.RAW: f"<{span.tag}>", What.COMMENT: "a comment"}.get(
                    span.what, f"{span.name}=…"
                )
                self._refuse(f"something that is filled in later cannot stand in {inside}", meaning, where)

    def _tokens_in(self, content: str, start: int, context: SlotContext, where: Where) -> Iterator[Cut]:
        """Tokens in plain running text or in an ordinary attribute."""
        taken = 0
        for match in re.finditer(f"{self._url.pattern}|{self._token.pattern}", content):
            token = match[1] or match[0]
            meaning = self._tokens.meaning(token)
            if meaning.kind in {Kind.WHEN, Kind.END, Kind.BLOCKS, Kind.RAW, Kind.LINK} or (
                match[1] is None and meaning.kind is not Kind.SLOT
            ):
                self._refuse(f"“{meaning.kind}” cannot stand here", meaning, where)
                continue
            taken += 1
            shown = SlotContext.URL if match[1] else context
            yield Cut(start + match.start(), start + match.end(), self._mark(token, shown))

    def _mark(self, token: str, context: SlotContext) -> Mark:
        meaning = self._tokens.meaning(token)
        if isinstance(meaning.value, Slot):
            return Mark(MarkKind.SLOT, self._numbers.slot(meaning.value), context)
        if meaning.kind is Kind.IMAGE:
            return Mark(MarkKind.IMAGE, self._numbers.image(str(meaning.value)), context)
        return Mark(_PAGES[meaning.kind], 0, context)

    # -- plain text, subject ------------------------------------------------------------------------------------------

    def plain(self, text: str, where: Where) -> Chunks:
        """The chunks of a plain-text part."""
        cuts: list[Cut] = []
        taken: list[tuple[int, int]] = []
        for match in _PLAIN_URL.finditer(text):
            url = _trimmed(match[0])
            taken.append((match.start(), match.start() + len(url)))
            cuts += self._plain_url(url, match.start(), where)
        for match in self._token.finditer(text):
            if not any(start <= match.start() < end for start, end in taken):
                cuts += self._plain_token(match, where)
        self._whole(text, cuts, where)
        return _sliced(text, cuts)

    def _plain_url(self, url: str, start: int, where: Where) -> Iterator[Cut]:
        if self._tokens.within(url):
            yield from self._address(url, start, SlotContext.PLAIN_URL, where)
            return
        number = self._numbers.link(encoded(url), where.language_at(start))
        yield Cut(start, start + len(url), Mark(MarkKind.LINK, number, SlotContext.PLAIN_URL))

    def _plain_token(self, match: re.Match[str], where: Where) -> Iterator[Cut]:
        meaning = self._tokens.meaning(match[0])
        value = meaning.value
        if isinstance(value, Slot):
            mark = Mark(MarkKind.SLOT, self._numbers.slot(value), SlotContext.PLAIN)
        elif isinstance(value, Condition):
            kind = MarkKind.WHEN if meaning.kind is Kind.WHEN else MarkKind.END
            mark = Mark(kind, self._numbers.condition(value), SlotContext.PLAIN)
        elif meaning.kind is Kind.LINK:
            number = self._numbers.link(str(value), where.language_at(match.start()))
            mark = Mark(MarkKind.LINK, number, SlotContext.PLAIN_URL)
        else:
            self._refuse(f"“{meaning.kind}” cannot stand in plain text", meaning, where)
            return
        yield Cut(match.start(), match.end(), mark)

    def subject(self, text: str, where: Where) -> Chunks:
        """The chunks of a subject line."""
        cuts: list[Cut] = []
        for match in self._token.finditer(text):
            meaning = self._tokens.meaning(match[0])
            if isinstance(meaning.value, Slot):
                mark = Mark(MarkKind.SLOT, self._numbers.slot(meaning.value), SlotContext.SUBJECT)
                cuts.append(Cut(match.start(), match.end(), mark))
            else:
                self._refuse(f"“{meaning.kind}” cannot stand in a subject", meaning, where)
        return _sliced(text, cuts)

    def shown(self, text: str) -> str:
        """A text as a reader without values sees it: slots by their fallback."""
        return self._shown(text)

    def _shown(self, text: str) -> str:
        def fallback(match: re.Match[str]) -> str:
            value = self._tokens.meaning(match[0]).value
            return (value.fallback or "") if isinstance(value, Slot) else ""

        return self._token.sub(fallback, text)

    # -- what must hold -----------------------------------------------------------------------------------------------

    def _refuse(self, message: str, meaning: Meaning, where: Where) -> None:
        value = meaning.value
        place = value.place if isinstance(value, (Slot, Condition)) else meaning.place
        check = {Kind.SLOT: SLOT, Kind.WHEN: WHEN, Kind.END: WHEN}.get(meaning.kind, LINK)
        self._findings.error(check, message, place, hint=_HINTS.get(check, ""), language=where.name)

    def _whole(self, text: str, cuts: list[Cut], where: Where) -> None:
        """No token is altered, cut short, or forgotten."""
        for piece in _sliced(text, cuts):
            if isinstance(piece, str) and (self._tokens.damaged(piece)):
                self._findings.error(
                    INVARIANT, "a personal field was altered on its way", language=where.name
                )
                return

    def _balanced(self, text: str, cuts: list[Cut], where: Where) -> None:
        """What a cut takes out leaves no tag and no conditional comment open."""
        opened: dict[int, Cut] = {}
        for cut in sorted(cuts, key=lambda cut: cut.start):
            if cut.mark.kind is MarkKind.WHEN:
                opened[cut.mark.number] = cut
            elif cut.mark.kind is MarkKind.END:
                begin = opened.pop(cut.mark.number, None)
                problem = imbalance(text[begin.end : cut.start]) if begin else "it was never opened"
                if problem:
                    self._unbalanced(cut.mark.number, problem, where)
        for number in opened:
            self._unbalanced(number, "it is never closed", where)

    def _unbalanced(self, number: int, problem: str, where: Where) -> None:
        condition = self._numbers.conditions[number]
        message = f"this block cannot be taken out whole: {problem}"
        hint = "Let {{ content }} stand directly in mj-body, or in a column of its own."
        self._findings.error(WHEN, message, condition.place, hint=hint, language=where.name)


_HINTS = {
    SLOT: "Personal fields can stand in text, in attributes such as alt, and in a link behind its host.",
    LINK: "Use the address as it is.",
}


def _sliced(text: str, cuts: Iterable[Cut]) -> Chunks:
    pieces: list[Piece] = []
    position = 0
    for cut in sorted(cuts, key=lambda cut: (cut.start, cut.end)):
        if cut.start > position:
            pieces.append(text[position : cut.start])
        pieces.append(cut.mark)
        position = cut.end
    if position < len(text):
        pieces.append(text[position:])
    return tuple(pieces)


def _trimmed(url: str) -> str:
    """A URL in running text without the punctuation that ends its sentence."""
    while url and (
        url[-1] in ".,;:!?…'’"
        or (url[-1] in ")]" and url.count(url[-1]) > url.count("(["[")]".index(url[-1])]))
    ):
        url = url[:-1]
    return url


def _labels(text: str, shown: Callable[[str], str]) -> dict[int, str]:
    """What a reader sees of each link: its text, else the alt text of its image; by the offset of its address."""
    labels: dict[int, str] = {}
    heard: list[str] = []
    alts: list[str] = []
    opened: Span | None = None
    for span in scan(text):
        content = text[span.start : span.end]
        if span.what is What.ATTRIBUTE and span.name == "href" and span.tag not in {"link", "base"}:
            opened, heard, alts = span, [], []
        elif span.what is What.ATTRIBUTE and span.name == "alt":
            alts.append(content)
        elif span.what is What.TEXT:
            heard.append(content)
        elif span.what is What.CLOSE and opened is not None and span.tag == opened.tag:
            said = " ".join(shown(entities.unescape("".join(heard))).split())
            labels[opened.start] = said or " ".join(
                shown(entities.unescape(" ".join(dict.fromkeys(alts)))).split()
            )
            opened = None
    return labels
