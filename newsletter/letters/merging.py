"""A newer letter into an issue that its author went on with: three ways, block by block; who changed the same place is asked.

In: the text of the letter before, of the newer letter, and of the issue now. Out: a Merged. Called by pipeline.letter_update.

diff3 (Khanna, Kunal, Pierce: A Formal Investigation of Diff3, 2007) over blocks: what only one side changed is taken, what both
changed alike is taken once, and everything else is a conflict. Neighbouring blocks that each side changed one of are none: a
paragraph is a whole. Nothing is decided here about a conflict.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from newsletter.letters.blocks import blocks_of, body_of

_Blocks = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch of the merged text. `before` is the letter's former one, `mine` the issue's, `theirs` the newer letter's."""

    before: tuple[str, ...]
    mine: tuple[str, ...]
    theirs: tuple[str, ...]

    @property
    def conflict(self) -> bool:
        """True when both sides changed it, and not alike."""
        return self.before not in (self.mine, self.theirs) and self.mine != self.theirs

    @property
    def from_letter(self) -> bool:
        """True when only the newer letter changed it."""
        return self.mine == self.before != self.theirs

    def taken(self, side: str = "") -> tuple[str, ...]:
        """What stands in the merged text; in a conflict `side` says: `mine` or `letter`."""
        if self.conflict:
            return self.theirs if side == "letter" else self.mine
        return self.theirs if self.mine == self.before else self.mine


@dataclass(frozen=True, slots=True)
class Merged:
    """All stretches in order."""

    steps: tuple[Step, ...]

    @property
    def conflicts(self) -> tuple[Step, ...]:
        """What a person must decide."""
        return tuple(step for step in self.steps if step.conflict)

    def body(self, side: str = "") -> str:
        """The text; `side` decides conflicts."""
        return body_of([block for step in self.steps for block in step.taken(side)])


@dataclass(frozen=True, slots=True, order=True)
class _Hunk:
    """What one side put in the place of the former blocks from `start` to before `end`; alike ones are an insertion."""

    start: int
    end: int
    mine: bool
    blocks: _Blocks

    def meets(self, first: _Hunk, end: int) -> bool:
        """True when it touches the same blocks as the hunks before it, or the same gap; neighbours do not."""
        return self.start < end or self.start == self.end == first.start == end


def merge(before: str, mine: str, theirs: str) -> Merged:
    """The issue's text with what the newer letter changed."""
    base, left, right = (tuple(blocks_of(text)) for text in (before, mine, theirs))
    steps: list[Step] = []
    at = 0
    for hunks in _together(sorted([*_hunks(base, left, mine=True), *_hunks(base, right, mine=False)])):
        start, end = hunks[0].start, max(hunk.end for hunk in hunks)
        steps += [_same(base[at:start])] if at < start else []
        sides = (
            _with(base, start, end, [hunk for hunk in hunks if hunk.mine is side]) for side in (True, False)
        )
        steps.append(Step(base[start:end], *sides))
        at = end
    return Merged((*steps, _same(base[at:])) if at < len(base) else tuple(steps))


def _same(blocks: _Blocks) -> Step:
    return Step(blocks, blocks, blocks)


def _hunks(base: _Blocks, side: _Blocks, *, mine: bool) -> list[_Hunk]:
    codes = SequenceMatcher(None, base, side, autojunk=False).get_opcodes()
    return [_Hunk(a, b, mine, side[c:d]) for kind, a, b, c, d in codes if kind != "equal"]


def _together(hunks: list[_Hunk]) -> list[list[_Hunk]]:
    """Hunks that meet, in order."""
    found: list[list[_Hunk]] = []
    for hunk in hunks:
        if found and hunk.meets(found[-1][0], max(one.end for one in found[-1])):
            found[-1].append(hunk)
        else:
            found.append([hunk])
    return found


def _with(base: _Blocks, start: int, end: int, hunks: list[_Hunk]) -> _Blocks:
    """The former blocks of a stretch as one side has them now."""
    made: list[str] = []
    for hunk in hunks:
        made += [*base[start : hunk.start], *hunk.blocks]
        start = hunk.end
    return (*made, *base[start:end])


@dataclass(frozen=True, slots=True)
class Words:
    """A stretch of words: `sign` is " " for both, "-" for what goes, "+" for what comes."""

    sign: str
    text: str


def words(before: str, after: str) -> list[Words]:
    """The difference of two texts, word by word."""
    old, new = (re.findall(r"\s+|[^\s]+", text) for text in (before, after))
    found: list[Words] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Words(" ", "".join(old[a:b])))
            continue
        found += [
            Words(sign, text) for sign, text in (("-", "".join(old[a:b])), ("+", "".join(new[c:d]))) if text
        ]
    return found
