"""The meters: who may hand over how many, and when. Of a process, or one for all that share a database.

In: the clock, shares. Out: how long to wait; nothing when the shares were taken. Called by pipeline.desk.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import NamedTuple, Protocol

from newsletter.dispatch.pacing import Pace
from newsletter.pipeline.context import Context
from newsletter.store import Connection, paces

_SKEW = timedelta(
    minutes=1
)  #: clocks of machines differ by less (a worker refuses to start otherwise); more: a clock was set back
_NONE = timedelta()


class Share(NamedTuple):
    """So many members of a meter (an account, or a lane of one) that runs at so many a minute (0: no limit)."""

    meter: str
    members: int
    per_minute: float


class Meter(Protocol):
    """What a desk asks before a batch leaves."""

    def take(self, shares: Sequence[Share]) -> timedelta:
        """Take all of these shares, if all are free: nothing to wait for then. Else none of them is taken."""
        ...

    def closed(self, meters: Iterable[str]) -> frozenset[str]:
        """Which of these meters are not at zero now."""
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

    def take(self, shares: Sequence[Share]) -> timedelta:
        """As of Meter."""
        with self._lock:
            now = self._look()
            delay = max((self._pace(one.meter, now).wait(now) for one in shares), default=_NONE)
            if not delay:
                for one in shares:
                    self._paces[one.meter] = self._pace(one.meter, now).after(
                        now, one.members, one.per_minute
                    )
            return delay

    def closed(self, meters: Iterable[str]) -> frozenset[str]:
        """As of Meter."""
        with self._lock:
            now = self._look()
            return frozenset(one for one in meters if self._pace(one, now).wait(now))

    def hold_off(self, account: str, delay: timedelta) -> None:
        """As of Meter."""
        with self._lock:
            now = self._look()
            self._paces[account] = self._pace(account, now).not_before(now + delay)

    def _pace(self, meter: str, now: datetime) -> Pace:
        return self._paces.get(meter, Pace(now))

    def _look(self) -> datetime:
        now = self._ctx.now()
        if now < self._seen:
            back = self._seen - now
            self._paces = {name: pace.set_back(back) for name, pace in self._paces.items()}
        self._seen = now
        return now


class SharedMeter:
    """Of all processes on all machines that share a database: one row for each meter, taken in a transaction of its own."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    def take(self, shares: Sequence[Share]) -> timedelta:
        """As of Meter. Raises StoreUnavailable."""
        now = self._ctx.now()
        names = [one.meter for one in shares]
        with self._ctx.store.read() as db:  # a look costs no lock: whoever must wait asks often
            readings = paces.read(db, names)
        if not any(_set_back(reading, now) for reading in readings.values()):
            delay = max((Pace(reading.free_at).wait(now) for reading in readings.values()), default=_NONE)
            if delay:
                return delay
        with self._ctx.store.write() as db:
            return _take(db, shares, now)

    def closed(self, meters: Iterable[str]) -> frozenset[str]:
        """As of Meter. Raises StoreUnavailable."""
        now, names = self._ctx.now(), sorted(meters)
        if not names:
            return frozenset()
        with self._ctx.store.read() as db:
            readings = paces.read(db, names)
        return frozenset(name for name, reading in readings.items() if _pace(reading, now).wait(now))

    def hold_off(self, account: str, delay: timedelta) -> None:
        """As of Meter. Raises StoreUnavailable."""
        now = self._ctx.now()
        with self._ctx.store.write() as db:
            pace = _pace(paces.read(db, [account]).get(account), now).not_before(now + delay)
            paces.put(db, account, paces.Reading(pace.free_at, now))


def _take(db: Connection, shares: Sequence[Share], now: datetime) -> timedelta:
    """Within a transaction that writes, which nobody else does meanwhile."""
    readings = paces.read(db, [one.meter for one in shares])
    found = {one: _pace(readings.get(one.meter), now) for one in shares}
    delay = max((pace.wait(now) for pace in found.values()), default=_NONE)
    for one, pace in found.items():
        if one.per_minute:
            after = pace if delay else pace.after(now, one.members, one.per_minute)
            paces.put(db, one.meter, paces.Reading(after.free_at, now))
    return delay


def _pace(reading: paces.Reading | None, now: datetime) -> Pace:
    if reading is None:
        return Pace(now)
    pace = Pace(reading.free_at)
    return pace.set_back(reading.seen - now) if _set_back(reading, now) else pace


def _set_back(reading: paces.Reading, now: datetime) -> bool:
    return reading.seen - now > _SKEW
