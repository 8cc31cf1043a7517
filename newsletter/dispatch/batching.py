"""Batching: how many recipients each provider call holds.

In: the numbers of deliveries of each (wave, variant), limits, whether to start gently. Out: sizes in order; cuts by weight.
Called by pipeline.prepare and pipeline.submit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat

FIRST = 50  #: a gentle start shows itself to so many people, then waits
MINUTE = 300  #: and goes on at so many a minute, doubled every ten minutes
DOUBLING = 10


def sizes(limit: int, *, gentle: bool, rate_per_minute: int = 0) -> Iterator[int]:
    """Batch sizes without end. Gently: 50, then no more than a minute's share of the rate at that time (house rule 5)."""
    if not gentle:
        yield from repeat(limit)
    yield min(FIRST, limit)
    share = MINUTE
    while share < limit and (not rate_per_minute or share < rate_per_minute):
        yield from repeat(min(share, limit), DOUBLING)
        share *= 2
    yield from repeat(min(limit, rate_per_minute or limit))


def cut(count: int, plan: Iterator[int]) -> list[int]:
    """The sizes of the batches of one group: taken from the plan until all `count` deliveries have a place."""
    parts: list[int] = []
    while count > 0:
        size = min(next(plan), count)
        parts.append(size)
        count -= size
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
