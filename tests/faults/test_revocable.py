"""Killed at every step of a call that can be revoked: nobody gets two copies, and everybody gets one without a person. Judged from the
emulator's log."""

from __future__ import annotations

import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.emulated import Emulated
from tests.faults.conftest import PEOPLE
from tests.faults.stage import HookCatcher, Stage
from tests.faults.tally import TALLY

pytestmark = pytest.mark.fault("F1")


@dataclass
class Revoking(Stage):
    """A stage whose clock is the emulator's."""

    @property
    def environ(self) -> dict[str, str]:
        now = datetime.fromtimestamp(self.emulated.ask("GET", "/clock")["unix"], UTC)
        return super().environ | {"NEWSLETTER_CLOCK": now.isoformat(), "NEWSLETTER_SEND_REVOCABLE": "yes"}

    def later(self, minutes: float) -> None:
        self.emulated.ask("POST", "/clock/advance", {"seconds": minutes * 60})

    def work(self, *, point: str = "never:1") -> int:
        return self.run("work", "--once", point=point).returncode

    def copies(self) -> Counter[str]:
        """How many copies left for each address."""
        found = self.emulated.ask("GET", "/deliveries")["deliveries"]
        return Counter(row["address"] for row in found if row["fate"] != "cancelled")


@pytest.fixture
def revoking(
    tmp_path: Path, prepared: Path, far_end: Emulated, hooks: HookCatcher, fault: str
) -> Iterator[Revoking]:
    far_end.reset()
    hooks.caught.clear()
    folder = tmp_path / "workspace"
    shutil.copytree(prepared, folder)
    yield Revoking(folder, far_end, hooks, fault=fault)
    far_end.ask("DELETE", "/faults")


def everybody_gets_it(stage: Revoking, *, resent: int, events: bool = False) -> None:
    """A worker goes on by itself, a minute after the kill; then everybody has one copy."""
    stage.later(1)
    assert stage.work() == 0  # what is in doubt is revoked at once
    stage.later(2.5)
    assert stage.work() == 0  # and again, when its last byte has surely arrived
    stage.later(25)
    if events:
        stage.deliver_events()
    assert stage.work() == 0  # confirmed, looked up, proven absent
    assert stage.work() == 0  # handed over again
    stage.later(30)
    report = stage.report()
    assert (report["accepted"], report["in_doubt"], report["held"]) == (PEOPLE, 0, 0), report
    copies = stage.copies()
    assert len(copies) == PEOPLE
    assert set(copies.values()) == {1}
    discarded = stage.emulated.ask("GET", "/report")["recipients_discarded"]
    assert discarded in {0, resent}
    TALLY.judged(stage.fault, 0)


def killed(stage: Revoking, point: str) -> None:
    died = stage.send(point=point)
    assert died.returncode == -signal.SIGKILL, died.stderr


@pytest.mark.ci
def test_killed_when_the_answer_was_read(revoking: Revoking) -> None:
    """The provider took it, and nobody wrote that down: it is discarded there, and goes again."""
    killed(revoking, "answered:3")
    everybody_gets_it(revoking, resent=10)
    told = revoking.run("why", "p25@reader.example").stdout
    assert "proven absent" in told
    assert "the service was told to revoke it: it is revoked" in told


@pytest.mark.faults
def test_killed_when_the_answer_was_read_and_events_come(revoking: Revoking) -> None:
    """Events of the discarded mail, if the service sends any before it leaves, must not count it as handed over."""
    killed(revoking, "answered:3")
    everybody_gets_it(revoking, resent=10, events=True)


@pytest.mark.faults
@pytest.mark.parametrize("point", ["reserved:3", "in-flight:3", "after-claim:3", "concluded:3"])
def test_killed_before_or_after_the_call(revoking: Revoking, point: str) -> None:
    killed(revoking, point)
    everybody_gets_it(revoking, resent=0)


@pytest.mark.faults
def test_killed_when_the_revocation_was_answered(revoking: Revoking) -> None:
    killed(revoking, "answered:3")
    revoking.later(0.5)
    assert revoking.work(point="revoked:1") == -signal.SIGKILL
    everybody_gets_it(revoking, resent=10)


@pytest.mark.faults
def test_killed_before_it_goes_again(revoking: Revoking) -> None:
    killed(revoking, "answered:3")
    revoking.later(1)
    assert revoking.work() == 0
    revoking.later(2.5)
    assert revoking.work() == 0
    revoking.later(25)
    assert revoking.work(point="absent:1") == -signal.SIGKILL
    everybody_gets_it(revoking, resent=10)


@pytest.mark.faults
@pytest.mark.parametrize("arrivals", [True, False])
def test_what_arrives_while_it_is_revoked(revoking: Revoking, arrivals: bool) -> None:
    """The request is taken after the first revocation, whether that covers it or not: the second one does."""
    rule = {"action": "hold", "id": "k", "at": "received", "request": 3, "then": "accept"}
    revoking.emulated.ask("PUT", "/scheduling", {"arrivals": arrivals})
    revoking.emulated.ask("PUT", "/faults", {"rules": [rule]})
    process = revoking.start("send", "note", "--segment", "everyone", "--yes")
    try:
        assert revoking.emulated.ask("GET", "/holds/k?wait=60")["held"], "the request never came"
        process.kill()
        process.communicate(timeout=30)
    finally:
        process.poll() is None and process.kill()
    revoking.later(0.5)
    assert revoking.work() == 0
    revoking.emulated.ask("POST", "/holds/k/release", {"then": "accept"})
    revoking.emulated.ask("DELETE", "/faults")
    assert revoking.emulated.ask("GET", "/report")["after_cancel"]
    everybody_gets_it(revoking, resent=10)


@pytest.mark.faults
def test_nobody_was_there_in_time(revoking: Revoking) -> None:
    """Eleven minutes late, nothing can be revoked any more: it waits for evidence, as ever, and nobody gets two copies."""
    killed(revoking, "in-flight:3")
    revoking.later(11)
    assert revoking.work() == 0
    revoking.later(30)
    assert revoking.work() == 0
    assert revoking.work() == 0
    report = revoking.report()
    assert (report["accepted"], report["in_doubt"]) == (PEOPLE - 10, 10)
    assert set(revoking.copies().values()) == {1}
