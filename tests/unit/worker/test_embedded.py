"""The runner: one at a time, and never one that holds the lock and does nothing."""

from __future__ import annotations

import errno
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event

from newsletter import host
from newsletter.model.campaign import CampaignStatus
from newsletter.model.errors import StoreUnavailable
from newsletter.model.outbound import Receipt
from newsletter.pipeline import due, submit
from newsletter.pipeline.desk import Desk, Turn
from newsletter.pipeline.flight import Flight
from newsletter.pipeline.meter import Share
from newsletter.store import Connection
from newsletter.store.batches import Batch
from newsletter.worker.embedded import HOUSEKEEPING, Runner
from tests import databases
from tests.ledger import Bench
from tests.seed import people, seed

Way = Callable[[], AbstractContextManager[Connection]]  #: into the database


def test_one_runner_at_a_time(desk: Bench) -> None:
    first, second = Runner(desk.ctx), Runner(desk.ctx)
    assert first.start()
    assert not second.start()
    first.close()
    assert second.start()
    second.close()


def test_a_runner_that_cannot_begin_lets_another_try(desk: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Runner(desk.ctx), Runner(desk.ctx)

    def busy(*_: object) -> None:
        raise StoreUnavailable("in use", code="database-locked", passing=True)

    with monkeypatch.context() as patch:
        patch.setattr(due, "recover", busy)
        with pytest.raises(StoreUnavailable):
            first.start()
    assert second.start()
    second.close()


def test_a_file_system_without_locks_is_not_taken_for_another_runner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(_file: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(host, "_lock", no_locks)
    with pytest.raises(OSError, match="No locks"):
        host.FileLock(tmp_path / "lock").acquire()


@pytest.mark.parametrize("environ", [{"NEWSLETTER_SEND_BATCH_SIZE": "5"}], indirect=True)
def test_nothing_new_leaves_while_a_person_is_asked(desk: Bench) -> None:
    seed(desk.ctx, people(100, language="en"))
    campaign = desk.mailing()
    runner = Runner(desk.ctx, only=campaign.id)
    posted = desk.witness.posted
    looks: list[int] = []
    moments: list[float] = []

    def answer(_body: object) -> Receipt:
        if len(posted) == 3:
            runner.rest.set()
        return Receipt("ok")

    def over() -> bool:
        if runner.rest.is_set():
            looks.append(len(posted))
            moments.append(time.monotonic())
            if len(looks) == 6:
                runner.rest.clear()
        return desk.books(campaign.id).prepared == 100 and desk.books(campaign.id).closed

    desk.witness.answer = answer
    assert runner.start()
    try:
        runner.run(over)
    finally:
        runner.close()
    assert looks[0] <= 4, "what was under way in the other slot may end"
    assert set(looks[1:]) == {looks[-1]}, "and then nothing leaves"
    assert moments[5] - moments[1] >= HOUSEKEEPING, "and nobody looks again and again"
    assert len(posted) == 20


@pytest.mark.parametrize("environ", [{"NEWSLETTER_SEND_BATCH_SIZE": "5"}], indirect=True)
def test_a_slot_that_waits_for_its_turn_waits_on_while_a_person_is_asked(desk: Bench) -> None:
    resting = [True]
    desk_of = submit.Desk(desk.ctx, "me", resting=lambda: resting[0])
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        resting[0] = len(slept) < 4

    object.__setattr__(desk.ctx, "sleep", sleep)
    assert desk_of.wait(Share("witness", 5, 0)) is Turn.TAKEN
    assert slept == [0.5] * 4


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_process_that_is_told_to_end_is_asked_first(name: str) -> None:
    number = getattr(signal, name)
    inherited = signal.signal(number, signal.SIG_DFL)  # whoever runs the tests may ignore it (nohup)
    told: list[str] = []
    try:
        with host.when_told_to_end(lambda: told.append(name)):
            signal.raise_signal(number)
        assert told == [name]
        assert signal.getsignal(number) is signal.SIG_DFL
    finally:
        signal.signal(number, inherited)


def test_what_nohup_ignores_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with host.when_told_to_end(lambda: pytest.fail("it was to be ignored")):
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.ci
@databases.only_sqlite
@pytest.mark.parametrize("patience", [3, None])
def test_what_is_to_end_waits_for_a_better_disk_no_longer_than_its_patience(
    desk: Bench, patience: int | None
) -> None:
    """What changes nothing is written without a byte of room, so the rounds go on: a service does so for ever."""
    seed(desk.ctx, people(500))
    campaign = desk.mailing()
    runner, rounds = Runner(desk.ctx, patience=patience), iter(range(12))
    assert runner.start()
    full(desk)
    try:
        with pytest.raises(StoreUnavailable) if patience else nullcontext() as raised:
            runner.run(lambda: next(rounds, None) is None)
    finally:
        runner.close()
    assert raised is None or raised.value.code == "database-full"
    assert (next(rounds, None) is None) is (patience is None)
    assert (desk.campaign(campaign.id).status, desk.witness.posted) == (CampaignStatus.SCHEDULED, [])


def full(desk: Bench) -> None:
    """From now on the database has no room for another page."""
    engine = desk.ctx.store.engine
    engine.dispose()
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA max_page_count=1"))


@pytest.mark.ci
def test_a_slot_that_waits_for_the_database_does_not_outlive_the_runner(
    desk: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The runner has given up: nothing leaves afterwards, when the database answers again."""
    monkeypatch.setattr("newsletter.worker.embedded.HOUSEKEEPING", 0.02)
    seed(desk.ctx, people(4, language="en"))
    campaign = desk.mailing()
    desk.start()
    ctx = replace(desk.ctx, sleep=lambda _seconds: time.sleep(0.01))
    runner = Runner(ctx, only=campaign.id)
    assert runner.start()
    begin, locked = submit._begin, threading.Event()

    def refused(way: Way) -> Way:
        @contextmanager
        def tried() -> Iterator[Connection]:
            if locked.is_set():
                raise StoreUnavailable("locked", code="database-locked", passing=True)
            with way() as db:
                yield db

        return tried

    def locked_then(at: Desk, batch: Batch) -> Flight | None:
        locked.set()
        return begin(at, batch)

    for way in ("read", "write"):
        monkeypatch.setattr(ctx.store, way, refused(getattr(ctx.store, way)))
    monkeypatch.setattr(submit, "_begin", locked_then)
    try:
        with pytest.raises(StoreUnavailable):
            runner.run(lambda: False)
        locked.clear()
        assert desk.witness.posted == []
    finally:
        runner.close()
