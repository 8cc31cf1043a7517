"""Cuts, and the marks that stand at them: shared by HTML, plain text and subject.

In: tokens. Out: marks with numbers; findings for tokens that stand where nothing can be filled in. Called by slicing.markup,
slicing.plain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from newsletter.compose.findings import INVARIANT, LINK, SLOT, TEMPLATE, WHEN, Findings
from newsletter.compose.numbers import Numbers
from newsletter.compose.tokens import Kind, Meaning, Tokens
from newsletter.model.artwork import Chunks, Condition, Mark, MarkKind, Piece, Slot, SlotContext
from newsletter.model.said import NOTHING, Said

PAGES = {
    Kind.VIEW: MarkKind.VIEW,
    Kind.UNSUBSCRIBE: MarkKind.UNSUBSCRIBE,
    Kind.PREFERENCES: MarkKind.PREFERENCES,
}
CUTS = {Kind.WHEN: MarkKind.WHEN, Kind.END: MarkKind.END}
_BEHIND_HOST = re.compile(r"https?://[^/?#\s]+[/?#]|mailto:[^?]*\?|#", re.IGNORECASE)
_CHECKS = {Kind.SLOT: SLOT, Kind.WHEN: WHEN, Kind.END: WHEN, Kind.BLOCKS: TEMPLATE, Kind.LINK: TEMPLATE}
_HINTS = {
    SLOT: Said(
        "Personal fields can stand in text, in attributes such as alt, and in a link behind its host.",
        "Les champs personnels peuvent se trouver dans le texte, dans des attributs comme alt, "
        "et dans un lien après son hôte.",
    ),
    LINK: Said("Use the address as it is.", "Utilisez l’adresse telle quelle."),
    TEMPLATE: Said(
        "Put {{ content }} into mj-body, mj-section, mj-column or mj-text; "
        "use block.attributes in attributes.",
        "Mettez {{ content }} dans mj-body, mj-section, mj-column ou mj-text; "
        "dans les attributs, utilisez block.attributes.",
    ),
}
_BEFORE_THE_PATH = Said(
    "a personal field stands where the address has its scheme or host",
    "un champ personnel se trouve là où l’adresse a son protocole ou son hôte",
)
_ALTERED = Said("a personal field was altered on its way", "un champ personnel a été altéré en chemin")
_NOWHERE = Said(
    "nothing can be filled in where this stands", "rien ne peut être rempli à l’endroit où ceci se trouve"
)


@dataclass(frozen=True, slots=True)
class Cut:
    """A mark in the place of a stretch of text."""

    start: int
    end: int
    mark: Mark


@dataclass(frozen=True, slots=True)
class Where:
    """Which text is cut: its name ("en+fr"), and where each of its languages begins."""

    name: str
    starts: tuple[tuple[int, str], ...]

    def language_at(self, offset: int) -> str:
        """The language that an offset is written in."""
        return [language for start, language in self.starts if start <= offset][-1]


class Marker:
    """Turns tokens into marks."""

    def __init__(self, tokens: Tokens, numbers: Numbers, findings: Findings) -> None:
        self.tokens = tokens
        self.numbers = numbers
        self.findings = findings
        self.token = tokens.pattern
        self.url = re.compile(rf"https://({tokens.pattern.pattern})\.invalid/")

    def mark(self, token: str, context: SlotContext) -> Mark:
        """The mark of a token that is filled in where it stands: a slot, an image, a page of the reader's own."""
        meaning = self.tokens.meaning(token)
        if isinstance(meaning.value, Slot):
            return Mark(MarkKind.SLOT, self.numbers.slot(meaning.value), context)
        if meaning.kind is Kind.IMAGE:
            return Mark(MarkKind.IMAGE, self.numbers.image(str(meaning.value)), context)
        if meaning.kind is Kind.FILE:
            return Mark(MarkKind.FILE, self.numbers.file(str(meaning.value)), context)
        return Mark(PAGES[meaning.kind], 0, context)

    def cut_mark(self, meaning: Meaning, context: SlotContext = SlotContext.TEXT) -> Mark | None:
        """The mark of a conditional block's edge."""
        if meaning.kind not in CUTS or not isinstance(meaning.value, Condition):
            return None
        return Mark(CUTS[meaning.kind], self.numbers.condition(meaning.value), context)

    def address(self, value: str, start: int, context: SlotContext, where: Where) -> Iterator[Cut]:
        """Tokens in an address: a whole one of ours (pages may have a query or an anchor behind them), or slots behind the host."""
        whole = self.url.match(value)
        rest = value[whole.end() :] if whole else ""
        if whole is not None and (
            not rest
            or (rest[0] in "?#" and self.tokens.kind_of(whole[1]) in PAGES and not self.tokens.within(rest))
        ):
            yield Cut(start, start + whole.end(), self.mark(whole[1], context))
            return
        for match in self.token.finditer(value):
            meaning = self.tokens.meaning(match[0])
            if meaning.kind is not Kind.SLOT:
                message = Said(
                    f"nothing can be added to the address of “{meaning.kind}”",
                    f"rien ne peut être ajouté à l’adresse de «\u00a0{meaning.kind}\u00a0»",
                )
                self.refuse(message, meaning, where)
            elif _BEHIND_HOST.match(value, 0, match.start()) is None:
                self.refuse(_BEFORE_THE_PATH, meaning, where)
            else:
                yield Cut(start + match.start(), start + match.end(), self.mark(match[0], context))

    def shown(self, text: str) -> str:
        """A text as a reader without values sees it: slots by their fallback, other tokens not at all."""

        def fallback(match: re.Match[str]) -> str:
            value = self.tokens.meaning(match[0]).value
            return (value.fallback or "") if isinstance(value, Slot) else ""

        return self.token.sub(fallback, text)

    def refuse(self, message: Said, meaning: Meaning, where: Where) -> None:
        """Add the finding that a token stands where nothing can be filled in."""
        value = meaning.value
        place = value.place if isinstance(value, (Slot, Condition)) else meaning.place
        check = _CHECKS.get(meaning.kind, LINK)
        self.findings.error(check, message, place, hint=_HINTS.get(check, NOTHING), language=where.name)

    def chunks(self, text: str, cuts: Iterable[Cut], where: Where) -> Chunks:
        """The text with marks in the place of its cuts; a token that is left over, whole or not, is a finding."""
        pieces = sliced(text, cuts)
        for piece in pieces:
            if isinstance(piece, str) and self.tokens.opening in piece.lower():
                self._left_over(piece, where)
        return pieces

    def _left_over(self, piece: str, where: Where) -> None:
        if self.tokens.damaged(piece):
            self.findings.error(INVARIANT, _ALTERED, language=where.name)
        elif not self.findings.failed:  # those that were refused are still there
            for token in self.tokens.found(piece):
                self.refuse(_NOWHERE, self.tokens.meaning(token), where)


def cannot_stand(meaning: Meaning, english: str, french: str) -> Said:
    """What to say of a token that stands where its kind may not: `in a subject`, `dans un objet`."""
    kind = meaning.kind
    return Said(f"“{kind}” cannot stand {english}", f"«\u00a0{kind}\u00a0» ne peut pas se trouver {french}")


def sliced(text: str, cuts: Iterable[Cut]) -> Chunks:
    """A text with marks in the place of its cuts, which do not overlap."""
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
