"""F3: the answer is lost, whether the request was taken or not. Nobody calls a second time; events say what became of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.faults.conftest import PEOPLE
from tests.faults.engines import on_postgresql_too
from tests.faults.judging import Log
from tests.faults.killed import NEVER
from tests.faults.stage import SLUG, Stage

LOST: dict[str, dict[str, Any]] = {
    "reset": {"action": "reset"},
    "time-out": {"action": "hang", "seconds": 60},
    "truncated": {"action": "truncate"},
    "500": {"action": "status", "status": 500},
    "503 page": {"action": "status", "status": 503, "body": "html"},
}
pytestmark = [pytest.mark.ci, pytest.mark.fault("F3")]


@on_postgresql_too("taken-reset")
@pytest.mark.parametrize("action", LOST)
@pytest.mark.parametrize("taken", [True, False], ids=["taken", "not taken"])
def test_a_lost_answer_is_settled_by_events_and_never_by_a_second_call(
    stage: Stage, action: str, taken: bool
) -> None:
    stage.plan()
    rule = LOST[action] | {"accepted": taken, "request": 3}
    stage.emulated.ask("PUT", "/faults", {"rules": [rule]})
    assert stage.work(point="impatient:1" if action == "time-out" else NEVER) == 0
    stage.emulated.ask("DELETE", "/faults")
    assert stage.report()["in_doubt"] == 10
    for command in (("resume", "1"), ("settle", "1")):
        assert stage.run(*command).returncode == 3, "somebody has to look"
    stage.work()
    report = stage.settled()
    unclear = 0 if taken else 10
    assert (report["accepted"], report["in_doubt"]) == (PEOPLE - unclear, unclear)
    assert report["delivered"] == PEOPLE - unclear
    assert len(Log.read(stage.emulated).requests) == 5


def test_the_same_send_does_not_call_again_either(stage: Stage) -> None:
    rule = {"action": "reset", "accepted": True, "request": [2, 4]}
    stage.emulated.ask("PUT", "/faults", {"rules": [rule]})
    for _ in range(2):
        assert stage.send().returncode == 3
    stage.deliver_events()
    stage.run("settle", "1")
    report = stage.judge(again=[("send", SLUG, "--segment", "everyone", "--yes")])
    assert (report["accepted"], report["closed"]) == (PEOPLE, True)
    assert len(Log.read(stage.emulated).requests) == 5
