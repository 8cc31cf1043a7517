"""Named points at which a process of the program dies (SIGKILL: no clean-up runs) when it reaches one the Nth time.

In: a point and a number. Out: patched functions: the points are put around the program from outside, for it has no hooks for dying.
Called by tests/faults/nursery.py in a process that becomes a command, and by `python -m tests.faults.killed POINT:N -- COMMAND …`.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from newsletter import cli
from newsletter.model.campaign import BatchState
from newsletter.pipeline import (
    absence,
    applying,
    conclude,
    correct,
    due,
    lease,
    prepare,
    record,
    settle,
    submit,
)
from newsletter.providers import http
from newsletter.store import batches, inquiries
from newsletter.worker import distributed, embedded
from newsletter.workspace import state

NEVER = "never:1"


class Fuse:
    """Burns down by one at each call; at zero the process dies. Processes that name the same file burn one fuse together."""

    def __init__(self, length: int, shared: str = "") -> None:
        self._length = length
        self._burnt = 0
        self._shared = os.open(shared, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) if shared else None
        self._lock = threading.Lock()

    def burn(self) -> None:
        with self._lock:
            self._burnt += 1
            if (
                self._shared is not None
            ):  # what is appended to a file has its own place in it, whoever appends
                os.write(self._shared, b".")
                self._burnt = os.lseek(self._shared, 0, os.SEEK_CUR)
            if self._burnt == self._length:
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


def always(_found: Any) -> bool:
    return True


def resolves(found: Any) -> bool:
    """Settling changed something."""
    return bool(found.accepted or found.held)


def around(where: Any, name: str, how: Callable[..., Any], **more: Any) -> Callable[[Fuse], None]:
    """How a point is put before or after one function."""

    def put(fuse: Fuse) -> None:
        setattr(where, name, how(getattr(where, name), fuse, **more))

    return put


def remembered(fuse: Fuse) -> None:
    """The state file is ahead of the database's backups; no connection yet."""
    call = submit._call

    def wrapped(ctx: Any, flight: Any) -> Any:
        lease.keep(ctx, flight.counted)
        fuse.burn()
        return call(ctx, flight)

    submit._call = wrapped


def drafted(fuse: Fuse) -> None:
    """The first state file lies beside its name."""

    class Dying(type(Path())):  # type: ignore[misc]  # whatever this system's paths are
        def replace(self, target: Any) -> Any:
            fuse.burn()
            return super().replace(target)

    state.Path = Dying  # type: ignore[misc]


def concluded(fuse: Fuse) -> None:
    """After the commit of an answer."""
    for runner in (embedded, distributed):
        runner.submit_next = after(submit.submit_next, fuse)  # type: ignore[assignment]


def impatient(_fuse: Fuse) -> None:
    """It waits two seconds for an answer, and not a minute."""
    http.pooled.__kwdefaults__["timeout"] = httpx.Timeout(2.0)


def unwritten(fuse: Fuse) -> None:
    """The meta-test: a program that forgets to write its intention down."""
    move = batches.move

    def forgetful(db: Any, batch: Any, before_: Any, after_: Any, **values: Any) -> bool:
        return True if after_ is BatchState.IN_FLIGHT else move(db, batch, before_, after_, **values)

    batches.move = forgetful
    around(conclude, "conclude", before)(fuse)


#: once for each batch, in this order
BATCH: dict[str, Callable[[Fuse], None]] = {
    "after-claim": around(submit, "claim_next", after),
    "leaving": around(
        submit.attempts, "begin", after, counts=always
    ),  # inside the transaction that lets it leave
    "in-flight": around(submit, "_call", before),  # committed that it leaves; the state file is behind
    "remembered": remembered,
    "answered": around(conclude, "conclude", before),  # 202 read, not committed
    "concluding": around(conclude, "conclude", after, counts=always),  # inside that transaction
    "concluded": concluded,
}
#: once for each mailing
ONCE: dict[str, Callable[[Fuse], None]] = {
    "gathered": around(
        prepare.gathering, "gather", after, counts=always
    ),  # in the midst of writing recipients down
    "delivered": around(
        prepare.preparation, "deliver", after, counts=always
    ),  # all stand, nothing is committed
    "prepared": around(due, "prepare", after),
    "applying": around(
        applying, "_look_back", after, counts=always
    ),  # inside the transaction that applies events
    "applied": around(record, "_apply", after, counts=always),
    "settling": around(
        settle, "Settled", after, counts=resolves
    ),  # inside the transaction that resolves doubts
    "settled": around(settle, "settle", after, counts=resolves),
    "drafted": drafted,
}
#: while a mailing is stopped and its correction opened
CORRECTING: dict[str, Callable[[Fuse], None]] = {
    "stopping": around(correct, "_open", before),  # inside the transaction
    "stopped": around(correct, "_files", before),  # after it, before anybody was told
}
#: of a call that can be revoked
REVOKING: dict[str, Callable[[Fuse], None]] = {
    "reserved": around(submit, "_commit_to_leave", before),  # a handle was given; nothing is committed
    "revoked": around(inquiries, "end", before),  # the provider answered; that is not written down
    "absent": around(absence, "conclude_absent", after),  # after the commit that it goes again
}
POINTS = {
    **BATCH,
    **ONCE,
    **CORRECTING,
    **REVOKING,
    "unwritten-in-flight": unwritten,
    "impatient": impatient,
    "never": lambda _fuse: None,
}


def arm(point: str, shared: str = "") -> None:
    """Put one point (`NAME:N`) around the program. KeyError for one that is not there."""
    name, _, count = point.partition(":")
    POINTS[name](Fuse(int(count), shared))


if __name__ == "__main__":
    where, separator, *command = sys.argv[1:]
    assert separator == "--"
    arm(where)
    sys.exit(cli.main(command))
