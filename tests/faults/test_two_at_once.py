"""F8: several runners and schedulers at once; one that stands still past its lease and goes on; one cut off from its database."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from tests.faults.conftest import PEOPLE
from tests.faults.engines import POSTGRESQL, SQLITE, on_postgresql_too, only
from tests.faults.inside import until
from tests.faults.judging import Log
from tests.faults.nursery import Child
from tests.faults.proxy import Proxy
from tests.faults.stage import SLUG, Stage

RATE = 600  #: a lease of ten minutes runs out in a second
pytestmark = [pytest.mark.ci, pytest.mark.fault("F8")]


@contextmanager
def request_held(stage: Stage, number: int) -> Iterator[Callable[[], Any]]:
    """The Nth request has arrived and stands still, until the function that this gives is called: then it is taken."""
    rule = {"action": "hold", "id": "k", "at": "received", "request": number, "timeout": 100}
    stage.emulated.ask("PUT", "/faults", {"rules": [rule]})
    try:
        yield lambda: stage.emulated.ask("POST", "/holds/k/release", {"then": "accept"})
    finally:
        stage.emulated.ask("POST", "/holds/k/release", {"then": "accept"})


def wait_for_the_held(stage: Stage) -> None:
    assert stage.emulated.ask("GET", "/holds/k?wait=60")["held"], "the request never came"


def gone(*children: Child) -> None:
    for child in children:
        child.send_signal(signal.SIGCONT)
        child.kill()


@on_postgresql_too()
def test_runners_and_schedulers_at_the_same_moment(stage: Stage) -> None:
    """Three of each on every machine, and the mailing is due: who is not the one that sends says so."""
    stage.plan()
    runners = [machine.fork("work", "--once") for machine in stage.machines for _ in range(3)]
    codes = [runner.wait() for runner in runners]
    assert set(codes) <= {0, 1}
    assert 0 in codes
    report = stage.settled()
    assert (report["accepted"], report["closed"]) == (PEOPLE, True)


def test_two_sends_beside_a_server(stage: Stage) -> None:
    serving = stage.fork("serve", "--port", "0", "--staff-port", "0")
    try:
        sends = [stage.fork("send", SLUG, "--segment", "everyone", "--yes") for _ in range(2)]
        assert [one.wait() for one in sends] == [0, 0]
    finally:
        serving.send_signal(signal.SIGTERM)
        assert serving.wait() == 0, serving.communicate()[1]
    report = stage.settled()
    assert (report["accepted"], report["closed"]) == (PEOPLE, True)
    assert len(Log.read(stage.emulated).taken) == 5


@only(SQLITE)
def test_the_one_runner_stands_still_past_its_lease(stage: Stage) -> None:
    """It keeps the lock: nobody else takes its batch, and it goes on as if nothing had been."""
    stage.rate = RATE
    stage.plan()
    with request_held(stage, 3) as release:
        runner = stage.fork("work", "--once")
        try:
            wait_for_the_held(stage)
            runner.send_signal(signal.SIGSTOP)
            release()
            time.sleep(1.5)  # fifteen minutes
            assert stage.run("work", "--once").returncode == 1
            assert stage.run("settle", "1").returncode == 0
            runner.send_signal(signal.SIGCONT)
            assert runner.wait() == 0
        finally:
            gone(runner)
    report = stage.settled()
    assert (report["accepted"], report["closed"]) == (PEOPLE, True)
    assert len(Log.read(stage.emulated).requests) == 5


@only(POSTGRESQL)
@on_postgresql_too()
def test_a_machine_that_stood_still_past_its_lease_is_fenced(stage: Stage) -> None:
    """The other ends the mailing, with ten people in doubt; the late yes of the one that stood still is evidence, and nothing more leaves."""
    stage.rate = RATE
    stage.plan()
    still, other = stage.machines
    with request_held(stage, 2) as release:
        runner = still.fork("work")
        try:
            wait_for_the_held(stage)
            runner.send_signal(signal.SIGSTOP)
            assert other.run("work", "--once").returncode == 0
            until(lambda: stage.report()["in_doubt"] == 10)
            release()
            runner.send_signal(signal.SIGCONT)
            until(lambda: stage.report()["closed"])
            runner.send_signal(signal.SIGTERM)
            assert runner.wait() == 0
        finally:
            gone(runner)
    report = stage.settled()
    assert report["accepted"] == PEOPLE
    assert len(Log.read(stage.emulated).requests) == 5


@only(POSTGRESQL)
@on_postgresql_too()
def test_a_machine_that_is_cut_off_from_its_database_sends_nothing_twice(stage: Stage) -> None:
    """In the middle of a call: nobody can be told of the answer. The other machine ends the mailing; the cable is mended, and events settle the rest."""
    stage.rate = RATE
    stage.plan()
    cut, other = stage.machines
    with Proxy(make_url(stage.extra["NEWSLETTER_DATABASE_URL"])) as proxy, request_held(stage, 2) as release:
        reached = proxy.url.render_as_string(hide_password=False)
        cut = replace(cut, extra=cut.extra | {"NEWSLETTER_DATABASE_URL": reached})
        runner = cut.fork("work")
        try:
            wait_for_the_held(stage)
            proxy.cut()
            release()
            other.run("work", "--once")
            until(lambda: stage.report()["in_doubt"] == 10)
            assert runner.poll() is None, "it waits for its database"
            proxy.mend()
            stage.deliver_events()
            until(lambda: stage.run("settle", "1").returncode == 0)
            runner.send_signal(signal.SIGTERM)
            assert runner.wait() == 0
        finally:
            gone(runner)
    report = stage.settled()
    assert (report["accepted"], report["closed"]) == (PEOPLE, True)
    assert len(Log.read(stage.emulated).requests) == 5
