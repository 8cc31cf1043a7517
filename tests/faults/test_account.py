"""F5, F28: a provider that asks to wait for an hour, a key that is revoked in the middle. Judged from the emulator's log.

(One bad address in a thousand, F6, and the first 429s are in test_refusals.)
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from newsletter.model.campaign import CampaignStatus
from newsletter.pipeline import control
from tests.faults.conftest import PEOPLE
from tests.faults.inside import approved, mailing, once, requests, work
from tests.faults.stage import Stage

pytestmark = [pytest.mark.ci, pytest.mark.fault("F5")]

RATE = 3000  #: seconds of both clocks in one
SLOTS = 2


def kinds(stage: Stage) -> list[str]:
    return [one["kind"] for one in stage.emulated.ask("GET", "/report")["findings"]]


@pytest.fixture
def quick_motion(stage: Stage) -> Iterator[Stage]:
    """The program and the far end agree about the time, and it runs fast."""
    now = datetime.now(UTC).isoformat()
    stage.extra |= {"NEWSLETTER_CLOCK": now, "NEWSLETTER_CLOCK_RATE": str(RATE)}
    stage.emulated.ask("PUT", "/clock", {"now": now, "rate": RATE})
    yield stage
    stage.emulated.ask("PUT", "/clock", {"rate": 1})


def test_429_for_an_hour_is_waited_out(quick_motion: Stage) -> None:
    """Twelve times "again in five minutes": nobody asks within them, nothing is given up, and then everybody gets it."""
    stage = quick_motion
    rule = {"action": "rate_limit", "reset": 300, "request": "3-", "times": 12}
    stage.emulated.ask("PUT", "/faults", {"rules": [rule]})
    with stage.context() as ctx:
        approved(ctx)
        work(ctx)
        assert once(stage, ctx, PEOPLE).accepted == PEOPLE
    assert [one["status"] for one in requests(stage)].count(429) == 12
    assert kinds(stage) == [], "nobody asked inside a window"


def test_retry_after_is_obeyed(quick_motion: Stage) -> None:
    stage = quick_motion
    rule = {"action": "status", "status": 429, "headers": {"Retry-After": "600"}, "request": 2}
    stage.emulated.ask("PUT", "/faults", {"rules": [rule]})
    with stage.context() as ctx:
        approved(ctx)
        work(ctx)
        assert once(stage, ctx, PEOPLE).accepted == PEOPLE
    asked, again = requests(stage)[1:3]
    assert again["at"] - asked["at"] >= 600


@pytest.mark.fault("F28")
@pytest.mark.parametrize(
    ("status", "message"),
    [
        (401, "Maximum credits exceeded"),
        (401, "The provided authorization grant is invalid, expired, or revoked"),
        (403, "access forbidden"),
    ],
    ids=["credits exhausted", "key revoked", "forbidden"],
)
def test_what_is_about_the_account_pauses_all_of_it(stage: Stage, status: int, message: str) -> None:
    """In the middle: at most one request a slot finds it out, nobody is rejected, and a person lets it go on."""
    stage.extra |= {"NEWSLETTER_SEND_BATCH_SIZE": "5", "NEWSLETTER_SEND_SLOTS": str(SLOTS)}
    rule = {"action": "status", "status": status, "message": message, "request": "4-"}
    stage.emulated.ask("PUT", "/faults", {"rules": [rule]})
    with stage.context() as ctx:
        approved(ctx)
        work(ctx)
        refused = [one for one in requests(stage) if one["status"] == status]
        assert 1 <= len(refused) <= SLOTS
        found, told = mailing(ctx), once(stage, ctx, PEOPLE)
        assert (found.status, message in found.reason) == (CampaignStatus.PAUSED, True)
        assert (told.accepted, told.pending, told.rejected, told.in_doubt) == (15, PEOPLE - 15, 0, 0)
        work(ctx)
        assert len(requests(stage)) == 3 + len(refused), "nothing goes on by itself"
        stage.emulated.ask("DELETE", "/faults")
        control.resume(ctx, 1)
        work(ctx)
        assert once(stage, ctx, PEOPLE).accepted == PEOPLE
