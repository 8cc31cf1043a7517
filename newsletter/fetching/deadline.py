"""One limit of time for a whole conversation, however it is cut into steps.

In: seconds. Out: what is left of them, or Unfetched. Called by every step of the fetcher.
"""

from __future__ import annotations

import time

from newsletter.fetching.contract import Unfetched, Why


class Deadline:
    """It runs from when it is made. The clock is the monotonic one: it measures, and tells no time of day."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self, most: float = 3600.0) -> float:
        """Seconds left, and no more than `most`. Raises Unfetched when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise Unfetched(Why.TIME)
        return min(left, most)
