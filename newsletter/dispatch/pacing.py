"""Pacing: how long to wait before the next batch may leave.

In: the rate, what left, the clock. Out: seconds. Called by pipeline.submit, before a batch is committed to leave.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST = 50  #: a gentle start shows itself to so many people, then waits
MINUTE = 300  #: and goes on at so many a minute, doubled every ten minutes
DOUBLING = 10
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

    def set_back(self, by: timedelta) -> Pace:
        """The meter when the clock was set back by so much: nobody waits for an hour that comes twice."""
        return Pace(self.free_at - by)

    def after(self, now: datetime, members: int, per_minute: float) -> Pace:
        """The meter once a batch has left."""
        if not per_minute:
            return self
        return Pace(max(self.free_at, now) + timedelta(minutes=members / per_minute))


def gentle_rate(handed_over: int, account_rate: int) -> int:
    """Members a minute in a gentle start: 300 for ten minutes, doubled each ten, up to the account's rate.

    Reckoned by how many were handed over and not by the clock: a mailing that was paused for a night goes on where it was.
    """
    rate, until = MINUTE, FIRST + MINUTE * DOUBLING
    while handed_over >= until and (rate < account_rate or not account_rate):
        rate *= 2
        until += rate * DOUBLING
    return min(rate, account_rate) if account_rate else rate


def duration(members: int, rate: int, *, gentle: bool) -> timedelta:
    """How long so many members take at the account's rate (members a minute; 0: no limit), with the countdown of a gentle start.

    The provider's own time is not in it.
    """
    handed = min(members, FIRST) if gentle else 0
    took = COUNTDOWN if gentle and members > FIRST else timedelta()
    stage = MINUTE * DOUBLING
    while gentle and handed < members and (gentle_rate(handed, rate) != rate):
        now = min(members, handed + stage)
        took += timedelta(minutes=(now - handed) / gentle_rate(handed, rate))
        handed, stage = now, stage * 2
    return took + timedelta(minutes=(members - handed) / rate if rate else 0)


def retry_after(failures: int, asked: float | None) -> timedelta:
    """When an unavailable provider is asked again: when it said, else 2, 4, 8 … seconds, five minutes at the most."""
    if asked is not None:
        return timedelta(seconds=min(max(asked, 0.0), 3600.0))
    return timedelta(seconds=min(2.0 ** min(max(failures, 1), 20), 300.0))
