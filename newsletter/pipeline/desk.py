"""The desk: what the slots of one process share while they send, and how they wait for their turn.

In: a Context and who is working. Out: leave to go on, at the account's pace. Called by pipeline.submit; made by worker.embedded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Lock

from newsletter.pipeline.context import Context
from newsletter.pipeline.meter import Meter, OwnMeter, SharedMeter
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
        self._meter: Meter = SharedMeter(ctx) if ctx.store.shared else OwnMeter(ctx)
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

    def wait(
        self, account: str, per_minute: int, members: int, wanted: Callable[[], bool] = lambda: True
    ) -> bool:
        """Wait for the account's pace and take so many members' share of it; False when the program is stopping, or it is not
        `wanted` now."""
        while not self.stopping():
            delay = _MOMENT if self.resting() else self._meter.take(account, members, per_minute)
            if not delay:
                return True
            self.ctx.sleep(min(delay, _MOMENT).total_seconds())
            if not wanted():
                return False
        return False

    def hold_off(self, account: str, delay: timedelta) -> None:
        """The provider is busy, or away: nobody asks again before it said."""
        self._meter.hold_off(account, delay)
