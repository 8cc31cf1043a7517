"""F7, F27: paused, resumed and cancelled at random moments; told to end, once and twice. Judged from the emulator's log."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time

import pytest
from sqlalchemy import select

from newsletter.model.campaign import CampaignStatus
from newsletter.model.errors import NotAllowed
from newsletter.pipeline import control, due
from newsletter.pipeline.context import Context
from newsletter.store import tables
from tests.faults.conftest import PEOPLE
from tests.faults.inside import approved, books, gone, mailing, once, requests, sending, until, work
from tests.faults.stage import Stage

pytestmark = pytest.mark.fault("F7")

SLOTS = 2
SEEDS = range(int(os.environ.get("NEWSLETTER_FAULT_SEEDS", "20")))


# --- F7: a person who cannot make up their mind ---


@pytest.mark.ci
@pytest.mark.parametrize("seed", range(2))
def test_pause_resume_pause_cancel_at_random_moments(stage: Stage, seed: int) -> None:
    undecided(stage, seed)


@pytest.mark.faults
@pytest.mark.parametrize("seed", [seed + 100 for seed in SEEDS])
def test_pause_resume_pause_cancel_at_many_random_moments(stage: Stage, seed: int) -> None:
    undecided(stage, seed)


def undecided(stage: Stage, seed: int) -> None:
    """Whatever is pressed: after each answer only what was under way is accepted, and in the end the account closes."""
    chance = random.Random(seed)
    stage.extra |= {"NEWSLETTER_SEND_BATCH_SIZE": "1", "NEWSLETTER_SEND_SLOTS": str(SLOTS)}
    stage.emulated.ask("PUT", "/faults", {"latency": {"low": 0.01, "high": 0.06}})
    cancelled = seed % 2 == 1
    with stage.context() as ctx:
        approved(ctx)
        with sending(ctx):
            until(lambda: requests(stage))
            for _ in range(chance.randint(2, 4)):
                time.sleep(chance.uniform(0, 0.15))
                if not pressed(stage, ctx, chance):
                    break
            if cancelled and not mailing(ctx).status.over:
                control.cancel(ctx, 1)
                stage.known.cancelled, stage.known.slots = stage.now(), SLOTS
                told = len(requests(stage))
                until(lambda: books(ctx).closed)
                assert len(requests(stage)) <= told + SLOTS, "a cancelled mailing went on"
            until(lambda: mailing(ctx).status.over)
        found = once(stage, ctx, PEOPLE)
        assert found.closed
        assert found.accepted + found.cancelled == PEOPLE
        assert cancelled or found.accepted == PEOPLE


def pressed(stage: Stage, ctx: Context, chance: random.Random) -> bool:
    """Pause, look whether it stands still, resume; False when it was at its end."""
    try:
        control.pause(ctx, 1)
    except NotAllowed:
        return False
    told = len(requests(stage))
    time.sleep(chance.uniform(0, 0.2))
    assert len(requests(stage)) <= told + SLOTS, "a paused mailing went on"
    control.resume(ctx, 1)
    return True


# --- F27: told to end ---


def held(stage: Stage) -> None:
    """The far end takes the second and the third request, and does not answer."""
    rules = [{"action": "hold", "id": f"k{n}", "at": "received", "request": n} for n in (2, 3)]
    stage.emulated.ask("PUT", "/faults", {"rules": rules})


def released(stage: Stage) -> None:
    for n in (2, 3):
        stage.emulated.ask("POST", f"/holds/k{n}/release", {"then": "accept"})


def claims(ctx: Context) -> set[str]:
    with ctx.store.read() as db:
        return set(db.execute(select(tables.batches.c.state).distinct()).scalars())


def ends(process: subprocess.Popen[str], seconds: float = 10.0) -> None:
    """Well, and in time."""
    _, said = process.communicate(timeout=seconds)
    assert process.returncode == 0, said
    assert "Traceback" not in said


@pytest.fixture
def two_slots(stage: Stage) -> Stage:
    stage.extra |= {"NEWSLETTER_SEND_BATCH_SIZE": "5", "NEWSLETTER_SEND_SLOTS": str(SLOTS)}
    with stage.context() as ctx:
        approved(ctx)
    return stage


@pytest.mark.ci
@pytest.mark.fault("F27")
@pytest.mark.parametrize(
    "command", [("work",), ("serve", "--port", "0", "--staff-port", "0")], ids=["work", "serve"]
)
def test_told_to_end_with_calls_under_way_it_ends_them(two_slots: Stage, command: tuple[str, ...]) -> None:
    """SIGTERM, then another from an impatient one: the two calls end and are counted, nothing new leaves, nothing stays claimed."""
    stage = two_slots
    held(stage)
    process = stage.start(*command)
    try:
        for n in (2, 3):
            assert stage.emulated.ask("GET", f"/holds/k{n}?wait=30")["held"], "the request never came"
        process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        assert process.poll() is None, "it left two calls behind of which nobody knows"
        released(stage)
        ends(process)
    finally:
        gone(process)
    with stage.context() as ctx:
        told = once(stage, ctx, PEOPLE)
        assert (told.accepted, told.in_doubt, told.pending) == (15, 0, PEOPLE - 15)
        assert claims(ctx) == {"accepted", "ready"}
        stage.emulated.ask("DELETE", "/faults")
        work(ctx)
        assert once(stage, ctx, PEOPLE).accepted == PEOPLE


@pytest.mark.ci
@pytest.mark.fault("F27")
def test_told_to_end_while_it_waits_it_does_not_wait_on(two_slots: Stage) -> None:
    """The provider said "in an hour": whoever is told to end meanwhile ends at once, and gives back what it had claimed."""
    stage = two_slots
    rule = {"action": "status", "status": 429, "headers": {"Retry-After": "3600"}, "request": "2-"}
    stage.emulated.ask("PUT", "/faults", {"rules": [rule]})
    process = stage.start("work")
    try:
        until(lambda: len(requests(stage)) >= 2)
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        ends(process)
    finally:
        gone(process)
    with stage.context() as ctx:
        assert claims(ctx) <= {"accepted", "ready", "retry_wait"}
        assert mailing(ctx).status is CampaignStatus.SENDING
        assert once(stage, ctx, PEOPLE).accepted == 5
        assert not due.busy(ctx) or books(ctx).pending == PEOPLE - 5
