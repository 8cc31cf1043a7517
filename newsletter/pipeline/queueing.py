"""Queueing: which batches are wished for at the queue of a server, and who keeps house there.

In: a Context on PostgreSQL. Out: the queue's tables, numbers of batches, a lead. Called by worker.distributed.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from newsletter.model.errors import ConfigurationError, Superseded
from newsletter.model.said import Said
from newsletter.pipeline import conclude
from newsletter.pipeline.context import Context
from newsletter.pipeline.desk import closed
from newsletter.pipeline.meter import SharedMeter
from newsletter.store import queue, waking
from newsletter.store.queue import SCHEMA as SCHEMA  # the worker knows it from here

SILENCE = timedelta(seconds=30)  #: of a worker that is dead
_LEADING = timedelta(seconds=30)
SKEW = timedelta(seconds=60)  #: by which clocks may differ: leases of batches last ten minutes


def require_clock(ctx: Context) -> None:
    """Raises ConfigurationError when this machine's clock is far from the server's (one that was set for a rehearsal is as it is)."""
    if ctx.settings.instant("clock") is not None:
        return
    ahead = queue.skew(ctx.store, ctx.now())
    if abs(ahead) > SKEW.total_seconds():
        raise ConfigurationError(
            Said(
                f"the clock of this machine is {abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} the database's",
                f"l’horloge de cet ordinateur est en {'avance' if ahead > 0 else 'retard'} de {abs(ahead):.0f}\u00a0s sur celle de la base de données",
            ),
            code="clock-skew",
            hint=Said(
                "Let it be set by NTP: the times of mailings, and who sends which part of one, are judged by it.",
                "Laissez NTP la régler\u00a0: l’heure des envois, et qui en envoie quelle partie, en dépendent.",
            ),
        )


def address(ctx: Context) -> str:
    """The database's address as the queue takes it."""
    return queue.conninfo(ctx.store)


def install(ctx: Context, version: str, statements: str) -> None:
    """Make the queue's tables."""
    queue.install(ctx.store, version, statements)


def wanted(ctx: Context, most: int) -> Sequence[int]:
    """The batches that may leave now, after waking what only waited for its time."""
    now = ctx.now()
    with ctx.store.write() as db:
        for lost in waking.wake(db, now):
            conclude.follow(db, lost, now)
    return queue.ready(ctx.store, now, most, closed(ctx, SharedMeter(ctx)))


class Lead:
    """Whether this process keeps house, where several send: one of them does, for half a minute at a time."""

    def __init__(self, ctx: Context, owner: str) -> None:
        self._ctx = ctx
        self._owner = owner
        self._until: datetime | None = None

    def leads(self) -> bool:
        """True while this process leads; asks for the lead when nobody has it. Raises StoreUnavailable."""
        now = self._ctx.now()
        if self._until is not None and timedelta() <= self._until - now > _LEADING / 2:
            return True
        self._until = None
        with self._ctx.store.read() as db:  # a look costs no lock: nearly always another leads on
            if queue.led_by_another(db, self._owner, now):
                return False
        until = now + _LEADING
        with self._ctx.store.write() as db:
            led = queue.lead(db, self._owner, now, until)
        self._until = until if led else None
        return led

    def close(self) -> None:
        """Give the lead up, so that nobody waits for its end (in a database that is not ours any more it ends by itself)."""
        if self._until is not None:
            with suppress(Superseded), self._ctx.store.write() as db:
                queue.resign(db, self._owner)


def recover(ctx: Context, owners: str) -> None:
    """At the start of a worker that holds its machine's lock: whoever led from there is gone. `owners`: how their names begin."""
    with ctx.store.write() as db:
        queue.vacate(db, owners)


def reap(ctx: Context) -> int:
    """Drop the jobs of workers that died; the sweep finds again what they were for."""
    return queue.reap(ctx.store, SILENCE.total_seconds())
