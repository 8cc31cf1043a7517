"""The desk: what the slots of one process share while they send, and how they wait for their turn.

In: a Context and who is working. Out: leave to go on, at the account's pace. Called by pipeline.submit; made by worker.embedded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from enum import Enum, auto
from threading import Lock

from newsletter.dispatch.lanes import Lane
from newsletter.pipeline import lanes
from newsletter.pipeline.context import Context
from newsletter.pipeline.meter import Meter, OwnMeter, Share, SharedMeter
from newsletter.pipeline.parcels import Parcels
from newsletter.store.batches import Batch

_MOMENT = timedelta(seconds=0.5)  #: between two looks at whether it may go on


class Turn(Enum):
    """What became of a batch that waited for its turn."""

    TAKEN = auto()
    PASSED = auto()  #: another of its lane went before: it is passed over, and others may go
    UNWANTED = auto()  #: the program is stopping, or somebody paused, held or cancelled it


def closed(ctx: Context, meter: Meter) -> frozenset[str]:
    """The lanes whose meter is not at zero."""
    found = {lanes.meter(name): name for name in lanes.of(ctx)}
    return frozenset(found[one] for one in meter.closed(found)) if found else frozenset()


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
        lanes.of(ctx)  # a pace that cannot be read is told before anything leaves
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
        self, account: Share, lane: Lane | None = None, wanted: Callable[[], bool] = lambda: True
    ) -> Turn:
        """Wait for the account's pace, and take the share of it and of the lane's. A lane's own pace is not waited for."""
        shares = [account]
        if lane is not None:
            shares.append(Share(lanes.meter(lane.name), account.members, lane.per_hour / 60))
        while not self.stopping():
            delay = _MOMENT if self.resting() else self._meter.take(shares)
            if not delay:
                return Turn.TAKEN
            if lane is not None and lane.name in self.closed():
                return Turn.PASSED
            self.ctx.sleep(min(delay, _MOMENT).total_seconds())
            if not wanted():
                return Turn.UNWANTED
        return Turn.UNWANTED

    def closed(self) -> frozenset[str]:
        """The lanes of which nobody may leave now."""
        return closed(self.ctx, self._meter)

    def hold_off(self, account: str, delay: timedelta) -> None:
        """The provider is busy, or away: nobody asks again before it said."""
        self._meter.hold_off(account, delay)
