"""The embedded runner: one process at a time sends what is due, from the ledger, under a lock of the operating system.

In: a Context. Out: campaigns carried to their end. Called by `send`, `resume`, `work`, `serve`.

All that must survive is in the ledger; the runner may die at any moment (docs/explanation/ledger.md).
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from threading import Event

from newsletter.host import FileLock
from newsletter.model.errors import Explained
from newsletter.pipeline import almanac, due, heartbeat, intake, lease, record, series, settle
from newsletter.pipeline.context import Context
from newsletter.pipeline.steady import steady
from newsletter.pipeline.submit import Desk, submit_next
from newsletter.worker.courier import Courier

log = logging.getLogger(__name__)

COUNTING = 600.0  #: seconds after which a backup is surely known to be old while a runner works
LOOK_AHEAD = timedelta(hours=1)  #: between two looks at the holidays ahead, and at files that were handed in
HOUSEKEEPING = 0.5  #: seconds between two looks at hooks, evidence and the calendar


class Runner:
    """The one who sends. `only` restricts it to one campaign."""

    def __init__(self, ctx: Context, only: int | None = None) -> None:
        self.ctx = ctx
        self.only = only
        self.stop = Event()
        self.rest = Event()  #: while it is set, nothing new leaves: a person is being asked
        self._counted = time.monotonic()
        self._lock = FileLock(ctx.var / "runner.lock")
        self._beaten: datetime | None = None
        owner = f"{socket.gethostname()}:{os.getpid()}"
        self._looked_ahead: datetime | None = None
        self._desk = Desk(ctx, owner, stopping=self.stop.is_set, resting=self.rest.is_set)

    def start(self) -> bool:
        """Become the runner; False when another process is. What a dead runner left behind is put in order."""
        if not self._lock.acquire():
            return False
        try:
            lease.require(self.ctx)  # on a copy nobody knows what is under way
            self._count()
            due.recover(self.ctx)
        except BaseException:
            self._lock.release()  # whoever holds it must be able to send
            raise
        return True

    def close(self) -> None:
        """Stop being the runner."""
        self._lock.release()

    def run(self, over: Callable[[], bool]) -> None:
        """Work until `over()` or `stop`; calls that are under way end first."""
        slots = max(self.ctx.settings.whole("send.slots"), 1)
        with (
            steady(),
            Courier(self.ctx),
            ThreadPoolExecutor(slots, thread_name_prefix="slot") as pool,
        ):
            busy: set[Future[bool]] = set()
            while not self.stop.is_set():
                lease.require(self.ctx)
                if time.monotonic() - self._counted > COUNTING:
                    self._count()
                self._keep_house()
                if over() and not busy:
                    return
                idle = self._work(pool, busy, slots)
                if idle and not over():
                    self.stop.wait(HOUSEKEEPING)
            wait(busy)

    def _count(self) -> None:
        """Who works counts on: so a backup is known to be old also where nobody did anything but, say, unsubscribe since."""
        self._counted = time.monotonic()
        with lease.acting(self.ctx):
            pass

    def idle(self) -> bool:
        """True when nothing is due now."""
        return not due.busy(self.ctx)

    def _work(self, pool: ThreadPoolExecutor, busy: set[Future[bool]], slots: int) -> bool:
        """Keep the slots filled for a while; True when there was nothing to do."""
        quiet = False
        for _ in range(64):  # then the house is looked after again, however much there is to send
            while len(busy) < slots and not (quiet or self.stop.is_set() or self.rest.is_set()):
                busy.add(pool.submit(submit_next, self._desk, self.only))
            if not busy:
                break
            done, waiting = wait(busy, timeout=HOUSEKEEPING, return_when=FIRST_COMPLETED)
            busy.clear()
            busy.update(waiting)
            if not done:
                break
            quiet = quiet or not all(future.result() for future in done)
        return quiet and not busy

    def _keep_house(self) -> None:
        """Hooks, evidence, the calendar. What goes wrong with one campaign does not keep the others from going out."""
        for task in (self._beat, self._record, self._settle, self._calendar, self._look_ahead, self._start):
            try:
                task()
            except Explained as error:
                log.warning("%s", error)

    def _beat(self) -> None:
        now = self.ctx.now()
        # Also when the clock was set back: else nothing would beat until it has caught up.
        if self._beaten is None or not timedelta() <= now - self._beaten < heartbeat.EVERY:
            heartbeat.beat(self.ctx)
            self._beaten = now

    def _record(self) -> None:
        record.apply_new(self.ctx)

    def _settle(self) -> None:
        settle.settle(self.ctx)

    def _calendar(self) -> None:
        due.hold_late(self.ctx)
        due.close_ended(self.ctx)
        series.attend(self.ctx)

    def _look_ahead(self) -> None:
        now = self.ctx.now()
        if self.only or (self._looked_ahead and abs(now - self._looked_ahead) < LOOK_AHEAD):
            return
        self._looked_ahead = now
        intake.sweep(self.ctx)
        for change in almanac.renew(self.ctx):
            log.warning(
                "the data has another day for %s in %s: see `newsletter holidays`",
                change.key,
                change.calendar,
            )

    def _start(self) -> None:
        due.start_due(self.ctx, self.only)
