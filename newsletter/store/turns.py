"""Turns: the writers of one process come to the database in the order in which they asked.

In: threads. Out: one of them at a time. Called by store.database, for SQLite, which has one writer.

A plain lock is taken again by whoever just gave it back: in a storm of events a batch waited for dozens of hooks that came after it.
"""

from __future__ import annotations

from collections import deque
from threading import Lock, get_ident
from types import TracebackType


class Turns:
    """A context manager; a thread that has its turn may enter again."""

    def __init__(self) -> None:
        self._lock = Lock()  # of what follows; held for a moment only
        self._waiting: deque[tuple[int, Lock]] = deque()
        self._owner: int | None = None
        self._depth = 0

    def __enter__(self) -> None:
        me = get_ident()
        with self._lock:
            if self._owner in (None, me):
                self._owner, self._depth = me, self._depth + 1
                return
            gate = Lock()
            gate.acquire()
            self._waiting.append((me, gate))
        self._wait(me, gate)

    def _wait(self, me: int, gate: Lock) -> None:
        try:
            gate.acquire()  # opened by whoever hands the turn on
        except BaseException:  # Ctrl-C: the place in the line, or the turn that came just now, is given up
            with self._lock:
                if (me, gate) in self._waiting:
                    self._waiting.remove((me, gate))
                else:
                    self._hand_on()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._depth -= 1
            if not self._depth:
                self._hand_on()

    def _hand_on(self) -> None:
        if self._waiting:
            self._owner, gate = self._waiting.popleft()
            self._depth = 1
            gate.release()
        else:
            self._owner, self._depth = None, 0
