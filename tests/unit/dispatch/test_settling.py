"""What is asked about a call in doubt, and that absence is proven on no weaker grounds than the page says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.dispatch.settling import (
    AFTERWARDS,
    ARRIVAL,
    CONFIRMS,
    LEAD,
    LOOKS,
    OVERDUE,
    SURE,
    Call,
    Step,
    next_step,
    proof_at,
    seems_absent,
)
from newsletter.model.inquiry import Inquiry, Question, Reply

BEGAN = datetime(2020, 12, 16, 14, tzinfo=UTC)
OVER = BEGAN + timedelta(seconds=30)
DUE = BEGAN + LEAD
SECOND = timedelta(seconds=1)


def asked(question: Question, at: datetime, reply: Reply, there: datetime | None = None) -> Inquiry:
    return Inquiry(question, at, at + SECOND, reply, there=there)


def call(*inquiries: Inquiry, over_at: datetime | None = OVER, due_at: datetime | None = DUE) -> Call:
    return Call(BEGAN, over_at, due_at, inquiries)


FIRST = asked(Question.REVOKE, OVER, Reply.REVOKED)
REVOKED = asked(Question.REVOKE, OVER + ARRIVAL, Reply.REVOKED)
STOOD = asked(Question.CONFIRM, DUE + AFTERWARDS, Reply.REVOKED)
LOOKED = asked(Question.LOOK_UP, DUE + AFTERWARDS, Reply.ABSENT)
PROVEN = call(FIRST, REVOKED, STOOD, LOOKED)


def test_the_way_of_a_call_that_is_revoked() -> None:
    """Revoked at once and again, waited for, confirmed, looked up, proven."""
    told: list[Inquiry] = []
    way: list[tuple[Step, timedelta]] = []
    now = OVER
    replies = {Step.REVOKE: Reply.REVOKED, Step.CONFIRM: Reply.REVOKED, Step.LOOK_UP: Reply.ABSENT}
    while (step := next_step(call(*told), now)) is not Step.ABSENT:
        if step is not Step.WAIT:
            way.append((step, now - BEGAN))
            told.append(asked(Question(step.value), now, replies[step]))
        now += SECOND
        assert now < BEGAN + timedelta(hours=1)
    assert [step for step, _ in way] == [Step.REVOKE, Step.REVOKE, Step.CONFIRM, Step.LOOK_UP]
    assert [at for _, at in way][:3] == [OVER - BEGAN, OVER + ARRIVAL - BEGAN, LEAD + AFTERWARDS]


def test_all_grounds_together_prove_it() -> None:
    assert PROVEN.is_absent()
    assert replace(PROVEN, looks_up=False, inquiries=PROVEN.inquiries[:3]).is_absent()


@pytest.mark.parametrize(
    ("what", "weaker"),
    [
        ("not revocable", call(FIRST, REVOKED, STOOD, LOOKED, due_at=None)),
        ("its process may only be asleep", call(FIRST, REVOKED, STOOD, LOOKED, over_at=None)),
        ("never revoked", call(STOOD, LOOKED)),
        ("revoked before its last byte may have arrived", call(FIRST, STOOD, LOOKED)),
        (
            "the answer is not known",
            call(replace(REVOKED, answered_at=None, reply=Reply.LOST), STOOD, LOOKED),
        ),
        ("answered too late", call(replace(REVOKED, answered_at=DUE - SURE + SECOND), STOOD, LOOKED)),
        ("too late by their clock", call(replace(REVOKED, there=DUE - SURE + SECOND), STOOD, LOOKED)),
        ("no room", call(replace(REVOKED, reply=Reply.FULL), STOOD, LOOKED)),
        ("never confirmed", call(FIRST, REVOKED, LOOKED)),
        ("confirmed too early", call(REVOKED, replace(STOOD, asked_at=DUE), LOOKED)),
        ("confirmed too early by their clock", call(REVOKED, replace(STOOD, there=DUE), LOOKED)),
        ("lifted by somebody", call(REVOKED, replace(STOOD, reply=Reply.STANDING), LOOKED)),
        ("lifted for a while", call(REVOKED, replace(STOOD, reply=Reply.STANDING), STOOD, LOOKED)),
        ("not looked up", call(REVOKED, STOOD)),
        ("looked up before its time", call(REVOKED, STOOD, replace(LOOKED, asked_at=DUE))),
        ("seen on its way", call(REVOKED, STOOD, replace(LOOKED, reply=Reply.ACCEPTED))),
        ("taken, not seen discarded", call(REVOKED, STOOD, LOOKED, replace(LOOKED, reply=Reply.TAKEN))),
    ],
)
def test_each_ground_is_needed(what: str, weaker: Call) -> None:
    assert not weaker.is_absent(), what
    assert next_step(weaker, DUE + AFTERWARDS + SECOND) is not Step.ABSENT, what


def test_while_the_call_may_go_on_nothing_is_revoked() -> None:
    """It may yet be taken, and that be told: a revocation would lose it."""
    assert next_step(call(over_at=None), OVER) is Step.WAIT


def test_too_late_to_be_sure_is_not_tried() -> None:
    assert next_step(call(), DUE - SURE) is Step.REVOKE
    assert next_step(call(), DUE - SURE + SECOND) is Step.WAIT
    assert next_step(call(), DUE + AFTERWARDS) is Step.LOOK_UP


def test_a_refused_revocation_is_repeated_in_a_while() -> None:
    failed = asked(Question.REVOKE, OVER, Reply.UNAVAILABLE)
    assert next_step(call(failed), OVER + SECOND) is Step.WAIT
    assert next_step(call(failed), OVER + timedelta(seconds=15)) is Step.REVOKE


def test_somebody_lifted_it_so_it_is_only_looked_up() -> None:
    lifted = replace(STOOD, reply=Reply.STANDING)
    assert next_step(call(REVOKED, lifted), DUE + AFTERWARDS + timedelta(minutes=2)) is Step.LOOK_UP


def test_without_a_handle_people_are_looked_up_ever_more_rarely() -> None:
    told: list[Inquiry] = []
    for minute in range(24 * 60):
        now = BEGAN + timedelta(minutes=minute)
        step = next_step(call(*told, due_at=None), now)
        assert step in {Step.WAIT, Step.LOOK_UP}
        if step is Step.LOOK_UP:
            told.append(asked(Question.LOOK_UP, now, Reply.ABSENT))
    assert [one.asked_at - BEGAN for one in told] == list(LOOKS)


def test_a_look_after_a_long_sleep_makes_up_for_the_missed_ones() -> None:
    now = BEGAN + timedelta(hours=4)
    assert next_step(call(due_at=None), now) is Step.LOOK_UP
    looked = asked(Question.LOOK_UP, now, Reply.ABSENT)
    assert next_step(call(looked, due_at=None), now + timedelta(minutes=1)) is Step.WAIT


def test_nobody_can_be_looked_up() -> None:
    assert next_step(replace(call(due_at=None), looks_up=False), BEGAN + timedelta(hours=2)) is Step.WAIT


def test_a_log_that_knows_nothing_is_a_recommendation_when_it_should_know() -> None:
    early = asked(Question.LOOK_UP, BEGAN + timedelta(minutes=59), Reply.ABSENT)
    late = asked(Question.LOOK_UP, BEGAN + timedelta(minutes=60), Reply.ABSENT)
    away = asked(Question.LOOK_UP, BEGAN + timedelta(minutes=90), Reply.UNAVAILABLE)
    assert not seems_absent(call(due_at=None))
    assert not seems_absent(call(early, due_at=None))
    assert seems_absent(call(late, away, due_at=None))
    assert not call(late, due_at=None).is_absent()


def test_when_a_proof_may_come() -> None:
    assert proof_at(call(), OVER) == DUE + AFTERWARDS
    assert proof_at(call(), DUE) is None
    assert proof_at(call(REVOKED), DUE) == DUE + AFTERWARDS
    assert proof_at(call(REVOKED), DUE + AFTERWARDS + OVERDUE) is None
    assert proof_at(call(due_at=None), OVER) is None
    assert proof_at(call(over_at=None), OVER) is None


moments = st.integers(-300, 3600).map(lambda seconds: BEGAN + timedelta(seconds=seconds))
inquiries = st.builds(
    Inquiry,
    st.sampled_from(Question),
    moments,
    st.none() | moments,
    st.sampled_from(Reply),
    st.just(""),
    st.none() | moments,
)


@given(st.lists(inquiries, max_size=12), st.none() | moments, st.none() | st.just(DUE), st.booleans())
def test_whatever_was_answered_absence_has_all_its_grounds(
    told: list[Inquiry], over_at: datetime | None, due_at: datetime | None, looks_up: bool
) -> None:
    found = Call(BEGAN, over_at, due_at, tuple(told), looks_up)
    if not found.is_absent():
        return
    assert due_at is not None
    assert over_at is not None
    last = due_at - SURE
    assert any(
        one.question is Question.REVOKE
        and one.reply is Reply.REVOKED
        and one.answered_at is not None
        and over_at + ARRIVAL <= one.asked_at
        and max(one.answered_at, one.there or one.answered_at) <= last
        for one in told
    )
    after = [one for one in told if min(one.asked_at, one.there or one.asked_at) >= due_at + AFTERWARDS]
    confirmed = [one.reply for one in after if one.question is Question.CONFIRM]
    assert Reply.REVOKED in confirmed
    assert Reply.STANDING not in confirmed


@pytest.mark.parametrize("later", [Reply.UNAVAILABLE, Reply.ABSENT])
def test_a_log_that_knew_the_mail_takes_it_back_only_by_saying_so(later: Reply) -> None:
    knew = asked(Question.LOOK_UP, DUE + AFTERWARDS, Reply.TAKEN)
    again = asked(Question.LOOK_UP, DUE + AFTERWARDS + timedelta(minutes=10), later)
    assert not call(REVOKED, STOOD, knew, again).is_absent()
    assert call(REVOKED, STOOD, knew, replace(again, reply=Reply.REVOKED)).is_absent()


def test_what_could_not_be_proven_is_still_asked_about_for_whoever_decides() -> None:
    """Revoked once, too early to be sure: whether that stood is asked a few times, and then no more."""
    told = [FIRST]
    now = DUE + AFTERWARDS
    for _ in range(60):
        step = next_step(call(*told), now)
        assert step in {Step.WAIT, Step.CONFIRM, Step.LOOK_UP}
        if step is not Step.WAIT:
            told.append(asked(Question(step.value), now, Reply.UNAVAILABLE))
        now += timedelta(minutes=2)
    assert sum(one.question is Question.CONFIRM for one in told) == CONFIRMS
    assert call(*told).seems_revoked()
    assert not call(*told, asked(Question.CONFIRM, now, Reply.STANDING)).seems_revoked()
    assert not call(*told, asked(Question.LOOK_UP, now, Reply.ACCEPTED)).seems_revoked()
