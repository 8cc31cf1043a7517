"""Differing: what changed between two versions of a text, block by block and word by word.

In: what readers read, as blocks, then and now. Out: the changes in the order of the text. Called by pipeline.changes. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_WORDS = re.compile(r"\s+|[^\s]+")
_LIKE = 0.4  #: two blocks that share less are not one block that was changed


class Mark(StrEnum):
    """What became of some words."""

    KEPT = "kept"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Run:
    """Some words, and what became of them."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One block that is new, gone, or says something else; `label` names a block of the inbox row, empty for one of the mail."""

    runs: tuple[Run, ...]
    label: str = ""

    @property
    def mark(self) -> Mark:
        """NEW or GONE when all of it is; else KEPT: some of it stayed."""
        marks = {run.mark for run in self.runs}
        return next(iter(marks)) if len(marks) == 1 else Mark.KEPT


def blocks(text: str) -> list[str]:
    """The paragraphs of a plain text, each on one line; how its lines were broken does not count."""
    found = (" ".join(part.split()) for part in re.split(r"\n[ \t]*\n", text))
    return [part for part in found if part.strip("-=_*—– ")]


def changes(was: Sequence[str], now: Sequence[str]) -> list[Change]:
    """The blocks that differ, in the order of the text."""
    matcher = SequenceMatcher(None, was, now, autojunk=False)
    found: list[Change] = []
    for tag, first, last, begun, end in matcher.get_opcodes():
        if tag != "equal":
            found += _paired(was[first:last], now[begun:end])
    return found


def words(was: str, now: str, label: str = "") -> Change | None:
    """One block then and now; None when it says the same."""
    if was.split() == now.split():
        return None
    return Change(tuple(_runs(was, now)), label)


def _paired(was: Sequence[str], now: Sequence[str]) -> Iterator[Change]:
    """What took the place of what: a block is the changed form of the first one left that is like it."""
    left = list(was)
    for block in now:
        like = next((one for one in left if _near(one, block) >= _LIKE), None)
        if like is None:
            yield Change((Run(Mark.NEW, block),))
            continue
        for gone in left[: left.index(like)]:
            yield Change((Run(Mark.GONE, gone),))
        left = left[left.index(like) + 1 :]
        yield Change(tuple(_runs(like, block)))
    for gone in left:
        yield Change((Run(Mark.GONE, gone),))


def _near(one: str, other: str) -> float:
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio()


def _runs(was: str, now: str) -> Iterator[Run]:
    before, after = _WORDS.findall(was), _WORDS.findall(now)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, first, last, begun, end in matcher.get_opcodes():
        if tag == "equal":
            yield Run(Mark.KEPT, "".join(before[first:last]))
            continue
        if last > first:
            yield Run(Mark.GONE, "".join(before[first:last]))
        if end > begun:
            yield Run(Mark.NEW, "".join(after[begun:end]))
