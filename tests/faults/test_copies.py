"""F9: a backup put back in the middle of a send, a copied workspace. Judged from the emulator's log."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.faults.conftest import PEOPLE
from tests.faults.copying import backup, restore
from tests.faults.engines import on_postgresql_too
from tests.faults.stage import SLUG, Stage, judge

pytestmark = [pytest.mark.ci, pytest.mark.fault("F9")]


@pytest.fixture(autouse=True)
def _own_state(stage: Stage, tmp_path: Path) -> None:
    stage.extra["NEWSLETTER_STATE_DIR"] = str(tmp_path / "state")


@on_postgresql_too()
def test_a_backup_put_back_in_the_middle_of_a_send(stage: Stage, tmp_path: Path) -> None:
    assert stage.send(point="concluded:2").returncode == -9
    saved = backup(stage, tmp_path / "saved")
    assert stage.run("resume", "1").returncode == 0
    assert len(stage.addresses()) == PEOPLE
    restore(stage, saved)
    for command in (("resume", "1"), ("work", "--once"), ("send", SLUG, "-s", "everyone", "--yes")):
        done = stage.run(*command)
        assert done.returncode == 1, command
        assert "newsletter claim" in done.stderr
    asked = stage.run("claim")
    assert asked.returncode == 1, "without a terminal it wants --yes"
    claimed = json.loads(stage.run("claim", "--yes", "--json").stdout)
    assert (claimed["tenure"], claimed["in_doubt"]) == ("behind", [1])
    assert stage.run("resume", "1").returncode == 3
    assert max(stage.addresses().values()) == 1
    assert stage.deliver_events() > 0
    assert stage.run("settle", "1").returncode == 0
    report = judge(stage, PEOPLE)
    assert (report["accepted"], report["closed"]) == (PEOPLE, True)


def test_a_copied_workspace_with_a_mailing_planned(stage: Stage, tmp_path: Path) -> None:
    """Both are started at its time: the original sends, the copy refuses; claimed, it holds the mailing, and a person decides."""
    early, then = "2020-12-16T13:00:00Z", "2020-12-16T14:00:01Z"
    stage.extra["NEWSLETTER_CLOCK"] = early
    plan = ("schedule", SLUG, "-s", "everyone", "--at", "2020-12-16 09:00", "--yes")
    assert stage.run(*plan).returncode == 0
    copy = backup(stage, tmp_path / "copy")
    copy.extra["NEWSLETTER_CLOCK"] = then
    stage.extra["NEWSLETTER_CLOCK"] = then
    refused = copy.run("work", "--once")
    assert (refused.returncode, "newsletter claim" in refused.stderr) == (1, True)
    assert stage.run("work", "--once").returncode == 0
    assert copy.run("work", "--once").returncode == 1
    assert len(stage.addresses()) == PEOPLE
    assert copy.run("claim", "--yes").returncode == 0
    assert copy.run("work", "--once").returncode == 0
    listed = json.loads(copy.run("campaigns", "--json").stdout)["campaigns"]
    assert [one["status"] for one in listed] == ["held"]
    assert stage.run("send", SLUG, "-s", "everyone", "--yes", "--again", "x").returncode == 1, (
        "the other one may not"
    )
    assert judge(stage, PEOPLE)["accepted"] == PEOPLE


@pytest.mark.fault("F8")
def test_two_schedulers_at_once(stage: Stage) -> None:
    stage.extra["NEWSLETTER_CLOCK"] = "2020-12-16T13:00:00Z"
    plan = ("schedule", SLUG, "-s", "everyone", "--at", "2020-12-16 09:00", "--yes")
    assert stage.run(*plan).returncode == 0
    stage.extra["NEWSLETTER_CLOCK"] = "2020-12-16T14:00:01Z"
    workers = [stage.fork("work", "--once") for _ in range(3)]
    codes = sorted(worker.wait(timeout=60) for worker in workers)
    assert codes[0] == 0
    assert set(codes) <= {0, 1}, "who was not the one that sends says so"
    report = judge(stage, PEOPLE)
    assert (report["accepted"], report["closed"]) == (PEOPLE, True)
