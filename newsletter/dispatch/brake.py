"""The brake: whether what came back of a mailing is reason to pause what has not left.

In: how many were handed over, how many of each trouble, the limits of settings. Out: the trouble that pauses it, or None. Called by
pipeline.judging.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from newsletter.model.event import Trouble

#: the gravest first: of several, this one is told
_ORDER = (Trouble.CREDITS, Trouble.COMPLAINT, Trouble.POLICY, Trouble.HARD)


@dataclass(frozen=True, slots=True)
class Limits:
    """`shares`: of those handed over (0 to 1; 1: never) at which each trouble pauses; `least`: and so many of it at least."""

    shares: Mapping[Trouble, float]
    least: int

    def exceeded(self, handed_over: int, found: Mapping[Trouble, int]) -> Trouble | None:
        """The trouble that pauses the mailing; None while all stay below their limits."""
        return next((one for one in _ORDER if self._over(one, found.get(one, 0), handed_over)), None)

    def _over(self, trouble: Trouble, count: int, handed_over: int) -> bool:
        if trouble is Trouble.CREDITS:  # one is proof: nobody after them gets it either
            return count > 0
        share = self.shares.get(trouble, 1.0)
        return share < 1 and count >= max(self.least, 1) and count >= share * handed_over
