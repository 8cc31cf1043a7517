"""Run a command of the program that kills itself (SIGKILL: no clean-up runs) the Nth time it reaches a named point.

In: `python -m tests.faults.killed POINT N -- COMMAND …`. Out: the command's own exit code, or death by signal 9. Called by
test_kill_points. The points are put around the program from outside: it has no hooks for dying.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from newsletter import cli
from newsletter.model.campaign import BatchState
from newsletter.pipeline import applying, conclude, correct, submit
from newsletter.store import batches
from newsletter.worker import embedded


class Fuse:
    """Burns down by one at each call; at zero the process dies."""

    def __init__(self, left: int) -> None:
        self.left = left

    def burn(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def after(
    function: Callable[..., Any], fuse: Fuse, *, counts: Callable[[Any], bool] = bool
) -> Callable[..., Any]:
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        found = function(*args, **kwargs)
        if counts(found):
            fuse.burn()
        return found

    return wrapped


def before(function: Callable[..., Any], fuse: Fuse) -> Callable[..., Any]:
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        fuse.burn()
        return function(*args, **kwargs)

    return wrapped


def arm(point: str, fuse: Fuse) -> None:
    match point:
        case "after-claim":
            submit.claim_next = after(submit.claim_next, fuse)
        case "in-flight":  # committed that it leaves; no connection yet
            submit._call = before(submit._call, fuse)
        case "answered":  # 202 read, not committed
            conclude.conclude = before(conclude.conclude, fuse)
        case "concluded":  # after the commit of the answer
            embedded.submit_next = after(embedded.submit_next, fuse)
        case "applying":  # inside the transaction that applies events
            applying._look_back = after(applying._look_back, fuse, counts=lambda _found: True)
        case "unwritten-in-flight":  # the meta-test: a program that forgets to write its intention down
            forget_in_flight()
            conclude.conclude = before(conclude.conclude, fuse)
        case "never":
            pass
        case _:
            arm_correcting(point, fuse)


def arm_correcting(point: str, fuse: Fuse) -> None:
    match point:
        case "stopping":  # inside the transaction that stops a mailing and opens its correction
            correct._open = before(correct._open, fuse)
        case "stopped":  # after that commit, before anybody was told
            correct._files = before(correct._files, fuse)
        case _:
            raise SystemExit(f"no such point: {point}")


def forget_in_flight() -> None:
    move = batches.move

    def forgetful(db: Any, batch: Any, before_: Any, after_: Any, **values: Any) -> bool:
        return True if after_ is BatchState.IN_FLIGHT else move(db, batch, before_, after_, **values)

    batches.move = forgetful


if __name__ == "__main__":
    point, count, separator, *command = sys.argv[1:]
    assert separator == "--"
    arm(point, Fuse(int(count)))
    sys.exit(cli.main(command))
