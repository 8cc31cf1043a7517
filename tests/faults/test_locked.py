"""F15: the database is locked by something else for a while, in the middle of a send. Judged from the emulator's log.

(Servers that are restarted, killed or cut off: tests/faults/test_hosts.py.)
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from newsletter.store import transactions
from tests.faults.conftest import PEOPLE
from tests.faults.engines import SQLITE
from tests.faults.inside import approved, mailing, once, requests, sending, until
from tests.faults.stage import Stage

ENGINES = (SQLITE,)  #: a server's writers take turns by its own lock (tests/unit/store/test_postgres.py)
pytestmark = pytest.mark.fault("F15")


@contextmanager
def locked(stage: Stage) -> Iterator[None]:
    """Another program writes, and does not come to its end."""
    other = sqlite3.connect(stage.folder / "var" / "newsletter.db", isolation_level=None, timeout=60)
    try:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
    finally:
        other.close()


@pytest.mark.parametrize(
    ("patience", "seconds"),
    [
        pytest.param(100, 1.5, marks=pytest.mark.ci),
        pytest.param(30_000, 65, marks=pytest.mark.faults),
    ],
    ids=["fifteen times the patience", "65 seconds"],
)
def test_locked_for_longer_than_anybody_waits(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, patience: int, seconds: float
) -> None:
    """With a call under way: its answer is written down once it can be, nothing leaves meanwhile, nobody claims twice."""
    quick = [one for one in transactions._PRAGMAS if "busy_timeout" not in one]
    monkeypatch.setattr(transactions, "_PRAGMAS", (*quick, f"PRAGMA busy_timeout={patience}"))
    rule = {"action": "hold", "id": "k", "at": "received", "request": 2}
    stage.emulated.ask("PUT", "/faults", {"rules": [rule]})
    with stage.context() as ctx:
        approved(ctx)
        with sending(ctx):
            assert stage.emulated.ask("GET", "/holds/k?wait=30")["held"]
            with locked(stage):
                stage.emulated.ask("POST", "/holds/k/release", {"then": "accept"})
                until(lambda: len(stage.addresses()) == 20)
                time.sleep(seconds)
                assert len(requests(stage)) == 2, "nothing leaves that cannot be written down"
            until(lambda: mailing(ctx).status.over, 120)
        told = once(stage, ctx, PEOPLE)
        assert (told.accepted, told.in_doubt, told.closed) == (PEOPLE, 0, True)
    assert len(requests(stage)) == PEOPLE // 10
