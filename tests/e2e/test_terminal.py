"""Sending from a real terminal: the count typed back, and Ctrl-C that asks."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.emulated import Emulated, emulator
from tests.faults.stage import SLUG, HookCatcher, Stage, make_workspace


class Terminal:
    """A command in a pseudo-terminal: what it shows, and what a person types."""

    def __init__(self, stage: Stage, *command: str) -> None:
        self.master, slave = pty.openpty()
        self.shown = ""
        ignored = signal.signal(signal.SIGINT, signal.SIG_DFL)  # as a job in the background inherits it
        try:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "newsletter", *command],
                cwd=stage.folder,
                env={"PATH": os.environ["PATH"], "HOME": str(stage.folder), "TERM": "xterm"} | stage.environ,
                stdin=slave,
                stdout=slave,
                stderr=slave,
                start_new_session=True,
            )
        finally:
            signal.signal(signal.SIGINT, ignored)
        os.close(slave)

    def until(self, words: str, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while words not in self.shown:
            left = end - time.monotonic()
            assert left > 0, f"{words!r} never came; it showed:\n{self.shown}"
            if select.select([self.master], [], [], min(left, 0.5))[0]:
                try:
                    self.shown += os.read(self.master, 65536).decode(errors="replace")
                except OSError:  # the other side is closed
                    assert words in self.shown, self.shown
                    return
            elif self.process.poll() is not None:
                assert words in self.shown, self.shown
                return

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def interrupt(self) -> None:
        os.kill(self.process.pid, signal.SIGINT)

    def ends(self, seconds: float = 60) -> int:
        end = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < end:
            if select.select([self.master], [], [], 0.1)[0]:
                try:
                    self.shown += os.read(self.master, 65536).decode(errors="replace")
                except OSError:
                    break
        return self.process.wait(timeout=seconds)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)


@contextmanager
def terminal(stage: Stage, *command: str) -> Iterator[Terminal]:
    made = Terminal(stage, *command)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def far_end() -> Iterator[Emulated]:
    with emulator() as running:
        yield running


@pytest.fixture
def stage(tmp_path: Path, far_end: Emulated) -> Iterator[Stage]:
    far_end.reset()
    far_end.ask("DELETE", "/faults")
    catcher = HookCatcher()
    yield Stage(make_workspace(tmp_path / "workspace", 40), far_end, catcher)
    catcher.close()


def test_the_count_is_typed_back(stage: Stage) -> None:
    with terminal(stage, "send", SLUG, "--segment", "everyone") as seen:
        seen.until("Type 40 to confirm")
        assert "(40 in en)" in seen.shown
        seen.type("39\n")
        assert seen.ends() == 1
        assert "nothing was sent" in seen.shown
    assert not stage.addresses()
    with terminal(stage, "send", SLUG, "--segment", "everyone") as seen:
        seen.until("Type 40 to confirm")
        seen.type("40\n")
        assert seen.ends() == 0
    assert len(stage.addresses()) == 40


@pytest.mark.ci
def test_a_plan_stands_until_another_is_confirmed(stage: Stage) -> None:
    stage.extra["NEWSLETTER_CLOCK"] = "2020-12-01T12:00:00Z"
    wish = ("schedule", SLUG, "--segment", "everyone", "--at")
    assert stage.run(*wish, "2020-12-16 09:00", "--yes").returncode == 0
    with terminal(stage, *wish, "2020-12-17 09:00") as seen:
        seen.until("Type 40 to confirm")
        seen.type("no\n")
        assert seen.ends() == 1
    listed = json.loads(stage.run("campaigns", "--json").stdout)["campaigns"]
    assert [(one["status"], one["due_at"]) for one in listed] == [("scheduled", "2020-12-16T14:00:00Z")]


def slowly(stage: Stage) -> None:
    stage.emulated.ask("PUT", "/faults", {"rules": [{"action": "slow_response", "seconds": 1.5}]})


@pytest.mark.ci
def test_ctrl_c_asks_and_pauses(stage: Stage) -> None:
    slowly(stage)
    with terminal(stage, "send", SLUG, "--segment", "everyone", "--yes") as seen:
        seen.until("10/40")
        seen.interrupt()
        seen.until("Pause the mailing")
        seen.type("p\n")
        assert seen.ends() == 3
    report = stage.report()
    assert report["status"] == "paused"
    assert 0 < report["accepted"] < 40
    assert report["accepted"] == len(stage.addresses())
    stage.emulated.ask("DELETE", "/faults")
    assert stage.run("resume", "1").returncode == 0
    assert set(stage.addresses().values()) == {1}
    assert len(stage.addresses()) == 40


@pytest.mark.ci
def test_ctrl_c_detaches_and_resume_goes_on(stage: Stage) -> None:
    slowly(stage)
    with terminal(stage, "send", SLUG, "--segment", "everyone", "--yes") as seen:
        seen.until("10/40")
        seen.interrupt()
        seen.until("Pause the mailing")
        seen.type("d\n")
        assert seen.ends() == 3
    assert stage.report()["status"] == "sending"
    stage.emulated.ask("DELETE", "/faults")
    assert stage.run("resume", "1").returncode == 0
    assert len(stage.addresses()) == 40


@pytest.mark.ci
def test_ctrl_c_stops_what_another_process_sends(stage: Stage) -> None:
    slowly(stage)
    worker = stage.start("work")
    assert worker.stderr
    assert worker.stderr.readline().startswith("Working")  # it is the runner before the other asks
    try:
        with terminal(stage, "send", SLUG, "--segment", "everyone", "--yes") as seen:
            seen.until("10/40")
            seen.interrupt()
            seen.until("Pause the mailing")
            assert stage.report()["status"] == "paused"  # while the person thinks
            seen.type("c\n")
            assert seen.ends() == 0
    finally:
        worker.terminate()
        worker.communicate(timeout=30)
    assert worker.returncode == 0
    assert set(stage.addresses().values()) == {1}
    assert len(stage.addresses()) == 40


@pytest.mark.ci
@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGHUP], ids=["terminated", "hung-up"])
def test_told_to_end_it_ends_what_is_under_way(stage: Stage, told: signal.Signals) -> None:
    rule = {"action": "hold", "id": "k", "at": "received", "request": 2, "then": "accept"}
    stage.emulated.ask("PUT", "/faults", {"rules": [rule]})
    process = stage.start("send", SLUG, "--segment", "everyone", "--yes", "--json")
    try:
        assert stage.emulated.ask("GET", "/holds/k?wait=60")["held"], "the request never came"
        process.send_signal(told)
        assert process.stderr
        assert "Detached" in process.stderr.readline()
        stage.emulated.ask("POST", "/holds/k/release", {"then": "accept"})
        out, _ = process.communicate(timeout=30)
    finally:
        process.poll() is None and process.kill()
    assert process.returncode == 3
    said = json.loads(out)
    assert (said["status"], said["accepted"], said["pending"], said["in_doubt"]) == ("sending", 20, 20, 0)
    assert stage.run("resume", "1").returncode == 0
    assert set(stage.addresses().values()) == {1}
    assert len(stage.addresses()) == 40


@pytest.mark.ci
def test_a_second_send_follows_the_first(stage: Stage) -> None:
    slowly(stage)
    with terminal(stage, "send", SLUG, "--segment", "everyone", "--yes") as first:
        first.until("10/40")
        with terminal(stage, "send", SLUG, "--segment", "everyone", "--yes") as second:
            assert second.ends() == 0
        assert first.ends() == 0
    assert set(stage.addresses().values()) == {1}
    assert len(stage.addresses()) == 40


@pytest.mark.ci
def test_a_gentle_start_counts_down_where_it_can_be_stopped(stage: Stage) -> None:
    stage.extra |= {"NEWSLETTER_CLOCK": "2020-12-16T14:00:00Z", "NEWSLETTER_CLOCK_RATE": "20"}
    make = stage.run("members", "import", "more.csv")
    assert make.returncode != 0  # there is no such file: nothing changes
    lines = ["email,language,consent_basis,consent_evidence"]
    lines += [f"more{number}@reader.example,en,express,form" for number in range(60)]
    (stage.folder / "more.csv").write_text("\n".join(lines), encoding="utf-8")
    assert stage.run("members", "import", "more.csv").returncode == 0
    with terminal(stage, "send", SLUG, "--segment", "everyone", "--yes", "--gentle") as seen:
        seen.until("The rest follows in")
        # ten at a time here: the staff got theirs, then the first group, then nobody until the countdown is over
        assert sum(stage.addresses().values()) - 1 <= 50
        assert seen.ends(120) == 0
    taken = stage.addresses()
    assert taken.pop("communications@ngen.example") == 1  # the staff's copy, outside all numbers
    assert len(taken) == 100
    assert stage.report()["accepted"] == 100
