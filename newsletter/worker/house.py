"""The house: hooks, evidence, the calendar, signs of life. What one process looks after while it, or others, send.

In: a Context. Out: events applied, doubts settled, mailings started. Called by worker.embedded and worker.distributed, at every round.
"""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta

from newsletter.model.errors import Explained
from newsletter.pipeline import almanac, due, heartbeat, intake, lease, record, series, settle
from newsletter.pipeline.context import Context

log = logging.getLogger(__name__)

COUNTING = 600.0  #: seconds after which a backup is surely known to be old while a runner works
LOOK_AHEAD = timedelta(hours=1)  #: between two looks at the holidays ahead, and at files that were handed in


class House:
    """What is looked after. `only` restricts it to one campaign."""

    def __init__(self, ctx: Context, only: int | None = None) -> None:
        self._ctx = ctx
        self._only = only
        self._counted = time.monotonic()
        self._beaten: datetime | None = None
        self._looked_ahead: datetime | None = None

    def keep(self) -> None:
        """One round. What goes wrong with one campaign does not keep the others from going out. Raises NotOurs."""
        if time.monotonic() - self._counted > COUNTING:
            self.count()
        for task in (self._beat, self._record, self._settle, self._calendar, self._look_ahead, self._start):
            try:
                task()
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
        record.apply_new(self._ctx)

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
