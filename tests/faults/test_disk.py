"""F14: a disk that is full, read-only or failing. It stops before the provider is called, says so, and keeps what was acknowledged."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest

from newsletter import host
from newsletter.model.errors import StoreUnavailable
from newsletter.model.member import SuppressionReason
from newsletter.pipeline import suppressions
from newsletter.pipeline.context import Context
from tests.faults.conftest import PEOPLE
from tests.faults.engines import SQLITE
from tests.faults.inside import approved, books, once, requests, runner, until, work
from tests.faults.stage import Stage

ENGINES = (SQLITE,)  #: a server has a disk of its own
pytestmark = pytest.mark.fault("F14")

MEGABYTES = 8
LEFT = "p7@reader.example"


@dataclass
class Disk:
    """A file system of its own under the workspace's `var`."""

    at: Path

    def fill(self) -> None:
        """Until not a byte goes on it."""
        file = os.open(self.at / "filler", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        for piece in (1 << 16, 1 << 12, 1):
            try:
                while os.write(file, b"x" * piece):
                    pass
            except OSError:  # no room for a piece of this size
                continue
        os.close(file)

    def free(self) -> None:
        (self.at / "filler").unlink()

    def remount(self, how: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{how}", str(self.at)], check=True)


@pytest.fixture
def disk(stage: Stage) -> Iterator[Disk]:
    """Eight megabytes in memory hold all that the program writes."""
    at, aside = stage.folder / "var", stage.folder / "aside"
    at.rename(aside)
    at.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(at)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("only root may mount a small disk")
    try:
        shutil.copytree(aside, at, dirs_exist_ok=True)
        stage.extra["NEWSLETTER_STATE_DIR"] = str(at / "state")
        with stage.context() as ctx:
            approved(ctx)
            suppressions.add(ctx, LEFT, SuppressionReason.UNSUBSCRIBED, "form")
        yield Disk(at)
    finally:
        subprocess.run(["umount", "--lazy", str(at)], check=True)


def all_but_one(stage: Stage) -> None:
    """Everybody has it once, but who had left."""
    with stage.context() as ctx:
        work(ctx)
        told = once(stage, ctx, PEOPLE - 1)
        assert (told.accepted, told.in_doubt, told.excluded) == (PEOPLE - 1, 0, {"unsubscribed": 1})
    assert LEFT not in stage.addresses()


@pytest.mark.ci
def test_a_full_disk_stops_it_before_the_provider_is_called(stage: Stage, disk: Disk) -> None:
    disk.fill()
    done = stage.run("work", "--once")
    assert done.returncode == 1
    assert "disk" in done.stderr
    assert "Traceback" not in done.stderr
    assert requests(stage) == []
    disk.free()
    all_but_one(stage)


def add_many(ctx: Context) -> None:
    for number in range(1000):
        suppressions.add(ctx, f"q{number}@reader.example", SuppressionReason.MANUAL, "form")


@pytest.mark.ci
def test_a_disk_that_becomes_full_while_an_answer_is_awaited(stage: Stage, disk: Disk) -> None:
    """The answer is known here only: it is written down once there is room, and nothing else leaves meanwhile."""
    stage.extra["NEWSLETTER_SEND_BATCH_SIZE"] = "1"
    stage.emulated.ask(
        "PUT", "/faults", {"rules": [{"action": "hold", "id": "k", "at": "received", "request": 2}]}
    )
    with stage.context() as ctx, runner(ctx) as made:
        thread = Thread(target=made.run, args=(lambda: books(ctx).closed,))
        thread.start()
        try:
            assert stage.emulated.ask("GET", "/holds/k?wait=30")["held"]
            disk.fill()
            with pytest.raises(StoreUnavailable) as raised:  # nobody is told yes who is not on the list
                add_many(ctx)
            assert raised.value.code in {"database-full", "database-failing"}
            stage.emulated.ask("POST", "/holds/k/release", {"then": "accept"})
            until(lambda: len(stage.addresses()) == 2)
        finally:
            disk.free()
            thread.join()
    all_but_one(stage)


@pytest.mark.ci
def test_a_disk_that_may_only_be_read(stage: Stage, disk: Disk) -> None:
    disk.remount("ro")
    done = stage.run("work", "--once")
    disk.remount("rw")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "written" in done.stderr or "opened" in done.stderr or "read-only" in done.stderr.lower()
    assert requests(stage) == []
    all_but_one(stage)


def started(stage: Stage, *before: str, most: int | None = None) -> subprocess.CompletedProcess[str]:
    """`newsletter work --once` in quick motion, so that a minute of patience is a second; no file may be longer than `most`."""
    quick = {"NEWSLETTER_CLOCK": datetime.now(UTC).isoformat(), "NEWSLETTER_CLOCK_RATE": "60"}
    environ = {"PATH": os.environ["PATH"], "HOME": str(stage.folder)} | stage.environ | quick

    def limited() -> None:
        if most is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    process = subprocess.Popen(
        [*before, sys.executable, "-m", "newsletter", "work", "--once"],
        cwd=stage.folder,
        env=environ,
        preexec_fn=limited,
        start_new_session=True,  # what strace watches outlives it
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        process.wait(timeout=60)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
    out, said = process.communicate()
    return subprocess.CompletedProcess(process.args, process.returncode, out, said)


def everybody_in_the_end(stage: Stage) -> None:
    """What was not confirmed is settled by events; the others get it; nobody twice."""
    stage.extra["NEWSLETTER_CLOCK"] = (datetime.now(UTC) + timedelta(hours=2)).isoformat()  # leases are over
    with stage.context() as ctx:
        work(ctx)
        stage.deliver_events()
        work(ctx)
        told = once(stage, ctx, PEOPLE)
        assert (told.accepted, told.closed) == (PEOPLE, True)


@pytest.mark.ci
@pytest.mark.parametrize("kilobytes", [16, 300], ids=["at the start", "in the middle"])
def test_no_file_may_grow(stage: Stage, kilobytes: int) -> None:
    """As with a quota: a write is refused before anything leaves, or when an answer is to be written down."""
    with stage.context() as ctx:
        approved(ctx)
    done = started(stage, most=kilobytes * 1024)
    assert done.returncode == 1
    assert "disk" in done.stderr
    assert "Traceback" not in done.stderr
    with stage.context() as ctx:
        written = books(ctx).accepted // 10
    assert len(requests(stage)) <= (0 if kilobytes == 16 else written + 1), (
        "nothing leaves after the answer that was not written"
    )
    everybody_in_the_end(stage)


@pytest.mark.faults
@pytest.mark.parametrize("call", [1, 2, 3, 5, 8, 13])
def test_a_disk_that_fails_at_the_nth_flush_and_ever_after(stage: Stage, call: int) -> None:
    """EIO from every fsync and fdatasync from the n-th on: nothing is believed to be written that is not."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace makes the disk fail, and is not here")
    with stage.context() as ctx:
        approved(ctx)
    calls = "fsync,fdatasync"
    inject = f"inject={calls}:error=EIO:when={call}+"
    done = started(stage, strace, "-f", "-qq", "-o", "/dev/null", "-e", f"trace={calls}", "-e", inject)
    if "PTRACE" in done.stderr or "ptrace" in done.stderr:
        pytest.skip("strace may not trace here")
    assert done.returncode == 1, "it waits for ever for a better disk"
    assert "disk" in done.stderr
    assert "Traceback" not in done.stderr
    everybody_in_the_end(stage)


@pytest.mark.ci
def test_a_state_file_that_cannot_reach_the_disk(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """EIO at the third write: that batch does not leave, and does a moment later."""
    flush, count = host.flush, iter(range(1000))

    def failing(file: int) -> None:
        if next(count) == 3:
            raise OSError(errno.EIO, "Input/output error")
        flush(file)

    with stage.context() as ctx:
        approved(ctx)
        monkeypatch.setattr(host, "flush", failing)
        work(ctx)
        assert next(count) > 3
        assert once(stage, ctx, PEOPLE).accepted == PEOPLE
    assert len(requests(stage)) == 5, "not one of them twice"
