"""The desk: what the slots of one process share while they send, and how they wait for their turn.

In: a Context and who is working. Out: leave to go on, at the account's pace. Called by pipeline.submit; made by worker.embedded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock

from newsletter.dispatch.pacing import Pace
from newsletter.pipeline.context import Context
from newsletter.pipeline.parcels import Parcels
from newsletter.store.batches import Batch

_MOMENT = timedelta(seconds=0.5)  #: between two looks at whether it may go on


class Desk:
    """What the slots of one process share: who they are, what they have in hand, the account's meter, compiled messages."""

    def __init__(
        self,
        ctx: Context,
        owner: str,
        *,
        stopping: Callable[[], bool] = lambda: False,
        resting: Callable[[], bool] = lambda: False,
    ) -> None:
        self.ctx = ctx
        self.owner = owner
        self.stopping = stopping
        self.resting = resting
        self.parcels = Parcels(ctx)
        self._lock = Lock()
        self._seen = ctx.now()
        self._pace = Pace(self._seen)
        self._in_hand: set[int] = set()

    @contextmanager
    def holding(self, batch: Batch) -> Iterator[None]:
        """While a slot works at a batch."""
        with self._lock:
            self._in_hand.add(batch.id)
        try:
            yield
        finally:
            with self._lock:
                self._in_hand.discard(batch.id)

    def in_hand(self) -> frozenset[int]:
        """The batches that living slots work at: their leases never lapse, whatever the clock says."""
        with self._lock:
            return frozenset(self._in_hand)

    def wait(self, per_minute: int, members: int, wanted: Callable[[], bool] = lambda: True) -> bool:
        """Wait for the pace and take so many members' share of it; False when the program is stopping, or it is not `wanted` now."""
        while not self.stopping():
            now = self.ctx.now()
            with self._lock:
                delay = _MOMENT if self.resting() else self._meter(now).wait(now)
                if not delay:
                    self._pace = self._pace.after(now, members, per_minute)
                    return True
            self.ctx.sleep(min(delay, _MOMENT).total_seconds())
            if not wanted():
                return False
        return False

    def _meter(self, now: datetime) -> Pace:
        if now < self._seen:
            self._pace = self._pace.set_back(self._seen - now)
        self._seen = now
        return self._pace

    def hold_off(self, delay: timedelta) -> None:
        """The provider is busy, or away: nobody of this process asks again before it said."""
        with self._lock:
            self._pace = self._pace.not_before(self.ctx.now() + delay)
