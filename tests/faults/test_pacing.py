"""The rate as the far end saw it: one for all processes, and no request in a window of which nothing was left."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import accumulate
from typing import Any

import pytest

from tests.faults.conftest import PEOPLE
from tests.faults.stage import SLUG, Stage
from tests.faults.test_hosts import RATE, Books, books, first, second, until, working  # noqa: F401 - fixtures

pytestmark = pytest.mark.fault("F5")

JITTER = 0.25  #: seconds between the moment at which a batch may leave and its arrival


def requests(stage: Stage) -> list[dict[str, Any]]:
    """The requests for mail, in order of arrival."""
    log = stage.emulated.ask("GET", "/requests")
    return [one for one in log["requests"] if one["path"] == "/v3/mail/send"]


def fastest(stage: Stage, per_second: float) -> float:
    """By how many members the far end ever got more than the rate allows, over any stretch of time, beside the batch that ends it."""
    seen = [(one["at"], one["personalizations"]) for one in requests(stage)]
    sums = [0, *accumulate(size for _, size in seen)]
    return max(
        sums[j] - sums[i] - per_second * (seen[j][0] - seen[i][0] + JITTER)
        for i in range(len(seen))
        for j in range(i, len(seen))
    )


@pytest.mark.ci
def test_a_good_answer_that_takes_the_last_of_a_window_is_obeyed(stage: Stage) -> None:
    stage.extra |= {"NEWSLETTER_SEND_BATCH_SIZE": "25", "NEWSLETTER_SEND_SLOTS": "1"}
    stage.emulated.ask(
        "PUT", "/faults", {"bucket": {"rate": 1, "burst": 1, "header": True, "told": True}, "rules": []}
    )
    assert stage.send().returncode == 0
    report = stage.emulated.ask("GET", "/report")
    assert report["ok"], report["findings"]
    assert [one["status"] for one in requests(stage)] == [202, 202]
    assert stage.judge()["accepted"] == PEOPLE


@pytest.mark.ci
def test_of_two_processes_with_one_file_one_sends(stage: Stage) -> None:
    """The rate is kept in the memory of the one that sends: the lock of the system lets in no other."""
    stage.extra |= {"NEWSLETTER_SEND_BATCH_SIZE": "5", "NEWSLETTER_SEND_RATE_PER_MINUTE": "600"}
    sending = stage.start("send", SLUG, "--segment", "everyone", "--yes")
    end = time.monotonic() + 60
    while not requests(stage):
        assert sending.poll() is None, sending.communicate()
        assert time.monotonic() < end
        time.sleep(0.05)
    other = stage.run("work", "--once")
    assert other.returncode != 0
    _, said = sending.communicate(timeout=60)
    assert sending.returncode == 0, said
    assert stage.judge()["accepted"] == PEOPLE
    assert fastest(stage, 600 / 60) <= 0


@pytest.mark.ci
def test_dead_addresses_that_come_back_while_it_is_sent_pause_the_rest(stage: Stage) -> None:
    stage.extra |= {"NEWSLETTER_SEND_BATCH_SIZE": "10", "NEWSLETTER_SEND_RATE_PER_MINUTE": "240"}
    dead = {"address": "p?@reader.example", "outcome": "bounce", "classification": "Invalid Address"}
    stage.emulated.ask("PUT", "/behaviour", {"rules": [dead]})
    sending = stage.start("send", SLUG, "--segment", "everyone", "--yes")
    until(lambda: bool(requests(stage)))
    stage.deliver_events()
    _, said = sending.communicate(timeout=60)
    assert sending.returncode == 1, said
    report = stage.report()
    assert report["status"] == "paused"
    assert (
        1 < report["bounced"] <= 10
    )  # it ended with the first that were too many; others may still have been on their way
    assert report["accepted"] + report["pending"] == PEOPLE
    assert report["pending"] >= PEOPLE // 2
    assert "send.pause_bounces" in stage.run("campaigns").stdout
    stage.extra |= {"NEWSLETTER_SEND_RATE_PER_MINUTE": "0"}
    assert stage.run("resume", "1").returncode == 0
    assert stage.report()["bounced"] == 10
    stage.emulated.ask("PUT", "/behaviour", "plain")
    assert stage.judge()["accepted"] == PEOPLE


@pytest.mark.faults
def test_two_machines_keep_one_rate_as_the_far_end_saw_it(
    first: Stage,  # noqa: F811
    second: Stage,  # noqa: F811
    books: Books,  # noqa: F811
) -> None:
    slowly = {"NEWSLETTER_SEND_RATE_PER_MINUTE": "12"}  # of their clock, which runs fast
    one, two = (replace(stage, extra=stage.extra | slowly) for stage in (first, second))
    with working(one, two, slots=4):
        until(books.finished)
    assert sum(one["personalizations"] for one in requests(first)) == 300
    assert fastest(first, 12 / 60 * RATE) <= 0
