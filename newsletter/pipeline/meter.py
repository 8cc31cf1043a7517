"""The account's meter: who may hand over how many, and when. One for a process, or one for all that share a database.

In: the clock, members, a rate. Out: how long to wait; nothing when the share was taken. Called by pipeline.desk.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

from newsletter.dispatch.pacing import Pace
from newsletter.pipeline.context import Context
from newsletter.store import Connection, paces

_SKEW = timedelta(
    minutes=1
)  #: clocks of machines differ by less (a worker refuses to start otherwise); more: a clock was set back


class Meter(Protocol):
    """What a desk asks before a batch leaves."""

    def take(self, account: str, members: int, per_minute: int) -> timedelta:
        """Take the share of so many members of an account, if it is free: nothing to wait for then."""
        ...

    def hold_off(self, account: str, delay: timedelta) -> None:
        """The provider is busy, or away: nobody asks again before."""
        ...


class OwnMeter:
    """Of one process, which is the only one that sends: kept in memory."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._lock = Lock()
        self._seen = ctx.now()
        self._paces: dict[str, Pace] = {}

    def take(self, account: str, members: int, per_minute: int) -> timedelta:
        """As of Meter."""
        with self._lock:
            pace, now = self._pace(account)
            delay = pace.wait(now)
            if not delay:
                self._paces[account] = pace.after(now, members, per_minute)
            return delay

    def hold_off(self, account: str, delay: timedelta) -> None:
        """As of Meter."""
        with self._lock:
            pace, now = self._pace(account)
            self._paces[account] = pace.not_before(now + delay)

    def _pace(self, account: str) -> tuple[Pace, datetime]:
        now = self._ctx.now()
        if now < self._seen:
            back = self._seen - now
            self._paces = {name: pace.set_back(back) for name, pace in self._paces.items()}
        self._seen = now
        return self._paces.get(account, Pace(now)), now


class SharedMeter:
    """Of all processes on all machines that share a database: one row for each account, taken in a transaction of its own."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    def take(self, account: str, members: int, per_minute: int) -> timedelta:
        """As of Meter. Raises StoreUnavailable."""
        now = self._ctx.now()
        with self._ctx.store.read() as db:  # a look costs no lock: whoever must wait asks often
            reading = paces.read(db, account)
        if reading and not _set_back(reading, now) and (delay := Pace(reading.free_at).wait(now)):
            return delay
        with self._ctx.store.write() as db:
            pace = _pace(db, account, now)
            delay = pace.wait(now)
            if per_minute:
                pace = pace if delay else pace.after(now, members, per_minute)
                paces.put(db, account, paces.Reading(pace.free_at, now))
            return delay

    def hold_off(self, account: str, delay: timedelta) -> None:
        """As of Meter. Raises StoreUnavailable."""
        now = self._ctx.now()
        with self._ctx.store.write() as db:
            free_at = _pace(db, account, now).not_before(now + delay).free_at
            paces.put(db, account, paces.Reading(free_at, now))


def _pace(db: Connection, account: str, now: datetime) -> Pace:
    reading = paces.read(db, account)
    if not reading:
        return Pace(now)
    pace = Pace(reading.free_at)
    return pace.set_back(reading.seen - now) if _set_back(reading, now) else pace


def _set_back(reading: paces.Reading, now: datetime) -> bool:
    return reading.seen - now > _SKEW
