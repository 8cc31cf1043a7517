"""Hold everything while 20,000 people are being mailed: after it answers, the emulator accepts only what was in flight."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.emulated import Emulated
from tests.faults.stage import SLUG, HookCatcher, Stage, judge, make_workspace

pytestmark = pytest.mark.fault("F7")

PEOPLE = 20_000


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_workspace(tmp_path_factory.mktemp("many") / "workspace", PEOPLE)


@pytest.fixture
def stage(tmp_path: Path, many: Path, far_end: Emulated, hooks: HookCatcher, fault: str) -> Iterator[Stage]:
    far_end.reset()
    far_end.ask("DELETE", "/faults")
    shutil.copytree(many, tmp_path / "workspace")
    yield Stage(tmp_path / "workspace", far_end, hooks, {"NEWSLETTER_SEND_SLOTS": "2"}, fault=fault)
    far_end.ask("DELETE", "/faults")


def accepted(stage: Stage) -> list[Any]:
    found: list[Any] = stage.emulated.ask("GET", "/requests?verdict=accepted")["requests"]
    return found


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, told = process.communicate(timeout=60)
    return process.returncode, told


def started(stage: Stage) -> subprocess.Popen[str]:
    return stage.start("send", SLUG, "--segment", "everyone", "--yes")


def goes_on_to_the_end(stage: Stage) -> None:
    """Refused while it stands; released, and let go: everybody once."""
    again = stage.send()
    assert again.returncode == 1
    assert "a wrong date" in again.stderr
    assert stage.run("resume", "1").returncode == 1
    shown = json.loads(stage.run("release", "--json").stdout)
    assert [(one["campaign"], one["missed"]) for one in shown["waiting"]] == [(1, False)]
    before = len(accepted(stage))
    assert stage.run("work", "--once").returncode == 0
    assert len(accepted(stage)) == before, "nothing went on by itself"
    assert stage.run("release", "1").returncode == 0
    assert stage.run("resume", "1").returncode == 0
    report = judge(stage, PEOPLE)
    assert (report["accepted"], report["closed"]) == (PEOPLE, True)


@pytest.mark.ci
def test_only_the_calls_that_were_in_flight_are_accepted(stage: Stage) -> None:
    """Both slots stand still in the middle of a request; the hold answers; the requests end; nothing follows."""
    rules = [{"action": "hold", "id": f"k{n}", "at": "received", "request": n} for n in (6, 7)]
    stage.emulated.ask("PUT", "/faults", {"rules": rules})
    process = started(stage)
    try:
        for number in (6, 7):
            assert stage.emulated.ask("GET", f"/holds/k{number}?wait=60")["held"], "the request never came"
        before = len(accepted(stage))
        done = json.loads(stage.run("hold", "--reason", "a wrong date", "--json").stdout)
        assert (done["under_way"], [one["campaign"] for one in done["stopped"]]) == (2, [1])
    finally:
        for number in (6, 7):
            stage.emulated.ask("POST", f"/holds/k{number}/release", {"then": "accept"})
        code, told = ended(process)
    assert (code, before, len(accepted(stage))) == (3, 5, 7), told
    assert "a wrong date" in told
    stage.emulated.ask("DELETE", "/faults")
    goes_on_to_the_end(stage)


@pytest.mark.ci
def test_at_any_moment_of_a_send_in_full_run(stage: Stage) -> None:
    stage.emulated.ask("PUT", "/faults", {"rules": [], "latency": {"low": 0.05, "high": 0.3}})
    process = started(stage)
    until = time.monotonic() + 60
    while len(accepted(stage)) < 4:
        assert time.monotonic() < until
        time.sleep(0.02)
    done = json.loads(stage.run("hold", "--reason", "a wrong date", "--json").stdout)
    at_the_answer = len(accepted(stage))
    code, told = ended(process)
    after = len(accepted(stage))
    assert code == 3, told
    assert after - at_the_answer <= done["under_way"] <= 2
    assert after < PEOPLE // 1000
    stage.emulated.ask("DELETE", "/faults")
    goes_on_to_the_end(stage)
