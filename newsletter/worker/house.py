"""The house: hooks, evidence, the calendar, signs of life. What one process looks after while it, or others, send.

In: a Context. Out: events applied, doubts settled, mailings started. Called by worker.embedded and worker.distributed, at every round.
"""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta
from threading import Event

from newsletter.model.errors import Explained, StoreUnavailable, Superseded
from newsletter.pipeline import almanac, due, heartbeat, intake, judging, lease, record, series, settle
from newsletter.pipeline.context import Context

log = logging.getLogger(__name__)

COUNTING = 600.0  #: seconds after which a backup is surely known to be old while a runner works
PATIENCE = 20  #: rounds in a row that the database may refuse before a command that is to end gives up
LOOK_AHEAD = timedelta(hours=1)  #: between two looks at the holidays ahead, and at files that were handed in
# While batches are on their way, events rest the longer, the more of a processor the batches need: where these wait for a pace or a slow
# provider, events come in as they can, for what came back of a mailing decides whether the rest of it leaves.
_REST = 8.0  #: seconds without events for each second with them, where batches need all of a processor
_BREATH = 0.01  #: seconds that they rest at least
_QUIET = 0.5  #: seconds between two looks where none waited
_CATCH_UP = 3.0  #: seconds that events may hold up the end of a command


class _Load:
    """How much of a processor this process used since it was asked last: 0 to 1."""

    def __init__(self) -> None:
        self._at, self._used = time.monotonic(), time.process_time()

    def read(self) -> float:
        """Its share since then."""
        at, used = time.monotonic(), time.process_time()
        share = (used - self._used) / max(at - self._at, 1e-6)
        self._at, self._used = at, used
        return min(share, 1.0)


class House:
    """What is looked after. `only` restricts it to one campaign. `patience`: how many rounds in a row the database may refuse; a
    service waits for a better disk for ever."""

    def __init__(self, ctx: Context, only: int | None = None, patience: int | None = None) -> None:
        self._ctx = ctx
        self._only = only
        self._patience = patience
        self._refused = 0
        self._counted = time.monotonic()
        self._beaten: datetime | None = None
        self._looked_ahead: datetime | None = None
        self._sending = False
        self._hear_at = 0.0
        self._load = _Load()
        self._unjudged = True  # whoever looked after the house before may have died in between

    def keep(self, *, sending: bool = False) -> None:
        """One round; while batches are on their way (`sending`), events are left to `hear`. What goes wrong with one campaign does not
        keep the others from going out.

        Raises NotOurs, Superseded, and StoreUnavailable at the end of the patience.
        """
        self._sending = sending
        if time.monotonic() - self._counted > COUNTING:
            self.count()
        refused: StoreUnavailable | None = None
        for task in (self._beat, self._record, self._settle, self._calendar, self._look_ahead, self._start):
            try:
                task()
            except Superseded:
                raise
            except Explained as error:
                log.warning("%s", error)
                refused = error if isinstance(error, StoreUnavailable) else refused
        self._refused = self._refused + 1 if refused else 0
        if refused and self.impatient:
            raise refused

    @property
    def impatient(self) -> bool:
        """True once the database has refused in so many rounds that nobody waits for it any more."""
        return self._patience is not None and self._refused >= self._patience

    def hear(self, enough: Event) -> None:
        """Apply events until it is enough: a hook at a time, in transactions that a batch can wait for, with rests between them. For a thread
        beside the slots, while nobody calls `keep`. Raises Superseded."""
        self._load.read()
        while not enough.wait(max(_BREATH, self._hear_at - time.monotonic())):
            load = self._load.read()
            began, done = time.monotonic(), record.Applied()
            try:
                done = self._apply(1)
            except Superseded:
                raise
            except Explained as error:
                log.warning("%s", error)
            self._load.read()
            ended = time.monotonic()
            rest = max(_REST * load * (ended - began), _BREATH)
            self._hear_at = ended + (rest if done.hooks or done.failed else _QUIET)

    def catch_up(self) -> None:
        """Apply what waits, as long as that is no long wait: what came of a mailing is in the books when its command ends."""
        until = time.monotonic() + _CATCH_UP
        try:
            while (done := self._apply(record.TOGETHER)).hooks + done.failed and time.monotonic() < until:
                pass
        except Explained as error:
            log.warning("%s", error)

    def count(self) -> None:
        """Who works counts on: so a backup is known to be old also where nobody did anything but, say, unsubscribe since."""
        self._counted = time.monotonic()
        with lease.acting(self._ctx):
            pass

    def _beat(self) -> None:
        now = self._ctx.now()
        # Also when the clock was set back: else nothing would beat until it has caught up.
        if self._beaten is None or not timedelta() <= now - self._beaten < heartbeat.EVERY:
            heartbeat.beat(self._ctx)
            self._beaten = now

    def _record(self) -> None:
        if not self._sending:
            self._apply(100)
            self._hear_at = time.monotonic() + _QUIET
        if self._unjudged:
            judging.judge(self._ctx)
            self._unjudged = False

    def _apply(self, most: int) -> record.Applied:
        """So many hooks. Where that fails half way, what was applied has still to be judged."""
        unjudged, self._unjudged = self._unjudged, True
        done = record.apply_new(self._ctx, most=most)
        self._unjudged = unjudged
        return done

    def _settle(self) -> None:
        settle.settle(self._ctx)

    def _calendar(self) -> None:
        due.hold_late(self._ctx)
        due.close_ended(self._ctx)
        series.attend(self._ctx)

    def _look_ahead(self) -> None:
        now = self._ctx.now()
        if self._only or (self._looked_ahead and abs(now - self._looked_ahead) < LOOK_AHEAD):
            return
        self._looked_ahead = now
        intake.sweep(self._ctx)
        for change in almanac.renew(self._ctx):
            log.warning(
                "the data has another day for %s in %s: see `newsletter holidays`",
                change.key,
                change.calendar,
            )

    def _start(self) -> None:
        due.start_due(self._ctx, self._only)
