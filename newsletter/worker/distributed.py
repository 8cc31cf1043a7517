"""The distributed worker: any number of machines send from one PostgreSQL, each with its slots, woken by Procrastinate.

In: a Context. Out: batches handed over, house kept by whoever leads. Called by `work` on a database of a server.

A job is only a wish ("a batch may leave"): it is made from the ledger by whoever leads, takes whichever batch is next, never raises, and
may be lost or doubled without harm. Claim, epoch and lease stand in the ledger (docs/adr/0018-jobs-are-wishes.md).
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

import procrastinate
import psycopg
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.schema import SchemaManager

from newsletter.host import FileLock
from newsletter.model.errors import Explained, StoreUnavailable, Superseded
from newsletter.pipeline import due, lease, queueing
from newsletter.pipeline.context import Context
from newsletter.pipeline.steady import steady
from newsletter.pipeline.submit import Desk, submit_next
from newsletter.worker.courier import Courier
from newsletter.worker.house import House

log = logging.getLogger(__name__)

ROUND = 0.5  #: seconds between two rounds of whoever leads
REAPING = 10.0  #: between two looks for jobs of dead workers
SWEEP = 100  #: wishes that are made in one round
AGAIN = 1.0  #: before a database that does not answer is asked again
PATIENCE = 600.0  #: how long it is waited for; then whoever looks after this process is to know
_TASK = "submit"
_AWAY = (StoreUnavailable, ConnectorException, psycopg.Error, OSError)


class Host:
    """One machine's part of the work. `patience` as of House."""

    def __init__(self, ctx: Context, slots: int, patience: int | None = None) -> None:
        self.ctx = ctx
        self.slots = max(slots, 1)
        self.stop = Event()
        self.failure: BaseException | None = None
        self._place = lease.place(ctx)
        self._lock = FileLock(ctx.var / "runner.lock")
        owner = f"{self._place}{os.getpid()}"
        self._desk = Desk(ctx, owner, stopping=self.stop.is_set)
        self._house = House(ctx, patience=patience)
        self._lead = queueing.Lead(ctx, owner)
        self._reaped = 0.0
        self._answered = time.monotonic()  #: when the database did, last

    def start(self) -> bool:
        """Take this workspace's place among the machines; False when another process of it works already."""
        if not self._lock.acquire():
            return False
        try:
            lease.require(self.ctx)
            queueing.require_clock(self.ctx)
            queueing.install(self.ctx, procrastinate.__version__, SchemaManager.get_schema())
            self._house.count()
            due.recover(self.ctx, self._place)
            queueing.recover(self.ctx, self._place)
        except BaseException:
            self._lock.release()
            raise
        return True

    def close(self) -> None:
        """Give the place up."""
        self._lead.close()
        self._lock.release()

    def run(self, over: Callable[[], bool]) -> None:
        """Work until `over()` or `stop`; calls that are under way end first. Raises NotOurs, Superseded, and StoreUnavailable after ten
        minutes without the database."""
        leading = Thread(target=self._guarded, args=(over,), name="lead")
        with steady():
            leading.start()
            try:
                asyncio.run(self._work())
            finally:
                self.stop.set()
                leading.join()
        if self.failure is not None:
            raise self.failure

    # --- wishes become calls ---

    async def _work(self) -> None:
        while not self.stop.is_set():
            try:
                await self._take_wishes()
            except _AWAY as error:
                log.warning("the queue does not answer: %s", error)
                await asyncio.sleep(AGAIN)

    async def _take_wishes(self) -> None:
        app = procrastinate.App(connector=procrastinate.PsycopgConnector(**self._reached(self.slots + 2)))
        app.task(name=_TASK, queue=_TASK)(self._submit)
        async with app.open_async():
            worker = asyncio.create_task(
                app.run_worker_async(
                    queues=[_TASK],
                    concurrency=self.slots,
                    install_signal_handlers=False,
                    fetch_job_polling_interval=1.0,
                    delete_jobs="always",
                )
            )
            while not (self.stop.is_set() or worker.done()):
                await asyncio.sleep(0.1)
            if worker.done():
                worker.result()  # raises what ended it
            worker.cancel()  # it ends what it has in hand
            await asyncio.gather(worker, return_exceptions=True)

    def _submit(self, batch: int) -> None:
        """A wish: whatever is next leaves. Nothing is raised: an error would keep the wish, and the ledger knows better."""
        try:
            if not self.stop.is_set():
                submit_next(self._desk)
        except (lease.NotOurs, Superseded) as error:
            self.failure = error
            self.stop.set()
        except Explained as error:
            log.warning("batch %d waits: %s", batch, error)
        except Exception:
            log.exception("batch %d waits", batch)

    def _reached(self, connections: int) -> dict[str, Any]:
        return {
            "conninfo": queueing.address(self.ctx),
            "kwargs": {"options": f"-c search_path={queueing.SCHEMA}"},
            "min_size": 1,
            "max_size": connections,
        }

    # --- the lead: house and wishes ---

    def _guarded(self, over: Callable[[], bool]) -> None:
        try:
            self._rounds(over)
        except BaseException as error:  # noqa: BLE001 - carried to the thread that runs the worker, which raises it
            self.failure = error
        finally:
            self.stop.set()

    def _rounds(self, over: Callable[[], bool]) -> None:
        """Rounds until it is over; a database that is away for a while is waited for."""
        while not self.stop.is_set():
            try:
                self._lead_on(over)
            except _AWAY as error:
                if self._house.impatient or time.monotonic() - self._answered > PATIENCE:
                    raise
                log.warning("the database does not answer, and is asked again: %s", error)
                self.stop.wait(AGAIN)
            else:
                return

    def _lead_on(self, over: Callable[[], bool]) -> None:
        app = procrastinate.App(connector=procrastinate.SyncPsycopgConnector(**self._reached(2)))
        with app.open():
            courier: Courier | None = None
            try:
                while not self.stop.is_set():
                    lease.require(self.ctx)
                    leads = self._lead.leads()
                    self._answered = time.monotonic()
                    courier = self._courier(courier, leads=leads)
                    if leads:
                        self._round(app)
                    if over():
                        return
                    self.stop.wait(ROUND)
            finally:
                self._courier(courier, leads=False)

    def _courier(self, courier: Courier | None, *, leads: bool) -> Courier | None:
        if leads and courier is None:
            return Courier(self.ctx).__enter__()
        if not leads and courier is not None:
            courier.__exit__(None, None, None)
            return None
        return courier

    def _round(self, app: procrastinate.App) -> None:
        self._house.keep()
        if time.monotonic() - self._reaped > REAPING:
            self._reaped = time.monotonic()
            queueing.reap(self.ctx)
        for batch in queueing.wanted(self.ctx, SWEEP):
            wish = app.configure_task(_TASK, queue=_TASK, queueing_lock=f"batch:{batch}")
            try:
                wish.defer(batch=batch)
            except AlreadyEnqueued:
                continue
