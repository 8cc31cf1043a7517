"""The courier: notices to staff and questions to providers, in threads beside the runner, so that no slow server ever holds up a mailing.

In: a Context. Out: notices written and delivered, while it is entered and once at its end. Called by worker.embedded.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from newsletter.model.errors import Superseded
from newsletter.pipeline import foresee, inquiring, notices, reminding, renewing, requests_sent
from newsletter.pipeline.context import Context

log = logging.getLogger(__name__)

ROUND = 2.0  #: seconds between two rounds
LAST = 8.0  #: seconds that the last round may hold up the end of a command


class Courier:
    """A context: notices and what is in doubt are attended to while it lasts. Nothing that goes wrong leaves it."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._end = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(task,), name=name, daemon=True)
            for name, task in (("courier", self.round), ("inquirer", self.inquire))
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._end.set()
        until = time.monotonic() + LAST
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _run(self, task: Callable[[], None]) -> None:
        while not self._end.wait(ROUND):
            task()
        task()  # what the mailing itself told, or left in doubt, at its end

    def inquire(self) -> None:
        """Ask providers about what is in doubt. In a thread of its own: a revocation has ten minutes, however slow a notice is."""
        try:
            inquiring.inquire(self._ctx)
        except Superseded:  # whoever works here says so, and ends
            return
        except Exception:
            log.exception("what is in doubt waits for the next round")

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
            except Superseded:
                return
            except Exception:
                log.exception("notices wait for the next round")
