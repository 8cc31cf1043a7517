"""A newer letter into an issue that its author went on with: three ways, block by block; who changed the same place is asked.

In: the text of the letter before, of the newer letter, and of the issue now. Out: a Merged. Called by pipeline.letter_update.

diff3 (Khanna, Kunal, Pierce: A Formal Investigation of Diff3, 2007) over blocks: what only one side changed is taken, what both
changed alike is taken once, and everything else is a conflict. Nothing is decided here about a conflict.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from newsletter.letters.blocks import blocks_of, body_of


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


def merge(before: str, mine: str, theirs: str) -> Merged:
    """The issue's text with what the newer letter changed."""
    base, left, right = (blocks_of(text) for text in (before, mine, theirs))
    steps: list[Step] = []
    at = (0, 0, 0)
    for anchor in [*_anchors(base, left, right), (len(base), len(left), len(right))]:
        stretch = tuple(tuple(text[a:b]) for text, a, b in zip((base, left, right), at, anchor, strict=True))
        if any(stretch):
            steps.append(Step(*stretch))
        if anchor[0] < len(base):
            same = (base[anchor[0]],)
            steps.append(Step(same, same, same))
        at = (anchor[0] + 1, anchor[1] + 1, anchor[2] + 1)
    return Merged(tuple(steps))


def _anchors(base: list[str], left: list[str], right: list[str]) -> list[tuple[int, int, int]]:
    """The blocks that all three have in common, in order."""
    mine, theirs = _same(base, left), _same(base, right)
    return [(at, mine[at], theirs[at]) for at in range(len(base)) if at in mine and at in theirs]


def _same(base: list[str], other: list[str]) -> dict[int, int]:
    matcher = SequenceMatcher(None, base, other, autojunk=False)
    return {
        a + offset: b + offset for a, b, count in matcher.get_matching_blocks() for offset in range(count)
    }


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
