"""F2: SIGKILL at random moments, again and again, until the mailing has ended. Each seed is another story; judged from the emulator's log."""

from __future__ import annotations

import random
import signal
import time

import pytest

from tests.faults.conftest import PEOPLE
from tests.faults.engines import on_postgresql_too
from tests.faults.nursery import Child, ended
from tests.faults.stage import Stage
from tests.faults.tally import TALLY

LIVES = 5  #: how often the runner is killed
EVERY_RUN, IN_ALL = 20, 500
STARTING = 0.3  #: of the deaths, how many are soon after the start, wherever that is by then
LATENCY = {"low": 0.01, "high": 0.06}
RATE = 20  #: what a provider asks to be waited for passes so much faster
SEEDS = [
    pytest.param(seed, marks=pytest.mark.ci if seed < EVERY_RUN else pytest.mark.faults)
    for seed in range(IN_ALL)
]
pytestmark = pytest.mark.fault("F2")


def trouble(chance: random.Random) -> list[dict[str, object]]:
    """What else goes wrong at the far end: on a few requests each."""
    requests = chance.sample(range(1, 16), 6)
    return [
        {"action": "rate_limit", "reset": 1, "request": requests[:2]},
        {"action": "status", "status": 500, "request": requests[2:4], "accepted": chance.random() < 0.5},
        {"action": "reset", "request": requests[4:], "accepted": True},
    ]


def lives(stage: Stage, chance: random.Random) -> None:
    """The runner (on PostgreSQL both) is started and killed, over and over."""
    for _ in range(LIVES):
        runners = [machine.fork("work", "--once") for machine in stage.machines]
        if lived(stage, runners, chance):
            TALLY.killed("F2")
        for runner in chance.sample(runners, len(runners)):
            runner.kill()
            assert runner.wait() in {0, -signal.SIGKILL}, runner.communicate()[1]
        if chance.random() < 0.5:
            stage.deliver_events()


def lived(stage: Stage, runners: list[Child], chance: random.Random) -> bool:
    """Until some moment of theirs: of their start, or of the time that a request takes. False when they have ended before."""
    moment = chance.uniform(*LATENCY.values())
    if chance.random() < STARTING:
        return running(runners, 5 * moment)
    further = arrived(stage) + chance.randint(1, 3)
    end = time.monotonic() + 20
    while arrived(stage) < further and time.monotonic() < end:
        if not running(runners, 0.005):
            return False
    return running(runners, moment)


def arrived(stage: Stage) -> int:
    """How many requests have reached the far end."""
    return len(stage.emulated.ask("GET", "/requests")["requests"])


def running(runners: list[Child], seconds: float) -> bool:
    """Wait so long; False when one of them ended."""
    try:
        ended(runners, seconds)
    except TimeoutError:
        return True
    return False


@on_postgresql_too("0", "1")
@pytest.mark.parametrize("seed", SEEDS)
def test_killed_at_random_moments(stage: Stage, seed: int) -> None:
    chance = random.Random(seed)
    stage.extra |= {"NEWSLETTER_SEND_BATCH_SIZE": "5", "NEWSLETTER_SEND_SLOTS": str(chance.randint(1, 3))}
    stage.rate = RATE
    stage.emulated.ask("PUT", "/faults", {"rules": trouble(chance), "latency": LATENCY})
    stage.plan()
    TALLY.seed("F2", f"{seed} {'shared' if stage.shared else 'file'}")
    lives(stage, chance)
    stage.emulated.ask("DELETE", "/faults")
    stage.work()
    report = stage.settled()
    assert (report["prepared"], report["pending"], report["rejected"]) == (PEOPLE, 0, 0)
