"""Two machines send from one PostgreSQL: one dies, one stands still past its lease, a third was never let in. Judged from the emulator's log."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import select, text

from newsletter.model.campaign import AudienceRule
from newsletter.model.errors import StoreUnavailable
from newsletter.pipeline import approve, plan
from newsletter.pipeline.freeze import freeze
from newsletter.store import Store, tables
from newsletter.store import hooks as spool
from newsletter.store.database import HEAD
from tests import databases
from tests.emulated import Emulated
from tests.faults.stage import SLUG, HookCatcher, Stage, judge, make_workspace

pytestmark = [pytest.mark.faults, pytest.mark.fault("F8")]

PEOPLE = 300
RATE = 150  #: leases of five and ten minutes run out in two and four seconds


@pytest.fixture
def first(tmp_path: Path, far_end: Emulated, hooks: HookCatcher, fault: str) -> Iterator[Stage]:
    far_end.reset()
    hooks.caught.clear()
    extra = {
        "NEWSLETTER_SEND_BATCH_SIZE": "5",
        "NEWSLETTER_SEND_SLOTS": "2",
        "NEWSLETTER_DATABASE_URL": databases.url(tmp_path / "shared").render_as_string(hide_password=False),
        "NEWSLETTER_STATE_DIR": str(tmp_path / "state-one"),
    }
    folder = make_workspace(tmp_path / "one", 0)
    lines = ["email,first_name,language,consent_basis,consent_evidence"]
    lines += [f"p{number}@reader.example,Pat{number},en,express,form" for number in range(PEOPLE)]
    (folder / "members.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    made = Stage(folder, far_end, hooks, extra, fault=fault, rate=RATE)
    made.known.people = {f"p{number}@reader.example": "en" for number in range(PEOPLE)}
    done = made.run("members", "import", "members.csv")
    assert done.returncode == 0, done.stderr
    with made.context() as ctx:  # approved, and nobody sends yet
        edition = freeze(ctx, SLUG).edition
        assert edition is not None
        ask = plan.Ask(edition, AudienceRule(("everyone",)), "sendgrid")
        planned = plan.plan(ctx, ask, {})
        approve.approve(ctx, planned.campaign.id, plan.count(ctx, ask).zones)
    yield made
    far_end.ask("DELETE", "/faults")


def beside(first: Stage, tmp_path: Path, name: str = "two") -> Stage:
    """The same workspace on another machine: another folder, and a memory of its own."""
    folder = make_workspace(tmp_path / name, 0)
    for key in (folder / "secrets").iterdir():
        key.unlink()
    for key in (first.folder / "secrets").iterdir():
        (folder / "secrets" / key.name).write_bytes(key.read_bytes())
        (folder / "secrets" / key.name).chmod(0o600)
    extra = first.extra | {"NEWSLETTER_STATE_DIR": str(tmp_path / f"state-{name}")}
    return replace(first, folder=folder, extra=extra)


@pytest.fixture
def second(first: Stage, tmp_path: Path) -> Stage:
    made = beside(first, tmp_path)
    done = made.run("claim", "--beside")
    assert done.returncode == 0, done.stderr
    return made


def slow(first: Stage) -> None:
    first.emulated.ask("PUT", "/faults", {"latency": {"low": 0.1, "high": 0.3}})


def until(met: Callable[[], bool], seconds: float = 90.0) -> None:
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.1)


@pytest.fixture
def books(first: Stage) -> Iterator[Books]:
    """The ledger, only looked at."""
    store = Store.open(first.extra["NEWSLETTER_DATABASE_URL"])
    yield Books(store)
    store.close()


@dataclass
class Books:
    store: Store

    def states(self, owner: str = "") -> set[str]:
        """In which states there are batches (of an owner)."""
        theirs = tables.batches.c.owner.contains(owner, autoescape=True)
        with self.store.read() as db:
            return set(db.execute(select(tables.batches.c.state).where(theirs).distinct()).scalars())

    def throw_out(self) -> None:
        """End every other connection to this database."""
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        with self.store.read() as db:
            db.execute(text(others)).all()

    def kill(self) -> bool:
        """SIGKILL for one process of the server: it throws everybody out and recovers from its log, as after a crash."""
        ours = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() LIMIT 1"
        with self.store.read() as db:
            pid = db.execute(text(ours)).scalar_one()
        os.kill(pid, signal.SIGKILL)
        return True

    def finished(self) -> bool:
        """Nothing is pending any more."""
        pending = {"planned", "ready", "claimed", "in_flight", "retry_wait"}
        states = self.states()
        return bool(states) and not pending & states

    def settled(self) -> bool:
        """And nothing is in doubt, and all that was told is applied."""
        with self.store.read() as db:
            told = spool.waiting(db)
        return not told and self.finished() and "in_doubt" not in self.states()


@contextmanager
def working(*stages: Stage, slots: int = 2) -> Iterator[list[subprocess.Popen[str]]]:
    """`newsletter work` on each machine; at the end each is told to end, and ends well."""
    processes = [stage.start("work", "--slots", str(slots)) for stage in stages]
    try:
        yield processes
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            _, said = process.communicate(timeout=60)
            assert process.returncode in {0, -signal.SIGKILL}, said
    finally:
        for process in processes:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
                print(process.communicate()[1])


def test_two_machines_share_one_mailing(first: Stage, second: Stage, books: Books) -> None:
    slow(first)
    with working(first, second):
        until(books.finished)
    assert first.emulated.ask("GET", "/report")["concurrency_peak"] > 2, "both had requests under way"
    assert judge(first, PEOPLE)["accepted"] == PEOPLE


def test_a_machine_that_was_not_let_in_sends_nothing(first: Stage, tmp_path: Path) -> None:
    stranger = beside(first, tmp_path, "stranger")
    done = stranger.run("work", "--once")
    assert done.returncode == 1
    assert "newsletter claim" in done.stderr
    assert not first.addresses()


def test_a_machine_that_dies_is_taken_over(first: Stage, second: Stage, books: Books) -> None:
    slow(first)
    with working(first, second) as (dying, _):
        until(lambda: "in_flight" in books.states(f":{dying.pid}"))
        dying.kill()
        until(books.finished)
        assert first.deliver_events() > 0
        until(books.settled)
    assert judge(second, PEOPLE)["accepted"] == PEOPLE


def test_a_machine_that_stood_still_past_its_lease_sends_nothing_twice(
    first: Stage, second: Stage, books: Books
) -> None:
    slow(first)
    with working(first, second) as (still, _):
        until(lambda: "in_flight" in books.states(f":{still.pid}"))
        still.send_signal(signal.SIGSTOP)
        until(books.finished)  # what the other had was taken over, or is in doubt
        still.send_signal(signal.SIGCONT)
        time.sleep(2)  # it goes on with what it had in hand
        assert first.deliver_events() > 0
        until(books.settled)
    assert judge(second, PEOPLE)["accepted"] == PEOPLE


def test_a_database_that_throws_everybody_out_is_waited_for(
    first: Stage, second: Stage, books: Books
) -> None:
    """As when its server is restarted in the middle."""
    slow(first)
    with working(first, second) as (one, other):
        for _ in range(2):
            until(lambda: "in_flight" in books.states(f":{one.pid}"))
            books.throw_out()
        until(books.finished)
        assert first.deliver_events() > 0
        until(books.settled)
        assert (one.poll(), other.poll()) == (None, None)
    assert judge(second, PEOPLE)["accepted"] == PEOPLE


def there(met: Callable[[], bool]) -> bool:
    """False as well while the server is not there to be asked."""
    try:
        return met()
    except StoreUnavailable:
        return False


@pytest.mark.fault("F15")
def test_a_database_that_is_killed_is_waited_for(first: Stage, second: Stage, books: Books) -> None:
    """SIGKILL in the middle, twice: it recovers, both machines go on by themselves, and what was answered meanwhile is written down."""
    if os.environ.get("NEWSLETTER_TEST_POSTGRES_URL"):
        pytest.skip("somebody else's server is not ours to kill")
    slow(first)
    with working(first, second) as (one, other):
        for process in (one, other):
            until(lambda at=process: there(lambda: "in_flight" in books.states(f":{at.pid}")))  # type: ignore[misc]
            until(lambda: there(books.kill))
        until(lambda: there(books.finished))
        assert first.deliver_events() > 0
        until(books.settled)
        assert (one.poll(), other.poll()) == (None, None)
    assert judge(second, PEOPLE)["accepted"] == PEOPLE


@pytest.mark.fault("F21")
def test_machines_that_outlive_a_migration_end(first: Stage, second: Stage, books: Books) -> None:
    """Both, by themselves, with calls under way; the program that is there from now on goes on, and nobody is mailed twice."""
    slow(first)
    processes = [stage.start("work", "--slots", "2") for stage in (first, second)]
    try:
        for process in processes:
            until(lambda at=process: "in_flight" in books.states(f":{at.pid}"))  # type: ignore[misc]
        with books.store.write() as db:
            db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        for process in processes:
            _, said = process.communicate(timeout=60)
            assert (process.returncode, "is now 9999" in said, "Traceback" in said) == (1, True, False), said
    finally:
        for process in processes:
            process.poll() is None and process.kill()
    with books.store.engine.connect() as db, db.begin():
        db.execute(text(f"UPDATE alembic_version SET version_num = '{HEAD}'"))
    with working(first, second):
        until(books.finished)
        assert first.deliver_events() > 0
        until(books.settled)
    assert judge(second, PEOPLE)["accepted"] == PEOPLE


def test_the_rate_is_one_for_all_machines(first: Stage, second: Stage, books: Books) -> None:
    rate = {"NEWSLETTER_SEND_RATE_PER_MINUTE": "600"}  # of their clock, which runs fast
    one, two = (replace(stage, extra=stage.extra | rate) for stage in (first, second))
    begun = time.monotonic()
    with working(one, two, slots=4):
        until(books.finished)
        took = (time.monotonic() - begun) * RATE / 60
    assert took >= (PEOPLE - 5) / 600, "minutes of their clock"
    assert judge(first, PEOPLE)["accepted"] == PEOPLE
