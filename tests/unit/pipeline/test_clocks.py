"""Clocks that jump, machines that sleep: sent once or held, never twice, never lost in silence, never before its time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model.campaign import CampaignStatus
from newsletter.pipeline import control, due
from newsletter.pipeline.submit import Desk, submit_next
from newsletter.planning.plan import Expiry
from newsletter.store import tables
from tests.ledger import START, Bench, Benches
from tests.seed import people, seed
from tests.timed import never_differs, planned

BENCHES = Benches()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STEPS = st.lists(
    st.sampled_from([timedelta(minutes=10), HOUR, -HOUR, DAY, -DAY, timedelta(hours=6)]), max_size=8
)


@pytest.fixture(autouse=True)
def _same_text(monkeypatch: pytest.MonkeyPatch) -> None:
    never_differs(monkeypatch)


def look(desk: Bench) -> list[tuple[datetime, str]]:
    """One round of the runner; what left, and when."""
    before = len(desk.witness.taken)
    due.hold_late(desk.ctx)
    due.start_due(desk.ctx)
    worker = Desk(desk.ctx, "me")
    while submit_next(worker):
        pass
    return [(desk.clock[0], address) for *_, address in desk.witness.taken[before:]]


@given(STEPS)
@pytest.mark.ci
def test_whatever_the_clock_does(steps: list[timedelta]) -> None:
    """Nine o'clock by each reader's clock; the machine's jumps by hours and days, both ways."""
    with (
        BENCHES.another({"NEWSLETTER_SEND_BATCH_SIZE": "5"}) as desk,
        pytest.MonkeyPatch.context() as patch,
    ):
        never_differs(patch)
        seed(desk.ctx, people(12))
        number = planned(desk, 2, member=True).id
        left: list[tuple[datetime, str]] = []
        for step in steps:
            desk.clock[0] += step
            left += look(desk)
        judge(desk, number, left)


def judge(desk: Bench, number: int, left: list[tuple[datetime, str]]) -> None:
    due_at = {row.id: row.due_at for row in desk.rows(tables.waves)}
    batches = {row.id: due_at[row.wave_id] for row in desk.rows(tables.batches)}
    wave_of = {row.address: batches[row.batch_id] for row in desk.rows(tables.deliveries)}
    assert all(wave_of[address] <= at <= wave_of[address] + timedelta(hours=4) for at, address in left)
    assert set(desk.witness.copies().values()) <= {1}
    campaign = desk.campaign(number)
    if campaign.status in {CampaignStatus.SCHEDULED, CampaignStatus.SENDING}:
        latest = max([START + timedelta(hours=10), *due_at.values()])
        desk.clock[0] = max(desk.clock[0], latest)
        look(desk)
        campaign = desk.campaign(number)
    if campaign.status is CampaignStatus.HELD:
        assert campaign.reason == "late"
    else:
        assert (campaign.status, len(desk.witness.copies())) == (CampaignStatus.FINISHED, 12)


@pytest.mark.parametrize("jump", [HOUR, DAY], ids=["hour", "day"])
def test_a_clock_that_goes_forward_and_back_again(desk: Bench, jump: timedelta) -> None:
    """Set wrongly for a while. An hour ahead: it went out as that clock said, once. A day ahead: held, as too late."""
    seed(desk.ctx, people(5))
    number = planned(desk, 0.5).id
    desk.clock[0] += jump
    look(desk)
    desk.clock[0] -= jump
    look(desk)
    desk.later(hours=0.5)
    look(desk)
    if jump == HOUR:
        assert desk.books(number).accepted == 5
    else:
        assert desk.campaign(number).reason == "late"
        control.resume(desk.ctx, number)
        look(desk)
        assert desk.books(number).accepted == 5
    assert set(desk.witness.copies().values()) == {1}


@pytest.mark.parametrize("jump", [HOUR, DAY], ids=["hour", "day"])
@pytest.mark.parametrize("environ", [{"NEWSLETTER_SEND_BATCH_SIZE": "5"}], indirect=True)
def test_a_clock_that_goes_back_in_the_middle_of_a_send(desk: Bench, jump: timedelta) -> None:
    seed(desk.ctx, people(20, language="en"))
    number = desk.mailing().id
    due.start_due(desk.ctx)
    assert submit_next(Desk(desk.ctx, "me"))
    desk.clock[0] -= jump
    look(desk)
    assert desk.books(number).accepted == 20
    assert set(desk.witness.copies().values()) == {1}


@pytest.mark.parametrize(
    ("slept", "sent"), [(timedelta(hours=3, minutes=59), True), (timedelta(hours=4, minutes=1), False)]
)
def test_a_machine_asleep_over_the_due_time(desk: Bench, slept: timedelta, sent: bool) -> None:
    seed(desk.ctx, people(5))
    number = planned(desk, 1).id
    desk.clock[0] += HOUR + slept
    look(desk)
    status = desk.campaign(number).status
    assert status is (CampaignStatus.FINISHED if sent else CampaignStatus.HELD)
    assert len(desk.witness.taken) == (5 if sent else 0)


def test_asleep_over_the_middle_of_the_waves(desk: Bench) -> None:
    seed(desk.ctx, people(12))
    number = planned(desk, 2, member=True).id  # 16:00: first in the east, three hours later in the west
    desk.later(hours=7)
    look(desk)
    assert desk.books(number).accepted == 8
    desk.later(hours=10)
    look(desk)
    held = desk.campaign(number)
    assert (held.status, held.reason, desk.books(number).accepted) == (CampaignStatus.HELD, "late", 8)
    control.resume(desk.ctx, number)
    look(desk)
    assert set(desk.witness.copies().values()) == {1}
    assert desk.books(number).accepted == 12


def test_a_greeting_is_sent_on_its_day_or_held(desk: Bench) -> None:
    """The whole local day is its grace, and not a minute of the next."""
    seed(desk.ctx, people(5))
    on_the_day = planned(desk, 1, expiry=Expiry.LOCAL_MIDNIGHT).id
    desk.clock[0] = START.replace(hour=23, minute=59)
    look(desk)
    assert desk.books(on_the_day).accepted == 5
    desk.clock[0] = START
    another = planned(desk, 1, "another", expiry=Expiry.LOCAL_MIDNIGHT).id
    desk.clock[0] = START.replace(day=17, hour=0)
    look(desk)
    held = desk.campaign(another)
    assert (held.status, held.reason) == (CampaignStatus.HELD, "late")
