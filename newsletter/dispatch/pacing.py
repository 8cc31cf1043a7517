"""Pacing: how long to wait before the next batch may leave.

In: the rate, what left, the clock. Out: seconds. Called by pipeline.submit, before a batch is committed to leave.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from newsletter.dispatch.batching import DOUBLING, MINUTE

COUNTDOWN = timedelta(seconds=60)  #: between the first 50 of a gentle start and the rest


@dataclass(frozen=True, slots=True)
class Pace:
    """The account's meter (GCRA): `free_at` is when all that has left so far will have been paid for."""

    free_at: datetime

    def wait(self, now: datetime) -> timedelta:
        """How long until the next batch may leave. A burst of one batch is free: a batch leaves when the meter is at zero."""
        return max(self.free_at - now, timedelta())

    def not_before(self, moment: datetime) -> Pace:
        """The meter when nothing may leave before a moment."""
        return Pace(max(self.free_at, moment))

    def after(self, now: datetime, members: int, per_minute: int) -> Pace:
        """The meter once a batch has left."""
        if not per_minute:
            return self
        return Pace(max(self.free_at, now) + timedelta(minutes=members / per_minute))


def gentle_rate(started_at: datetime, now: datetime, account_rate: int) -> int:
    """Members a minute in a gentle start: 300 for ten minutes, doubled each ten, up to the account's rate."""
    tens = int((now - started_at) / timedelta(minutes=DOUBLING))
    rate = MINUTE << min(max(tens, 0), 30)
    return min(rate, account_rate) if account_rate else rate


def retry_after(failures: int, asked: float | None) -> timedelta:
    """When an unavailable provider is asked again: when it said, else 2, 4, 8 … seconds, five minutes at the most."""
    if asked is not None:
        return timedelta(seconds=min(max(asked, 0.0), 3600.0))
    return timedelta(seconds=min(2.0 ** min(max(failures, 1), 20), 300.0))
