"""A whole conversation within a time: every step has a time-out of its own, but names may be looked up slowly, and a server may drip.

In: what is to be done. Out: done, or Undelivered. Called by pipeline.notices around every target.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from newsletter.channels.contract import Undelivered

WHOLE = 45.0  #: seconds


def bounded(work: Callable[[], None], seconds: float = WHOLE) -> None:
    """Do it, for so long at most. Raises what it raises, or Undelivered when it is not over by then: it is left to its own end."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - carried to the caller, who raises it
            failures.append(error)

    thread = threading.Thread(target=run, name="notice", daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise Undelivered(f"no end after {seconds:.0f} seconds")
    if failures:
        raise failures[0]
