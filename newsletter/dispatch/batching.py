"""Batching: how many recipients each provider call holds.

In: the numbers of deliveries of each (wave, variant), limits, whether to start gently. Out: sizes in order; cuts by weight.
Called by pipeline.prepare and pipeline.submit.
"""

from __future__ import annotations

from collections.abc import Sequence

from newsletter.dispatch.pacing import FIRST, gentle_rate


class Sizes:
    """Sizes of batches in the order in which they leave. No batch holds more than a minute's share of the rate at its time; a
    gentle start begins with the first group (house rule 5)."""

    def __init__(self, limit: int, *, gentle: bool, rate_per_minute: int = 0) -> None:
        self._limit = min(limit, rate_per_minute or limit)
        self._gentle = gentle
        self._rate = rate_per_minute
        self._planned = 0

    def take(self, count: int, most: int = 0) -> int:
        """How many of `count` the next batch holds; at most `most` of them (0: as many as fit)."""
        size = min(count, most or count, self._limit, self._share())
        self._planned += size
        return size

    def _share(self) -> int:
        if not self._gentle:
            return self._limit
        return gentle_rate(self._planned, self._rate) if self._planned else FIRST


def cut(count: int, plan: Sizes, most: int = 0) -> list[int]:
    """The sizes of the batches of one group: taken from the plan until all `count` deliveries have a place. `most`: of one batch of
    its lane."""
    parts: list[int] = []
    while count > 0:
        parts.append(plan.take(count, most))
        count -= parts[-1]
    return parts


def cut_by_weight(weights: Sequence[int], limit: int) -> list[range]:
    """Runs of recipients whose weights stay within a limit; one that is too heavy by itself stands alone."""
    parts: list[range] = []
    start, total = 0, 0
    for position, weight in enumerate(weights):
        if position > start and total + weight > limit:
            parts.append(range(start, position))
            start, total = position, 0
        total += weight
    if start < len(weights):
        parts.append(range(start, len(weights)))
    return parts


def halves(count: int) -> list[range]:
    """A batch in two, the first half the larger."""
    middle = (count + 1) // 2
    return [range(middle), range(middle, count)]
