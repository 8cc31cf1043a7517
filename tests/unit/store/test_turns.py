"""Writers of one process take turns in the order in which they asked."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from newsletter.store import turns as module
from newsletter.store.turns import Turns

MANY = 8


class Watched(Turns):
    """Tells how many wait."""

    def until_waiting(self, many: int) -> None:
        while len(self._waiting) < many:
            threading.Event().wait(0.001)


def test_first_come_first_served_whoever_asks_again() -> None:
    turns, order = Watched(), list[int]()

    def write(number: int) -> None:
        with turns:
            order.append(number)
            if number == 0:  # while all others wait, it asks again at once
                turns.until_waiting(MANY)
        if number == 0:
            with turns:
                order.append(-1)

    with ThreadPoolExecutor(MANY + 1) as pool:
        first = pool.submit(write, 0)
        while not order:
            threading.Event().wait(0.001)
        for number in range(1, MANY + 1):
            pool.submit(write, number)
            turns.until_waiting(number)
        first.result()
    assert order == [*range(MANY + 1), -1]


def test_one_at_a_time_and_again_within_its_own() -> None:
    turns, inside, most = Turns(), list[int](), list[int]()

    def write(number: int) -> None:
        for _ in range(200):
            with turns, turns:
                inside.append(number)
                most.append(len(inside))
                inside.remove(number)

    with ThreadPoolExecutor(MANY) as pool:
        for done in [pool.submit(write, number) for number in range(MANY)]:
            done.result()
    assert (set(most), len(most)) == ({1}, MANY * 200)


class Interrupted(Exception):
    """As Ctrl-C."""


def test_who_is_interrupted_while_it_waits_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = Turns()

    class Gate:
        """A lock that Ctrl-C reaches when it is waited for."""

        tries = 0

        def acquire(self) -> bool:
            self.tries += 1
            if self.tries == 2:
                raise Interrupted
            return True

    def wait() -> None:
        with turns:
            raise AssertionError("it had no turn")

    with turns, ThreadPoolExecutor(1) as pool:
        monkeypatch.setattr(module, "Lock", Gate)
        with pytest.raises(Interrupted):
            pool.submit(wait).result()
    assert (turns._owner, len(turns._waiting)) == (None, 0)
    with turns:
        pass
