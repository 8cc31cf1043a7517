"""The embedded runner: one process at a time sends what is due, from the ledger, under a lock of the operating system.

In: a Context. Out: campaigns carried to their end. Called by `send`, `resume`, `work`, `serve`.

All that must survive is in the ledger; the runner may die at any moment (docs/explanation/ledger.md).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from threading import Event

from newsletter.host import FileLock
from newsletter.pipeline import due, lease, queueing
from newsletter.pipeline.context import Context
from newsletter.pipeline.steady import steady
from newsletter.pipeline.submit import Desk, submit_next
from newsletter.worker.courier import Courier
from newsletter.worker.house import House

HOUSEKEEPING = 0.5  #: seconds between two looks at hooks, evidence and the calendar


class Runner:
    """The one who sends. `only` restricts it to one campaign; `patience` as of House."""

    def __init__(
        self,
        ctx: Context,
        only: int | None = None,
        *,
        slots: int | None = None,
        patience: int | None = None,
    ) -> None:
        self.ctx = ctx
        self.only = only
        self._slots = max(slots or ctx.settings.whole("send.slots"), 1)
        self.stop = Event()
        self.rest = Event()  #: while it is set, nothing new leaves: a person is being asked
        self._lock = FileLock(ctx.var / "runner.lock")
        self._place = lease.place(ctx)
        owner = f"{self._place}{os.getpid()}"
        self._house = House(ctx, only, patience)
        # Where other machines send as well, one of them keeps house; a `send` starts its own mailing, and no other.
        self._lead = queueing.Lead(ctx, owner) if ctx.store.shared and only is None else None
        self._desk = Desk(ctx, owner, stopping=self.stop.is_set, resting=self.rest.is_set)

    def start(self) -> bool:
        """Become the runner; False when another process is. What a dead runner left behind is put in order."""
        if not self._lock.acquire():
            return False
        try:
            lease.require(self.ctx)  # on a copy nobody knows what is under way
            self._house.count()
            due.recover(self.ctx, self._place if self.ctx.store.shared else "")
            if self._lead is not None:
                queueing.recover(self.ctx, self._place)
        except BaseException:
            self._lock.release()  # whoever holds it must be able to send
            raise
        return True

    def close(self) -> None:
        """Stop being the runner."""
        if self._lead is not None:
            self._lead.close()
        self._lock.release()

    def run(self, over: Callable[[], bool]) -> None:
        """Work until `over()` or `stop`; calls that are under way end first. Raises NotOurs, Superseded, StoreUnavailable."""
        with (
            steady(),
            Courier(self.ctx),
            ThreadPoolExecutor(self._slots + 1, thread_name_prefix="slot") as pool,  # one hears
        ):
            try:
                self._fill(pool, over)
            except BaseException:
                self.stop.set()  # else a slot that waits for the database would keep the end waiting, and still send
                raise

    def _fill(self, pool: ThreadPoolExecutor, over: Callable[[], bool]) -> None:
        busy: set[Future[bool]] = set()
        idle, leads = True, False
        while not self.stop.is_set():
            lease.require(self.ctx)
            leads = self._lead is None or self._lead.leads()
            if leads:
                self._house.keep(sending=not idle)
            if over() and not busy:
                break
            idle = self._work(pool, busy, leads=leads)
            if idle and not over():
                self.stop.wait(HOUSEKEEPING)
        wait(busy)
        if leads and over():
            self._house.catch_up()

    def _work(self, pool: ThreadPoolExecutor, busy: set[Future[bool]], *, leads: bool) -> bool:
        """Keep the slots filled for a while, and hear events beside them; True when there was nothing to do."""
        if not leads:
            return self._send(pool, busy, Future())
        enough = Event()
        hearing = pool.submit(self._house.hear, enough)
        try:
            return self._send(pool, busy, hearing)
        finally:
            enough.set()
            hearing.result()

    def _send(self, pool: ThreadPoolExecutor, busy: set[Future[bool]], hearing: Future[None]) -> bool:
        quiet = False
        for _ in range(64):  # then the house is looked after again, however much there is to send
            while len(busy) < self._slots and not (quiet or self.stop.is_set() or self.rest.is_set()):
                busy.add(pool.submit(submit_next, self._desk, self.only))
            if not busy or hearing.done():  # who hears has failed: that is raised
                break
            done, waiting = wait(busy, timeout=HOUSEKEEPING, return_when=FIRST_COMPLETED)
            busy.clear()
            busy.update(waiting)
            if not done:
                break
            quiet = quiet or not all(future.result() for future in done)
        return not busy and (quiet or self.rest.is_set())
