"""F6, F28 and their kin, judged from the emulator's log: one bad address, a provider that refuses all, rate limits."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.emulated import Emulated
from tests.faults.stage import HookCatcher, Stage, make_workspace

pytestmark = pytest.mark.fault("F6")

PEOPLE = 1000


@pytest.fixture(scope="module")
def thousand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_workspace(tmp_path_factory.mktemp("thousand") / "workspace", PEOPLE)


@pytest.fixture
def stage(
    tmp_path: Path, thousand: Path, far_end: Emulated, hooks: HookCatcher, fault: str
) -> Iterator[Stage]:
    far_end.reset()
    far_end.ask("DELETE", "/faults")
    shutil.copytree(thousand, tmp_path / "workspace")
    yield Stage(tmp_path / "workspace", far_end, hooks, {"NEWSLETTER_SEND_SLOTS": "2"}, fault=fault)
    far_end.ask("DELETE", "/faults")
    far_end.ask("PUT", "/account", {"errors": "full"})


def posts(stage: Stage) -> int:
    return len(
        [one for one in stage.emulated.ask("GET", "/requests")["requests"] if one["path"] == "/v3/mail/send"]
    )


@pytest.mark.parametrize(
    "bare", [False, pytest.param(True, marks=pytest.mark.ci)], ids=["with a path", "without a path"]
)
def test_one_bad_address_in_a_thousand_rejects_one_person(stage: Stage, bare: bool) -> None:
    rule = {"action": "bare_400" if bare else "refuse_address", "address": "p617@reader.example"}
    stage.emulated.ask("PUT", "/faults", {"rules": [rule]})
    assert stage.send().returncode == 0
    report = stage.judge()
    assert (report["accepted"], report["rejected"], report["closed"]) == (999, 1, True)
    assert "p617@reader.example" not in stage.addresses()
    assert posts(stage) <= 30


@pytest.mark.ci
@pytest.mark.fault("F28")
@pytest.mark.parametrize(
    "rule", [{"action": "bare_400"}, {"action": "refuse_address", "address": "*"}], ids=["bare", "all named"]
)
def test_a_provider_that_refuses_everything_pauses_within_thirty_requests(
    stage: Stage, rule: dict[str, str]
) -> None:
    stage.extra["NEWSLETTER_SEND_BATCH_SIZE"] = "100"
    stage.emulated.ask("PUT", "/faults", {"rules": [rule]})
    assert stage.send().returncode == 1
    report = stage.report()
    assert (report["status"], report["rejected"], report["pending"]) == ("paused", 0, PEOPLE)
    assert posts(stage) <= 30
    assert not stage.addresses()
    stage.emulated.ask("DELETE", "/faults")
    assert stage.run("resume", "1").returncode == 0
    assert stage.judge()["accepted"] == PEOPLE


@pytest.mark.ci
@pytest.mark.fault("F5")
def test_rate_limits_are_waited_out(stage: Stage) -> None:
    stage.extra |= {"NEWSLETTER_SEND_BATCH_SIZE": "100", "NEWSLETTER_SEND_SLOTS": "1"}
    stage.emulated.ask("PUT", "/faults", {"rules": [{"action": "rate_limit", "reset": 1, "request": [2, 5]}]})
    assert stage.send().returncode == 0
    report = stage.emulated.ask("GET", "/report")
    assert stage.judge()["accepted"] == PEOPLE
    assert report["ok"], report["findings"]
