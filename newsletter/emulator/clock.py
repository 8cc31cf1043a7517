"""In: a starting instant and orders to advance, freeze or run faster. Out: emulated Unix seconds, and jobs run when due.

Called by everything that needs the time here: validation of `send_at`, events, posts, readers, the control API.
"""

import asyncio
import contextlib
import heapq
import itertools
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

Job = Callable[[float], None]
"""A job is called with the emulated second it was due at, which may lie before the present one."""


class Clock:
    """Emulated time: a base that runs on with the machine's monotonic clock, `rate` times as fast."""

    def __init__(self, start: float | None = None) -> None:
        self._base = time.time() if start is None else start
        self._mark = time.monotonic()
        self.rate = 1.0
        self.on_change: list[Callable[[], None]] = []

    def now(self) -> float:
        """Emulated seconds since 1970-01-01 UTC."""
        return self._base + (time.monotonic() - self._mark) * self.rate

    def set(self, *, now: float | None = None, rate: float | None = None) -> None:
        """Jump to `now` and/or run `rate` times as fast as the wall (0 freezes). ValueError if rate < 0."""
        if rate is not None and rate < 0:
            raise ValueError("rate must not be negative")
        self._base, self._mark = self.now() if now is None else now, time.monotonic()
        self.rate = self.rate if rate is None else rate
        for told in self.on_change:
            told()

    def advance(self, seconds: float) -> None:
        """Move forward by so many seconds. ValueError for a negative number."""
        if seconds < 0:
            raise ValueError("time goes forward; use `set` to go back")
        self.set(now=self.now() + seconds)


class Activity:
    """Counts the tasks under way, so that a test can wait for the end of all of them."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._quiet = asyncio.Event()
        self._quiet.set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` in the background. An error in it is the event loop's to report."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        self._quiet.clear()
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not self._tasks:
            self._quiet.set()
        if not task.cancelled() and (error := task.exception()):
            asyncio.get_running_loop().call_exception_handler(
                {"message": "emulator task failed", "exception": error}
            )

    @property
    def busy(self) -> int:
        """How many tasks are under way."""
        return len(self._tasks)

    async def quiet(self) -> None:
        """Wait until no task is under way."""
        await self._quiet.wait()

    def stop(self) -> None:
        """Cancel everything under way."""
        for task in tuple(self._tasks):
            task.cancel()


@dataclass(order=True, slots=True)
class Entry:
    """A job and when it is due; `job` None once it has been taken back."""

    due: float
    order: int
    job: Job | None = field(compare=False)


class Agenda:
    """Jobs in order of emulated time. Jobs due at one instant run in the order they were entered."""

    STRIDE = 100
    """Jobs run before the event loop gets a turn, so that a large due list does not stall requests."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heap: list[Entry] = []
        self._order = itertools.count()
        self._wake = asyncio.Event()
        self._caught_up = asyncio.Event()
        self.planned = 0
        clock.on_change.append(self._wake.set)

    def at(self, due: float, job: Job) -> Entry:
        """Run `job` once emulated time reaches `due`; at once if it has passed."""
        entry = Entry(due, next(self._order), job)
        heapq.heappush(self._heap, entry)
        self.planned += 1
        if self._heap[0] is entry:
            self._wake.set()
        return entry

    def take_back(self, entry: Entry) -> None:
        """Do not run a job after all; taking back twice, or after it ran, is fine."""
        if entry.job is not None:
            entry.job = None
            self.planned -= 1

    def clear(self) -> None:
        """Forget every job."""
        self._heap.clear()
        self.planned = 0
        self._wake.set()

    @property
    def next_due(self) -> float | None:
        """Emulated second of the earliest job."""
        while self._heap and self._heap[0].job is None:
            heapq.heappop(self._heap)
        return self._heap[0].due if self._heap else None

    def any_due(self) -> bool:
        """True when a job could run now."""
        due = self.next_due
        return due is not None and due <= self._clock.now()

    async def caught_up(self) -> None:
        """Wait until every job due by now has run."""
        self._caught_up.clear()
        self._wake.set()
        await self._caught_up.wait()

    async def run(self) -> None:
        """Run jobs for ever; cancelled at the end."""
        while True:
            self._wake.clear()
            await self._run_due()
            self._caught_up.set()
            await self._wait()

    async def _run_due(self) -> None:
        count = 0
        while self.any_due():
            entry = heapq.heappop(self._heap)
            job, entry.job = entry.job, None
            self.planned -= 1
            if job:
                job(entry.due)
            count += 1
            if count % self.STRIDE == 0:
                await asyncio.sleep(0)

    async def _wait(self) -> None:
        rate, due = self._clock.rate, self.next_due
        seconds = None if due is None or not rate else max(0.0, (due - self._clock.now()) / rate)
        with contextlib.suppress(TimeoutError):
            # not wait_for: until Python 3.12 it may swallow a cancellation that comes as it wakes (python/cpython#86296)
            async with asyncio.timeout(seconds):
                await self._wake.wait()


async def settle(agenda: Agenda, activity: Activity) -> None:
    """Wait until nothing is due and nothing is under way. Later jobs may remain planned."""
    while True:
        await agenda.caught_up()
        if not activity.busy and not agenda.any_due():
            return
        await activity.quiet()


async def run_until_idle(clock: Clock, agenda: Agenda, activity: Activity, limit: float) -> None:
    """Move the clock from job to job until none is planned, at most `limit` emulated seconds ahead."""
    end = clock.now() + limit
    while True:
        await settle(agenda, activity)
        due = agenda.next_due
        if due is None or due > end:
            return
        # A stride of a second takes neighbours along; jobs still run in order and know when they were due.
        clock.advance(min(max(0.0, due - clock.now()) + 1.0, max(0.0, end - clock.now())))
