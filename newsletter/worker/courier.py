"""The courier: notices to staff, in a thread of its own beside the runner, so that no slow server ever holds up a mailing.

In: a Context. Out: notices written and delivered, while it is entered and once at its end. Called by worker.embedded.
"""

from __future__ import annotations

import logging
import threading
from types import TracebackType
from typing import Self

from newsletter.pipeline import foresee, notices, reminding, renewing, requests_sent
from newsletter.pipeline.context import Context

log = logging.getLogger(__name__)

ROUND = 2.0  #: seconds between two rounds
LAST = 8.0  #: seconds that the last round may hold up the end of a command


class Courier:
    """A context: notices are attended to while it lasts. Nothing that goes wrong leaves it."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._end.set()
        self._thread.join(LAST)

    def _run(self) -> None:
        while not self._end.wait(ROUND):
            self.round()
        self.round()  # what the mailing itself told at its end

    def round(self) -> None:
        """Write what is to be told, deliver what waits."""
        for task in (
            foresee.foresee,
            notices.deliver,
            renewing.sweep,
            reminding.sweep,
            requests_sent.deliver,
        ):
            try:
                task(self._ctx)
            except Exception:
                log.exception("notices wait for the next round")
