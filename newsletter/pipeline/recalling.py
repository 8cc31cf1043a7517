"""Recalling: what was counted a moment ago, for pages that only look. Whoever acts counts anew.

In: a Context, what is counted, how. Out: the count. Called by the verbs that count whole audiences; a Context without a memory
forgets everything, and that of every act has none.

With 200,000 members a look at whom a mailing would reach takes a second, and people look several times before they say yes. A count stands
twenty times as long as it took, a minute at most, and until somebody acts, changes a segment, or the day ends: within it, only what readers
and providers told meanwhile is missing. What is signed is never taken from here (considering.say_yes, proposal.make).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from newsletter.pipeline.context import Context
from newsletter.pipeline.memory import QUICK
from newsletter.store import audit
from newsletter.workspace import read_segments

Made = TypeVar("Made")


def recalled(ctx: Context, key: tuple[Hashable, ...], make: Callable[[], Made], quick: float = QUICK) -> Made:
    """What `key` was counted as since the last act of anybody, else what `make` counts; kept only where that took longer than `quick`
    seconds. Raises what `make` raises."""
    if ctx.memory is None:
        return make()
    with ctx.store.read() as db:
        mark = audit.newest(db)
    segments = tuple((name, text.where, text.label) for name, text in read_segments(ctx.root).items())
    return ctx.memory.recall((*key, mark, segments, ctx.now().date()), make, quick)
