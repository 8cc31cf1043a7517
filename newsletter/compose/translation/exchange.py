"""The table that goes to a translator and comes back: a row a text; what came back is laid beside what stands now.

In: a Translation; rows that were read from a document. Out: rows; changes with remarks. Called by pipeline.translating.

A row's key holds its number and the digests of both texts when the table was made: so it is known, for each side, who changed what
since. A change is taken over only where this is certain; where both sides changed, nothing is written at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from newsletter.compose.translation import remarks
from newsletter.compose.translation.likeness import Item, same_words
from newsletter.compose.translation.parts import is_line
from newsletter.model.finding import Finding
from newsletter.model.outline import digest
from newsletter.model.translation import Standing, State, Translation

_KEY: Final = re.compile(r"(\d{1,5})-([0-9a-f]{8})-([0-9a-f]{8})")
_BLANK_LINES: Final = re.compile(r"\n[ \t\u00a0]*\n\s*")
_ALIKE: Final = 0.4  # of the words: below it, a text is another one


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table."""

    key: str
    what: str
    state: State
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Came:
    """One row as it came back. `number` counts the rows below the heading from 1."""

    number: int
    key: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Change:
    """A new translation of the standing at an index; `base` is the text that it was made from."""

    index: int
    text: str
    base: str


@dataclass(slots=True)
class Brought:
    """What a document brings: changes by index, and remarks; an error among them forbids writing."""

    changes: dict[int, Change] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def rows(translation: Translation) -> tuple[Row, ...]:
    """The table of a translation."""
    return tuple(
        Row(
            _key(number, one),
            one.source.what,
            one.state,
            one.source.text,
            one.target.text if one.target else "",
        )
        for number, one in enumerate(translation.standings, 1)
    )


def _key(number: int, one: Standing) -> str:
    return f"{number}-{_short(one.source.text)}-{_short(one.target.text if one.target else '')}"


def _short(text: str) -> str:
    return digest(text)[:8]


def brought(translation: Translation, came: Sequence[Came]) -> Brought:
    """What came back, beside what stands now."""
    found = Brought()
    claimed: dict[int, Came] = {}
    for row in came:
        index = _claimed(translation, row, claimed, found)
        if index is not None:
            claimed[index] = row
            _take(translation.standings[index], row, index, found)
    absent = [one.source for index, one in enumerate(translation.standings) if index not in claimed]
    if absent:
        found.findings.append(remarks.absent(absent))
    return found


def _claimed(translation: Translation, row: Came, claimed: dict[int, Came], found: Brought) -> int | None:
    """Which text a row is about; None, with a remark, where that is not certain."""
    match = _KEY.fullmatch(row.key.strip())
    if match is None:
        if row.source.strip() or row.target.strip():
            found.findings.append(remarks.no_key(row.number, row.target))
        return None
    index = _index(translation, int(match[1]) - 1, match[2], row)
    if index is None:
        found.findings.append(remarks.gone(row.number, row.source, row.target))
    elif index in claimed:
        found.findings.append(remarks.twice(row.number, claimed[index].number))
    else:
        return index
    return None


def _index(translation: Translation, number: int, source: str, row: Came) -> int | None:
    texts = [one.source.text for one in translation.standings]
    same = [index for index, text in enumerate(texts) if _short(text) == source]
    if same:  # the same words may stand twice: the nearest is meant
        return min(same, key=lambda index: abs(index - number))
    wanted = Item("", row.source)
    like = {index: same_words(wanted, Item("", text)) for index, text in enumerate(texts)}
    best = max(like, key=lambda index: (like[index], -abs(index - number)), default=None)
    return best if best is not None and like[best] >= _ALIKE else None


def _take(one: Standing, row: Came, index: int, found: Brought) -> None:
    match = _KEY.fullmatch(row.key.strip())
    assert match is not None  # noqa: S101 - it was claimed
    if _short(row.source) != match[2]:
        found.findings.append(remarks.source_changed(row.number, one.source, row.source))
    elif _short(one.source.text) != match[2]:
        found.findings.append(remarks.source_newer(row.number, one.source))
    text = shaped(row.target, one)
    now = one.target.text if one.target else ""
    if digest(text) == digest(now) or _short(text) == match[3]:
        return
    if not text:
        found.findings.append(remarks.emptied(row.number, one.target))
    elif _short(now) != match[3]:
        found.findings.append(remarks.both_changed(row.number, one.target, now, text))
    else:
        found.findings += remarks.fields(row.number, one.source, text)
        base = one.source.text if _short(one.source.text) == match[2] else row.source
        found.changes[index] = Change(index, text, base)


def shaped(text: str, one: Standing) -> str:
    """A text as its place in the file can hold it: on one line, or without empty lines, where the source is so."""
    text = text.strip()
    if is_line(one.source):
        return " ".join(text.split("\n")).strip()
    if not _BLANK_LINES.search(one.source.text):
        return _BLANK_LINES.sub("\n", text)
    return text
