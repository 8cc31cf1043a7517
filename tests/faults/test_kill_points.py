"""F1: SIGKILL at every named point, at the first, a middle and the last batch; the runner is started again. Judged from the emulator's log."""

from __future__ import annotations

import signal

import pytest

from tests.faults.conftest import PEOPLE
from tests.faults.engines import on_postgresql_too
from tests.faults.judging import Log, w1
from tests.faults.killed import BATCH
from tests.faults.stage import SLUG, Stage, judge
from tests.faults.tally import TALLY

BATCHES = (1, 3, 5)
OUTSIDE = ("mid-body", "received", "accepted")
WHERE = {1: "first", 3: "middle", 5: "last"}
NOTHING_LEFT = (
    "in-flight",
    "remembered",
)  #: nothing left, and nothing can prove that: ten people wait for a person
pytestmark = pytest.mark.fault("F1")


@pytest.mark.ci
@on_postgresql_too("answered-middle")
@pytest.mark.parametrize("batch", BATCHES, ids=WHERE.get)
@pytest.mark.parametrize("point", BATCH)
def test_killed_inside(stage: Stage, point: str, batch: int) -> None:
    stage.plan()
    assert stage.work(point=f"{point}:{batch}") == 1
    report = stage.settled()
    unclear = 10 if point in NOTHING_LEFT else 0
    assert (report["accepted"], report["in_doubt"]) == (PEOPLE - unclear, unclear)


@pytest.mark.ci
@pytest.mark.parametrize("batch", BATCHES, ids=WHERE.get)
@pytest.mark.parametrize("at", OUTSIDE)
def test_killed_while_the_request_is_under_way(stage: Stage, at: str, batch: int) -> None:
    """The whole machine room goes dark."""
    stage.plan()
    then = "accept" if at == "accepted" else "drop"
    rule = {"action": "hold", "id": "k", "at": at, "request": batch, "then": then}
    stage.emulated.ask("PUT", "/faults", {"rules": [rule]})
    runners = [machine.fork("work", "--once") for machine in stage.machines]
    try:
        assert stage.emulated.ask("GET", "/holds/k?wait=60")["held"], "the request never came"
    finally:
        for runner in runners:
            runner.kill()
            runner.communicate()
        stage.emulated.ask("POST", "/holds/k/release", {"then": then})
    TALLY.died("F1", f"{at}:{batch}")
    stage.emulated.ask("DELETE", "/faults")
    assert stage.work() == 0
    report = stage.settled()
    assert report["in_doubt"] == (0 if at == "accepted" else 10)
    assert report["accepted"] == PEOPLE - report["in_doubt"]


@pytest.mark.ci
@pytest.mark.parametrize("point", ["gathered", "delivered", "prepared"])
def test_killed_while_the_recipients_are_written_down(stage: Stage, point: str) -> None:
    stage.plan()
    assert stage.work(point=f"{point}:1") == 1
    report = stage.settled()
    assert (report["accepted"], report["closed"]) == (PEOPLE, True)


@pytest.mark.ci
@pytest.mark.parametrize("point", ["applying", "applied"])
def test_killed_while_events_are_applied(stage: Stage, point: str) -> None:
    stage.plan()
    stage.work()
    assert stage.deliver_events() > 0
    died = stage.run("settle", "1", point=f"{point}:1")
    assert died.returncode == -signal.SIGKILL
    told = stage.report()
    assert told["no_news"] + told["delivered"] == PEOPLE
    assert (told["delivered"] > 0) is (point == "applied"), "all of a post, or nothing of it"
    assert stage.settled()["delivered"] == PEOPLE


@pytest.mark.ci
@pytest.mark.parametrize("point", ["settling", "settled"])
def test_killed_while_doubts_are_resolved(stage: Stage, point: str) -> None:
    """Three batches are in doubt, and were taken; the process dies while the proof is written down."""
    stage.plan()
    rule = {"action": "reset", "accepted": True, "request": [1, 3, 5]}
    stage.emulated.ask("PUT", "/faults", {"rules": [rule]})
    stage.work()
    assert stage.report()["in_doubt"] == 30
    assert stage.deliver_events() > 0
    assert stage.run("settle", "1", point=f"{point}:1").returncode == -signal.SIGKILL
    assert stage.report()["in_doubt"] == (30 if point == "settling" else 0)
    report = stage.settled()
    assert (report["accepted"], report["closed"]) == (PEOPLE, True)


@pytest.mark.ci
def test_killed_while_the_state_file_is_made(stage: Stage) -> None:
    """The first act of a workspace: the file lies beside its name, and the same command again goes on."""
    died = stage.send(point="drafted:1")
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert not stage.addresses()
    assert stage.send().returncode == 0
    assert judge(stage, PEOPLE)["accepted"] == PEOPLE


@pytest.mark.ci
@on_postgresql_too()
def test_a_program_that_forgets_to_write_its_intention_is_found_out(stage: Stage) -> None:
    """The meta-test: without the in_flight commit the same kill gives ten people two copies, and the judge sees it."""
    stage.plan()
    stage.beside = None  # who forgets is alone
    assert stage.work(point="unwritten-in-flight:2") == 1
    found = list(w1(Log.read(stage.emulated), stage.known))
    assert len(found) == 20, "ten by delivery, ten by address"


def test_killed_once_in_the_middle(stage: Stage) -> None:
    """The quick suite's one kill: after the 202 was read, before it was written down."""
    stage.plan()
    assert stage.work(point="answered:3") == 1
    report = stage.settled()
    assert (report["accepted"], report["closed"]) == (PEOPLE, True)


@pytest.mark.ci
def test_the_same_send_again_instead_of_a_runner(stage: Stage) -> None:
    """And everything once more at the end: nothing is posted, nothing changes (W6)."""
    assert stage.send(point="concluded:2").returncode == -signal.SIGKILL
    assert stage.send().returncode == 0
    stage.deliver_events()
    stage.run("settle", "1")
    everything = [
        ("send", SLUG, "--segment", "everyone", "--yes"),
        ("resume", "1"),
        ("settle", "1"),
        ("report", "1"),
        ("work", "--once"),
    ]
    report = stage.judge(again=everything)
    assert (report["accepted"], report["delivered"]) == (PEOPLE, PEOPLE)
    assert len(Log.read(stage.emulated).taken) == 5
