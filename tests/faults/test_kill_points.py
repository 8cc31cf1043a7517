"""F1: SIGKILL at every named point, at the first, a middle and the last batch; then resume. Judged from the emulator's log."""

from __future__ import annotations

import signal
import time

import pytest

from tests.faults.conftest import PEOPLE
from tests.faults.stage import SLUG, Stage, judge

BATCHES = (1, 3, 5)
INSIDE = ("after-claim", "in-flight", "answered", "concluded")
OUTSIDE = ("mid-body", "received", "accepted")
WHERE = {1: "first", 3: "middle", 5: "last"}


def finish(stage: Stage) -> dict[str, object]:
    """Resume, let evidence arrive, settle; then judge."""
    assert stage.run("resume", "1").returncode in {0, 3}
    stage.deliver_events()
    assert stage.run("settle", "1").returncode in {0, 3}
    return judge(stage, PEOPLE)


@pytest.mark.ci
@pytest.mark.parametrize("batch", BATCHES, ids=WHERE.get)
@pytest.mark.parametrize("point", INSIDE)
def test_killed_inside_then_resumed(stage: Stage, point: str, batch: int) -> None:
    died = stage.send(point=f"{point}:{batch}")
    assert died.returncode == -signal.SIGKILL, died.stderr
    report = finish(stage)
    if point == "in-flight":  # nothing left, and nothing can prove that: ten people wait for a person
        assert report["in_doubt"] == 10
    else:
        assert (report["accepted"], report["closed"]) == (PEOPLE, True)


@pytest.mark.ci
@pytest.mark.parametrize("batch", BATCHES, ids=WHERE.get)
@pytest.mark.parametrize("at", OUTSIDE)
def test_killed_while_the_request_is_under_way(stage: Stage, at: str, batch: int) -> None:
    then = "accept" if at == "accepted" else "drop"
    rule = {"action": "hold", "id": "k", "at": at, "request": batch, "then": then}
    stage.emulated.ask("PUT", "/faults", {"rules": [rule]})
    process = stage.start("send", SLUG, "--segment", "everyone", "--yes")
    try:
        assert stage.emulated.ask("GET", "/holds/k?wait=60")["held"], "the request never came"
        process.kill()
        process.communicate(timeout=30)
    finally:
        stage.emulated.ask("POST", "/holds/k/release", {"then": then})
        process.poll() is None and process.kill()
    stage.emulated.ask("DELETE", "/faults")
    report = finish(stage)
    if at == "accepted":
        assert (report["accepted"], report["closed"]) == (PEOPLE, True)
    else:
        assert report["in_doubt"] == 10


@pytest.mark.ci
def test_killed_while_events_are_applied(stage: Stage) -> None:
    assert stage.send().returncode == 0
    assert stage.deliver_events() > 0
    died = stage.run("settle", "1", point="applying:1")
    assert died.returncode == -signal.SIGKILL
    assert stage.report()["no_news"] == PEOPLE  # nothing of the transaction stands
    assert stage.run("settle", "1").returncode == 0
    report = judge(stage, PEOPLE)
    assert report["delivered"] == PEOPLE


@pytest.mark.ci
def test_a_program_that_forgets_to_write_its_intention_is_found_out(stage: Stage) -> None:
    """The meta-test: without the in_flight commit the same kill gives ten people two copies, and the judge sees it."""
    died = stage.send(point="unwritten-in-flight:2")
    assert died.returncode == -signal.SIGKILL
    stage.run("resume", "1")
    with pytest.raises(AssertionError, match="twice"):
        judge(stage, PEOPLE)


def test_killed_once_in_the_middle(stage: Stage) -> None:
    """The quick suite's one kill: after the 202 was read, before it was written down."""
    assert stage.send(point="answered:3").returncode == -signal.SIGKILL
    report = finish(stage)
    assert (report["accepted"], report["closed"]) == (PEOPLE, True)


@pytest.mark.ci
def test_the_same_send_again_instead_of_resume(stage: Stage) -> None:
    assert stage.send(point="concluded:2").returncode == -signal.SIGKILL
    assert stage.send().returncode == 0
    before = time.monotonic()
    assert stage.send().returncode == 0
    assert time.monotonic() - before < 60
    assert judge(stage, PEOPLE)["accepted"] == PEOPLE
    assert len(stage.emulated.ask("GET", "/requests?verdict=accepted")["requests"]) == 5
