"""Memory: what took long to count, for as long as that is worth.

In: what is counted, how. Out: the count. Called by pipeline.recalling; made by the studio, for those who only look.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from time import monotonic
from typing import TypeVar, cast

SHARE = 20  #: what took long stands so many times as long
LONGEST = 60.0  #: seconds
QUICK = 0.02  #: seconds; what is counted faster is counted each time
MOST = 64  #: counts that are remembered
Made = TypeVar("Made")


class Memory:
    """The counts of one process, by what they are of. Thread-safe."""

    def __init__(self) -> None:
        self._known: OrderedDict[Hashable, tuple[float, object]] = OrderedDict()
        self._lock = Lock()

    def recall(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What stands, else what `make` gives."""
        with self._lock:
            until, value = self._known.get(key, (0.0, None))
        began = monotonic()
        if began < until:
            return cast("Made", value)
        made = make()
        ended = monotonic()
        if ended - began > QUICK:
            self._keep(key, ended + min(SHARE * (ended - began), LONGEST), made)
        return made

    def _keep(self, key: Hashable, until: float, made: object) -> None:
        with self._lock:
            self._known[key] = (until, made)
            self._known.move_to_end(key)
            while len(self._known) > MOST:
                self._known.popitem(last=False)
