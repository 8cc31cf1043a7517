"""How many requests a minute somebody may make.

In: whose request, the time. Out: how long to wait. Called by web.api.app.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from threading import Lock
from typing import Final

_MOST: Final = 4096  #: whose are remembered


class Meter:
    """A bucket for each: it holds a minute's requests and fills evenly. `per_minute` 0: no limit. Thread-safe."""

    def __init__(self, per_minute: int) -> None:
        self._rate = per_minute
        self._lock = Lock()
        self._buckets: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def wait(self, whose: str, now: datetime) -> float:
        """Seconds until the next one may come; 0: this one may, and is counted."""
        if not self._rate:
            return 0.0
        with self._lock:
            left, then = self._buckets.pop(whose, (float(self._rate), now))
            passed = max((now - then).total_seconds(), 0.0)
            left = min(left + passed * self._rate / 60, float(self._rate))
            allowed = left >= 1
            self._buckets[whose] = (left - 1 if allowed else left, now)
            while len(self._buckets) > _MOST:
                self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) * 60 / self._rate
