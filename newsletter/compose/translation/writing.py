"""An issue's files with new translations in them; nothing else of them is touched.

In: both files' texts and outlines, the changes. Out: new texts, or remarks. Called by pipeline.translating.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from newsletter.compose.frontmatter.read import OWN
from newsletter.compose.frontmatter.scalars import quoted
from newsletter.compose.translation import remarks
from newsletter.compose.translation.data import DataEdits, Tongues, data_edits
from newsletter.compose.translation.edits import Edit, edited, starts
from newsletter.compose.translation.exchange import Change
from newsletter.model.finding import Finding
from newsletter.model.outline import FRONT, Outline, Piece
from newsletter.model.translation import BODY, Part, Standing, Translation

_EDGE: Final = "---"
_QUOTES: Final = (('"', '"'), ("“", "”"), ("«", "»"), ("'", "'"))
_SPARE: Final = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One language's file: its text and what it is made of."""

    text: str
    outline: Outline


class Writer:
    """Writes changes into a file, or makes the file. `findings` says what stood in the way. `languages` are the publication's."""

    def __init__(
        self,
        translation: Translation,
        source: Sheet,
        changes: Mapping[int, Change],
        languages: tuple[str, ...] = (),
    ) -> None:
        self._standings = translation.standings
        self._source = source
        self._changes = changes
        both = (translation.source, translation.language)
        self._tongues = Tongues(*both, tuple(dict.fromkeys((*languages, *both))))
        self.findings: list[Finding] = []

    @property
    def beyond_data(self) -> bool:
        """True when anything changes that only the other language's own file can hold."""
        return any(not self._standings[index].source.in_data for index in self._changes)

    def data(self, text: str) -> str:
        """A file's text with the changes of `data:` that belong into it: either file may hold those of both languages."""
        return edited(text, self._data(text).edits)

    def _data(self, text: str) -> DataEdits:
        """Texts are led to as the translation stands, or as its original does where there is none."""
        steps = {one.name: one.steps for one in self._source.outline.data}
        wanted = {
            steps[name]: self._changes[index].text
            for index in sorted(self._changes)
            if (name := self._standings[index].source.name) in steps and self._standings[index].source.in_data
        }
        made = data_edits(text, wanted, self._tongues)
        names = [".".join(("data", *one)) for one in made.lacking]
        self.findings += [
            remarks.half_done(index + 1, one.source)
            for index, one in enumerate(self._standings)
            if one.source.in_data and one.source.name in names
        ]
        return made

    def into(self, target: Sheet) -> str:
        """The other language's file with the changes."""
        lines = starts(target.text)
        edits = self._data(target.text).edits
        for index in sorted(self._changes):
            one = self._standings[index]
            if one.target is not None and not one.source.in_data:
                edits.append(_replaced(target, lines, one.target, self._changes[index].text))
        inserting = _Inserting(target, lines, self._standings)
        for piece, indices in self._fresh().items():
            edits += inserting.edits(self._source.outline.pieces[piece], self._given(indices), self._source)
        return edited(target.text, edits)

    def made(self) -> str:
        """A new file, made of the source: blocks that have no translation at all are left out."""
        lines = starts(self._source.text)
        head, edits = [], []
        fresh = self._fresh()
        for index, piece in enumerate(self._source.outline.pieces):
            given = self._given(fresh.get(index, []))
            if piece.kind in FRONT:
                head += [f"{piece.kind.value}: {quoted(text)}" for text in given.values()]
            elif given or not self._of(index):
                edits += [_replaced(self._source, lines, part, text) for part, text in given.items()]
            else:
                begin = lines[piece.place.line - 1]
                edits.append(Edit(begin, begin + len(piece.source), ""))
        whole = edited(self._source.text, edits).split("\n")
        body = "\n".join(whole[_front_end(whole) + 1 :]).strip("\n")
        return "\n".join([_EDGE, *head, _EDGE, "", _SPARE.sub("\n\n", body), ""])

    def _of(self, piece: int) -> list[int]:
        return [index for index, one in enumerate(self._standings) if one.source.piece == piece]

    def _fresh(self) -> dict[int, list[int]]:
        """The texts without a translation so far, by their piece, where a piece has got any."""
        found: dict[int, list[int]] = {}
        for index in self._changes:
            one = self._standings[index]
            if one.target is None and not one.source.in_data:
                found.setdefault(one.source.piece, []).append(index)
        for piece, indices in found.items():
            whole = self._of(piece)
            missing = [
                index for index in whole if index not in indices and self._standings[index].target is None
            ]
            if len(whole) == len(indices) + len(missing):  # none of its texts stands in the other file
                self.findings += [
                    remarks.half_done(index + 1, self._standings[index].source) for index in missing
                ]
        return found

    def _given(self, indices: list[int]) -> dict[Part, str]:
        return {self._standings[index].source: self._changes[index].text for index in sorted(indices)}


class _Inserting:
    """Where a text goes that the other file has no place for yet."""

    def __init__(self, target: Sheet, lines: list[int], standings: tuple[Standing, ...]) -> None:
        self._target = target
        self._lines = lines
        self._pieces: dict[int, int] = {}
        for one in standings:
            if one.target is not None and not one.source.in_data:
                self._pieces.setdefault(one.source.piece, one.target.piece)

    def edits(self, piece: Piece, given: Mapping[Part, str], source: Sheet) -> Iterator[Edit]:
        """The edits that put the texts of one piece in."""
        if piece.kind in FRONT:
            yield from (self._key(piece.kind.value, text) for text in given.values())
            return
        index = source.outline.pieces.index(piece)
        known = self._pieces.get(index)
        if known is not None:
            yield from (
                self._inside(self._target.outline.pieces[known], part, text) for part, text in given.items()
            )
            return
        whole = edited(piece.source, [_within(piece, part, text) for part, text in given.items()])
        yield self._block(index, piece, whole)

    def _key(self, name: str, text: str) -> Edit:
        at = self._lines[_front_end(self._target.text.split("\n"))]
        return Edit(at, at, f"{name}: {quoted(text)}\n")

    def _inside(self, piece: Piece, part: Part, text: str) -> Edit:
        begin = self._lines[piece.place.line - 1]
        first = piece.source.partition("\n")[0]
        if part.name == BODY:
            at = begin + len(first)
            return Edit(at, at, f"\n{text}")
        at = begin + len(re.sub(r"\s*(?<=\s):{3,}\s*$", "", first).rstrip())
        return Edit(at, at, f" {part.name}={_in_quotes(text)}")

    def _block(self, index: int, piece: Piece, text: str) -> Edit:
        """A whole block: behind the one that it follows in the source, else before the one that it precedes."""
        pieces = self._target.outline.pieces
        before = [
            known
            for other, known in self._pieces.items()
            if other < index and pieces[known].kind not in FRONT
        ]
        after = [
            known
            for other, known in self._pieces.items()
            if other > index and pieces[known].kind not in FRONT
        ]
        last, following = max(before, default=None), min(after, default=None)
        if last is not None and pieces[last].condition == piece.condition:
            at = self._lines[pieces[last].place.line - 1] + len(pieces[last].source)
            return Edit(at, at, f"\n\n{text}")
        if piece.condition:
            text = f"::: when {piece.condition}\n{text}\n:::"
        if following is not None and not pieces[following].condition:
            at = self._lines[pieces[following].place.line - 1]
            return Edit(at, at, f"{text}\n\n")
        end = len(self._target.text.rstrip("\n"))
        return Edit(end, end, f"\n\n{text}")


def _within(piece: Piece, part: Part, text: str) -> Edit:
    """A text in the source of its own piece."""
    if part.name in {"", BODY}:
        return Edit(part.start, part.end, text)
    opening, closing = piece.source[part.start - 1 : part.start], piece.source[part.end : part.end + 1]
    if (opening, closing) not in _QUOTES:  # a bare value, or one with spaces beside its quotes
        before = piece.source[: part.start].rstrip("\u00a0\u202f ")
        behind = piece.source[part.end :].lstrip("\u00a0\u202f ")
        if (before[-1:], behind[:1]) in _QUOTES:
            return Edit(len(before) - 1, len(piece.source) - len(behind) + 1, _in_quotes(text))
        return Edit(part.start, part.end, _in_quotes(text))
    return Edit(part.start - 1, part.end + 1, _in_quotes(text, opening))


def _in_quotes(text: str, first: str = '"') -> str:
    text = " ".join(text.split("\n"))
    outside = re.sub(r"\{\{.*?\}\}", "", text)  # quotes within a personal field do not end a value
    for opening, closing in sorted(_QUOTES, key=lambda pair: pair[0] != first):
        if opening not in outside and closing not in outside:
            return f"{opening}{text}{closing}"
    return '"' + text.replace('"', "”") + '"'


def _replaced(sheet: Sheet, lines: list[int], part: Part, text: str) -> Edit:
    piece = sheet.outline.pieces[part.piece]
    if piece.kind in FRONT:
        return _front(sheet.text, lines, piece, text)
    begin = lines[piece.place.line - 1]
    inner = _within(piece, part, text)
    return Edit(begin + inner.start, begin + inner.end, inner.text)


def _front(text: str, lines: list[int], piece: Piece, value: str) -> Edit:
    """A key with all the lines of its value."""
    written = text.split("\n")
    end = piece.place.line
    while end < len(written) and (not written[end].strip() or written[end][:1] in {" ", "\t"}):
        end += 1
    begin = lines[piece.place.line - 1]
    return Edit(
        begin, lines[end] - 1 if end < len(lines) else len(text), f"{piece.kind.value}: {quoted(value)}"
    )


def _front_end(written: list[str]) -> int:
    return next((index for index, line in enumerate(written) if index and line.rstrip() == _EDGE), 0)


assert {kind.value for kind in FRONT} <= set(OWN)  # noqa: S101 - these keys belong to one language
