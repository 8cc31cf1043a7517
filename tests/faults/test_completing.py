"""Stop and correct, retry, late joiners, with SIGKILL at every step: the emulator's log says who got which text, and how often."""

from __future__ import annotations

import json
import signal
from typing import Any

import pytest

from tests.faults.conftest import PEOPLE
from tests.faults.judging import Log, w1
from tests.faults.stage import NOTE, SLUG, Stage
from tests.faults.tally import TALLY

WRONG, RIGHT = "A word about our work", "A word about our work, with the right date"
INSIDE = ("after-claim", "in-flight", "answered", "concluded")
#: where an answer may be lost: these in every CI run, the others in `make faults`
DECISIVE = [
    point if point in {"in-flight", "answered"} else pytest.param(point, marks=pytest.mark.faults)
    for point in INSIDE
]
pytestmark = [pytest.mark.ci, pytest.mark.fault("F1")]


def texts(stage: Stage) -> dict[str, list[str]]:
    """The subjects that each address was sent, by the emulator's log."""
    got: dict[str, list[str]] = {}
    for row in stage.emulated.ask("GET", "/messages?size=1000")["messages"]:
        got.setdefault(row["address"], []).append(row["subject"])
    return got


def whole(stage: Stage, campaign: int = 1) -> dict[str, Any]:
    found = json.loads(stage.run("report", str(campaign), "--json").stdout)
    return dict(found["whole"])


def once(stage: Stage) -> dict[str, list[str]]:
    """W1 over both mailings; what each address was sent."""
    found = list(w1(Log.read(stage.emulated), stage.known))
    TALLY.judged(stage.fault, len(found))
    assert not found, "\n".join(found)
    return texts(stage)


def mend(stage: Stage) -> None:
    path = stage.folder / "issues" / f"{SLUG}.md"
    path.write_text(NOTE.replace(WRONG, RIGHT), encoding="utf-8")


def begun(stage: Stage, at: str = "concluded:2") -> None:
    """A mailing of which two of five batches have left when its process dies."""
    stage.plan()
    assert stage.run("work", "--once", point=at).returncode == -signal.SIGKILL


def finish(stage: Stage, number: int) -> None:
    """Approved (again, where the death came before), carried to the end, evidence looked at."""
    stage.run("approve", str(number), "--yes")
    stage.run("resume", str(number))
    stage.run("work", "--once")
    stage.deliver_events()
    for one in (1, number):
        stage.run("settle", str(one))


def judge(stage: Stage, *, unclear: int = 0) -> dict[str, list[str]]:
    """Everyone once, in one of the two texts; and the account over both parts says so."""
    got = once(stage)
    total = whole(stage)["total"]
    assert (total["candidates"], total["pending"]) == (PEOPLE, 0)
    assert total["in_doubt"] + total["held"] == unclear
    assert total["accepted"] == len(got) == PEOPLE - unclear
    assert total["closed"] is (unclear == 0)
    return got


@pytest.fixture
def half(stage: Stage) -> Stage:
    begun(stage)
    return stage


@pytest.mark.parametrize("point", ["stopping:1", "stopped:1"])
def test_killed_while_it_is_stopped(half: Stage, point: str) -> None:
    """Stopped and opened are one: a death leaves both or neither, and the same command again is the same correction."""
    died = half.run("correct", "1", "--yes", point=point)
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert half.report()["cancelled"] == (0 if point.startswith("stopping") else PEOPLE - 20)
    again = json.loads(half.run("correct", "1", "--yes", "--json").stdout)
    assert (again["campaign"], again["not_reached"]) == (2, PEOPLE - 20)
    assert json.loads(half.run("correct", "1", "--yes", "--json").stdout)["campaign"] == 2
    assert len(texts(half)) == 20, "nothing leaves before somebody approves"
    refused = half.run("approve", "2", "--yes")
    assert refused.returncode == 1
    assert "nothing was corrected" in refused.stderr
    mend(half)
    finish(half, 2)
    got = judge(half)
    assert sorted(s for subjects in got.values() for s in subjects) == [WRONG] * 20 + [RIGHT] * 30


@pytest.mark.parametrize("batch", [1, pytest.param(3, marks=pytest.mark.faults)])
@pytest.mark.parametrize("point", INSIDE)
def test_killed_while_the_corrected_text_goes_out(half: Stage, point: str, batch: int) -> None:
    half.run("correct", "1", "--yes")
    mend(half)
    assert half.run("approve", "2", "--yes").returncode == 0
    died = half.run("work", "--once", point=f"{point}:{batch}")
    assert died.returncode == -signal.SIGKILL, died.stderr
    finish(half, 2)
    got = judge(half, unclear=10 if point == "in-flight" else 0)
    assert sum(subjects == [WRONG] for subjects in got.values()) == 20


@pytest.mark.parametrize("point", ["in-flight:3", "answered:3"])
def test_what_was_in_the_air_when_it_was_stopped(stage: Stage, point: str) -> None:
    """The process died in the middle of a call, then a person stops: those ten are not sent the corrected text unless it is known."""
    begun(stage, point)
    stage.run("correct", "1", "--yes")
    mend(stage)
    finish(stage, 2)
    taken = point.startswith("answered")
    got = judge(stage, unclear=0 if taken else 10)
    assert sum(subjects == [WRONG] for subjects in got.values()) == (30 if taken else 20)
    assert sum(subjects == [RIGHT] for subjects in got.values()) == 20


@pytest.mark.parametrize("point", DECISIVE)
def test_killed_while_the_refused_are_tried_again(stage: Stage, point: str) -> None:
    stage.emulated.ask(
        "PUT", "/faults", {"rules": [{"action": "refuse_address", "address": "p7@reader.example"}]}
    )
    stage.plan()
    stage.run("work", "--once")
    assert stage.report()["rejected"] == 1
    stage.emulated.ask("DELETE", "/faults")
    died = stage.run("retry", "1", "--yes", point=f"{point}:1")
    assert died.returncode == -signal.SIGKILL, died.stderr
    stage.run("retry", "1", "--yes")
    stage.deliver_events()
    for one in ("1", "2"):
        stage.run("settle", one)
    judge(stage, unclear=1 if point == "in-flight" else 0)


@pytest.mark.parametrize("point", DECISIVE)
def test_killed_while_late_joiners_get_it(stage: Stage, point: str) -> None:
    stage.plan()
    assert stage.run("work", "--once").returncode == 0
    line = (
        "email,first_name,language,consent_basis,consent_evidence\nlate@reader.example,Lee,en,express,form\n"
    )
    (stage.folder / "late.csv").write_text(line, encoding="utf-8")
    stage.run("members", "import", "late.csv")
    died = stage.run("late", "1", "--yes", point=f"{point}:1")
    assert died.returncode == -signal.SIGKILL, died.stderr
    stage.run("late", "1", "--yes")
    stage.deliver_events()
    for one in ("1", "2"):
        stage.run("settle", one)
    got = once(stage)
    total = whole(stage)["total"]
    assert (total["candidates"], total["accepted"]) == (PEOPLE + 1, len(got))
    assert len(got) == PEOPLE + (point != "in-flight")
