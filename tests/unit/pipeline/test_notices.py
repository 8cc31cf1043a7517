"""Notices: written with what they tell of, delivered at least once, hardly ever twice, and never at the cost of a mailing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model.campaign import Books, CampaignStatus
from newsletter.model.errors import ConfigurationError
from newsletter.model.hold import CLAIMED, HELD_BY
from newsletter.model.issue import ScheduleWish
from newsletter.model.notice import NoticeKind, NoticeState
from newsletter.pipeline import (
    conclude,
    control,
    foresee,
    freeze,
    heartbeat,
    hold,
    holding,
    notice_words,
    notices,
    proving,
    reason_words,
    reschedule,
)
from newsletter.pipeline.notice_facts import hold_url
from newsletter.pipeline.notice_words import Facts
from newsletter.pipeline.schedule import Timetable
from newsletter.pipeline.submit import Desk, submit_next
from newsletter.planning.plan import Expiry, LocalPlan
from newsletter.planning.zones import wall_clock
from newsletter.store import notices as rows
from newsletter.store import tables
from tests import timed
from tests.ledger import START, Bench, edition
from tests.seed import people, seed
from tests.told import DOWN, Listener, listening


@pytest.fixture
def jay() -> Listener:
    return Listener()


@pytest.fixture(autouse=True)
def _same_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freeze, "differs", lambda *_: False)


def planned(desk: Bench, ahead: timedelta, *, approved: bool = True) -> int:
    """A mailing for so long from now, in Toronto; its number."""
    local = wall_clock(desk.clock[0] + ahead, "America/Toronto")
    plan = LocalPlan(local=local, zone="America/Toronto", readers_time=False, expiry=Expiry.NEVER)
    table = Timetable(plan, desk.clock[0])
    if approved:
        return desk.mailing(edition(f"greeting-{ahead.days}"), when=table).id
    from newsletter.model.campaign import AudienceRule
    from newsletter.pipeline import plan as planning

    ask = planning.Ask(edition("draft"), AudienceRule(("everyone",)), "witness", when=table)
    return planning.plan(desk.ctx, ask, {}).campaign.id


def states(desk: Bench) -> list[tuple[str, str]]:
    return [(one.kind.value, one.state.value) for one in reversed(notices.listed(desk.ctx))]


def sent(desk: Bench) -> int:
    """A mailing to everybody, carried to its end."""
    seed(desk.ctx, people(5))
    campaign = desk.mailing()
    desk.start()
    worker = Desk(desk.ctx, "me")
    while submit_next(worker):
        pass
    return campaign.id


# --- what is told ---


def test_a_finished_mailing_is_told_with_its_closed_books(
    desk: Bench, monkeypatch: pytest.MonkeyPatch, jay: Listener
) -> None:
    number = sent(desk)
    with listening(monkeypatch, jay):
        assert notices.deliver(desk.ctx) == 1
        assert notices.deliver(desk.ctx) == 0
    (message,) = jay.heard
    assert message.subject == "Finished: Hello, 5 recipients"
    assert f"newsletter report {number}" in message.paragraphs[-1]
    assert states(desk) == [("finished", "delivered")]


def test_held_and_paused_and_on_again(desk: Bench, monkeypatch: pytest.MonkeyPatch, jay: Listener) -> None:
    seed(desk.ctx, people(5))
    number = planned(desk, timedelta(days=3))
    control.pause(desk.ctx, number, "the wrong date")
    control.resume(desk.ctx, number)
    desk.later(days=4)
    desk.start()
    with listening(monkeypatch, jay):
        notices.deliver(desk.ctx)
    assert jay.subjects == ["Paused: Hello", "Held: Hello"]
    assert "By a person: the wrong date." in jay.heard[0].paragraphs[0]
    assert "Its time passed while nothing was running." in jay.heard[1].paragraphs[0]


def test_a_day_and_an_hour_before_with_count_subject_and_a_link(
    desk: Bench, monkeypatch: pytest.MonkeyPatch, jay: Listener
) -> None:
    seed(desk.ctx, people(12))
    number = planned(desk, timedelta(days=3))
    zoe = Listener("smtp zoe@ngen.example", ("fr",))
    with listening(monkeypatch, jay, zoe):
        assert foresee.foresee(desk.ctx) == 0
        desk.later(days=2)
        assert [foresee.foresee(desk.ctx) for _ in range(3)] == [1, 0, 0]
        notices.deliver(desk.ctx)
        desk.later(hours=23, minutes=1)
        assert [foresee.foresee(desk.ctx) for _ in range(3)] == [1, 0, 0]
        notices.deliver(desk.ctx)
    assert jay.subjects == [
        "Goes out Saturday 19 December 2020 at 9:00: Hello",
        "Goes out within the hour: Hello",
    ]
    assert zoe.subjects == [
        "Part le samedi 19 décembre 2020 à 9\u00a0h\u00a0: Hello",
        "Part dans moins d’une heure\u00a0: Hello",
    ]
    assert "to 12 recipients" in jay.heard[0].paragraphs[0]
    assert "à 12\u00a0destinataires." in zoe.heard[0].paragraphs[0]
    assert "Subject of the mail: Hello | Hello" in jay.heard[0].paragraphs
    link = jay.heard[0].url
    assert link.startswith("http://127.0.0.1:8025/h/")
    assert link.endswith("?lang=en")
    token = link.split("/h/")[1].partition("?")[0]
    assert holding.hold(desk.ctx, token, "en")
    assert desk.campaign(number).status is CampaignStatus.PAUSED


def test_approved_late_it_is_announced_once_and_at_once(
    desk: Bench, monkeypatch: pytest.MonkeyPatch, jay: Listener
) -> None:
    seed(desk.ctx, people(1))
    planned(desk, timedelta(minutes=40))
    with listening(monkeypatch, jay):
        foresee.foresee(desk.ctx)
        notices.deliver(desk.ctx)
    assert jay.subjects == ["Goes out within the hour: Hello"]


def test_a_mailing_of_now_is_not_announced(desk: Bench) -> None:
    seed(desk.ctx, people(1))
    desk.mailing()
    assert foresee.foresee(desk.ctx) == 0


def test_a_draft_asks_for_its_approval_three_times(
    desk: Bench, monkeypatch: pytest.MonkeyPatch, jay: Listener
) -> None:
    number = planned(desk, timedelta(days=200), approved=False)
    with listening(monkeypatch, jay):
        for _ in range(201):
            foresee.foresee(desk.ctx)
            notices.deliver(desk.ctx)
            desk.later(days=1)
    assert jay.subjects == ["Please approve: Hello"] * 3
    assert f"newsletter approve {number}" in jay.heard[0].paragraphs[-1]


def test_what_is_announced_and_does_not_come_is_not_told(
    desk: Bench, monkeypatch: pytest.MonkeyPatch, jay: Listener
) -> None:
    seed(desk.ctx, people(1))
    number = planned(desk, timedelta(hours=20))
    foresee.foresee(desk.ctx)
    control.cancel(desk.ctx, number)
    with listening(monkeypatch, jay):
        notices.deliver(desk.ctx)
    assert jay.heard == []
    assert states(desk) == [("day", "outdated")]


def test_a_segment_that_is_gone_does_not_hide_the_announcement(
    desk: Bench, monkeypatch: pytest.MonkeyPatch, jay: Listener
) -> None:
    (desk.ctx.root / "segments.toml").write_text(
        "[ontario]\nwhere = 'province == \"ON\"'\n", encoding="utf-8"
    )
    seed(desk.ctx, people(6))
    local = wall_clock(desk.clock[0] + timedelta(hours=20), "America/Toronto")
    plan = LocalPlan(local=local, zone="America/Toronto", readers_time=False, expiry=Expiry.NEVER)
    desk.mailing(include=("ontario",), when=Timetable(plan, desk.clock[0]))
    (desk.ctx.root / "segments.toml").write_text("", encoding="utf-8")
    with listening(monkeypatch, jay):
        assert foresee.foresee(desk.ctx) == 1
        assert notices.deliver(desk.ctx) == 1
    assert "recipient" not in jay.heard[0].paragraphs[0]


# --- how it is delivered ---


def test_it_is_tried_again_and_only_where_it_did_not_arrive(
    desk: Bench, monkeypatch: pytest.MonkeyPatch, jay: Listener
) -> None:
    zoe = Listener("smtp zoe@ngen.example", ("fr",), [DOWN, DOWN, DOWN])
    sent(desk)
    tries = 0
    with listening(monkeypatch, jay, zoe):
        while not notices.deliver(desk.ctx):
            assert notices.deliver(desk.ctx) == 0  # not before its time
            (row,) = notices.listed(desk.ctx)
            assert (row.state, row.reached) == (NoticeState.WAITING, (jay.name,))
            assert "ConnectionRefusedError" in row.detail
            tries += 1
            desk.later(minutes=2**tries)
    assert (len(jay.heard), len(zoe.heard), tries) == (1, 1, 3)
    assert states(desk) == [("finished", "delivered")]


@pytest.mark.ci
def test_after_three_days_it_is_given_up_and_said(
    desk: Bench, monkeypatch: pytest.MonkeyPatch, jay: Listener
) -> None:
    jay.faults = [DOWN] * 1000
    sent(desk)
    with listening(monkeypatch, jay):
        for _ in range(4 * 24):
            notices.deliver(desk.ctx)
            desk.later(hours=1)
    assert states(desk) == [("finished", "failed")]
    with desk.ctx.store.read() as db:
        assert rows.failing(db) == 1


def test_a_crash_between_gives_a_second_copy_and_never_none(
    desk: Bench, monkeypatch: pytest.MonkeyPatch, jay: Listener
) -> None:
    sent(desk)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with listening(monkeypatch, jay), monkeypatch.context() as patch:
        patch.setattr(rows, "reach", killed)
        with pytest.raises(KeyboardInterrupt):
            notices.deliver(desk.ctx)
    with listening(monkeypatch, jay):
        assert notices.deliver(desk.ctx) == 0  # somebody may still be at it
        desk.later(minutes=2)
        assert notices.deliver(desk.ctx) == 1
    assert len(jay.heard) == 2


def test_two_who_deliver_tell_it_once(desk: Bench, monkeypatch: pytest.MonkeyPatch, jay: Listener) -> None:
    sent(desk)
    with listening(monkeypatch, jay):
        with desk.ctx.store.read() as db:
            waiting = rows.due(db, desk.ctx.now())
        assert notices.deliver(desk.ctx) == 1
        assert not notices._deliver(desk.ctx, waiting[0], [jay])
    assert len(jay.heard) == 1


def test_without_a_channel_nothing_is_lost_from_the_list(desk: Bench) -> None:
    number = sent(desk)
    assert notices.deliver(desk.ctx) == 0
    assert states(desk) == [("finished", "nobody")]
    assert desk.campaign(number).status is CampaignStatus.FINISHED


def test_a_channel_that_is_set_up_wrongly_waits_and_says_why(
    desk: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(*_: object) -> None:
        raise ConfigurationError("notices.people: 'x' is not a person", code="notices-people")

    sent(desk)
    monkeypatch.setattr(notices.registry, "targets", wrong)
    assert notices.deliver(desk.ctx) == 0
    (row,) = notices.listed(desk.ctx)
    assert (row.state, row.detail) == (NoticeState.WAITING, "notices.people: 'x' is not a person")


def test_a_fault_of_ours_stops_neither_the_other_notices_nor_the_mailing(
    desk: Bench, monkeypatch: pytest.MonkeyPatch, jay: Listener
) -> None:
    jay.faults = [ZeroDivisionError()]
    sent(desk)
    with desk.ctx.store.write() as db:
        rows.tell(db, NoticeKind.MISSED, "1:x", data={"slug": "greeting", "days": ["2020-12-24T09:00:00"]})
    with listening(monkeypatch, jay):
        assert notices.deliver(desk.ctx) == 1
        desk.later(minutes=2)
        assert notices.deliver(desk.ctx) == 1
    assert jay.subjects == ["Missed: greeting", "Finished: Hello, 5 recipients"]


# --- the runner that is silent ---


def test_silence_is_told_once_while_mailings_wait(
    desk: Bench, monkeypatch: pytest.MonkeyPatch, jay: Listener
) -> None:
    heartbeat.beat(desk.ctx)
    begun = desk.clock[0]
    with listening(monkeypatch, jay):
        desk.later(hours=1)
        assert not heartbeat.listen(desk.ctx, begun), "nothing waits"
        seed(desk.ctx, people(1))
        planned(desk, timedelta(days=30))
        heartbeat.beat(desk.ctx)
        desk.later(minutes=9)
        assert not heartbeat.listen(desk.ctx, begun)
        desk.later(minutes=2)
        assert [heartbeat.listen(desk.ctx, begun) for _ in range(3)] == [True, False, False]
        heartbeat.beat(desk.ctx)
        assert not heartbeat.listen(desk.ctx, begun)
        desk.later(minutes=11)
        assert heartbeat.listen(desk.ctx, begun)
    assert len(jay.heard) == 2
    assert "Hello (1)" in jay.heard[0].paragraphs[1]
    assert "since Wednesday 16 December 2020 at 10:00" in jay.heard[0].paragraphs[0]


def test_who_listens_does_not_tell_of_what_was_before(desk: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    seed(desk.ctx, people(1))
    heartbeat.beat(desk.ctx)
    planned(desk, timedelta(days=30))
    desk.later(days=2)
    with listening(monkeypatch, Listener()):
        assert not heartbeat.listen(desk.ctx, desk.clock[0])
        assert len(heartbeat.silence(desk.ctx)[1]) == 1  # that is the doctor's


# --- proof ---


def test_a_channel_counts_once_everybody_took_the_trial(
    desk: Bench, monkeypatch: pytest.MonkeyPatch, jay: Listener
) -> None:
    zoe = Listener("teams", ("en", "fr"), [DOWN])
    assert "No second channel" in proving.unproven(desk.ctx)[0]
    with listening(monkeypatch, jay, zoe):
        assert "never tried" in proving.unproven(desk.ctx)[0]
        assert [one.fault for one in proving.prove(desk.ctx)] == ["", DOWN.what]
        assert proving.proven(desk.ctx) is None
        assert [one.fault for one in proving.prove(desk.ctx)] == ["", ""]
        assert proving.proven(desk.ctx) == START
        assert proving.unproven(desk.ctx) == []
        assert len(zoe.heard) == 2
        other = replace(
            desk.ctx,
            publication=replace(
                desk.ctx.publication, sender=replace(desk.ctx.publication.sender, address="x@y.example")
            ),
        )
        assert proving.proven(other) is None, "another set-up was never tried"


def test_doctor_finds_a_planned_mailing_without_a_channel(
    desk: Bench, monkeypatch: pytest.MonkeyPatch, jay: Listener
) -> None:
    assert proving.examine(desk.ctx) == []
    seed(desk.ctx, people(1))
    planned(desk, timedelta(days=30))
    (found,) = proving.examine(desk.ctx)
    assert (found.name, found.state.value) == ("second-channel", "warning")
    with listening(monkeypatch, jay):
        assert "never tried" in proving.examine(desk.ctx)[0].sentence
        proving.prove(desk.ctx)
        assert proving.examine(desk.ctx)[0].state.value == "ok"


# --- the words ---

FULL = Facts(
    number=12, slug="2026-greeting", title="Happy holidays", subject="Happy holidays | Joyeuses fêtes", local=wall_clock(START, "America/Toronto"),
    first=wall_clock(START - timedelta(hours=1, minutes=30), "America/Toronto"), zone="America/Toronto", readers_time=True, people=2911,
    reason="late", url="https://n.example/h/x", since=wall_clock(START, "America/Toronto"), waiting=("Greeting (3)",),
    days=(wall_clock(START, "America/Toronto"),),
    books=Books(candidates=10, excluded={"suppressed": 2}, prepared=8, accepted=5, skipped={"unsubscribed": 1}, rejected=1, cancelled=1),
)  # fmt: skip


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", list(NoticeKind))
def test_every_notice_reads_well(kind: NoticeKind, language: str) -> None:
    message = notice_words.message(kind, FULL, language)
    whole = "\n".join((message.subject, *message.paragraphs))
    assert message.subject
    assert "None" not in whole
    assert "{" not in whole
    assert all(line == line.strip() and line for line in message.paragraphs)
    assert bool(message.url) == (kind in {NoticeKind.DAY, NoticeKind.HOUR})
    if language == "fr":
        for mark in (":", "»"):
            assert f" {mark}" not in whole, "a plain space before it may begin a line"
        for mark in ("!", "?", ";"):
            assert f"\u00a0{mark}" not in whole
    for kept, gone in (("late", FULL), ("", replace(FULL, reason="", people=None, local=None, first=None))):
        assert notice_words.message(kind, replace(gone, reason=kept), language).subject


@given(st.text(), st.sampled_from(["en", "fr"]))
def test_every_reason_is_a_sentence(reason: str, language: str) -> None:
    said = reason_words.sentence(reason, language)
    assert len(said) < 500
    assert "\n" not in said


def test_every_reason_of_ours_has_words() -> None:
    for reason in (
        conclude.LATE,
        conclude.TEXT_DIFFERS,
        conclude.NOT_CONFIRMED,
        conclude.NOT_APPROVED,
        conclude.RESCHEDULED,
        f"{conclude.NEW_ERROR}date-past: it is over\nc’est passé",
        f"{HELD_BY}",
        f"{CLAIMED}",
    ):
        english, french = (reason_words.sentence(reason, language) for language in ("en", "fr"))
        assert reason not in english
        assert english != french


def test_the_books_of_the_notice_are_the_books() -> None:
    message = notice_words.message(NoticeKind.FINISHED, FULL, "en")
    assert (
        "Not mailed: 5 (2 on the do-not-mail list, 1 cancelled before their turn, 1 refused by the mail service, 1 unsubscribed)."
        in message.paragraphs
    )


def test_the_link_is_for_that_mailing_alone(desk: Bench) -> None:
    seed(desk.ctx, people(1))
    number = planned(desk, timedelta(days=1))
    found = desk.campaign(number)
    url = hold_url(desk.ctx, found, "fr")
    token = url.split("/h/")[1].partition("?")[0]
    assert url.endswith("?lang=fr")
    standing = holding.standing(desk.ctx, token, "fr")
    assert standing
    assert standing.number == number
    desk.later(days=4)
    after = holding.hold(desk.ctx, token, "fr")
    assert after
    assert after.state is holding.Hold.EXPIRED
    assert desk.campaign(number).status is CampaignStatus.SCHEDULED
    assert len(desk.rows(tables.notices)) == 0


def test_in_readers_own_time_the_last_hour_counts_those_who_still_get_it(
    desk: Bench, monkeypatch: pytest.MonkeyPatch, jay: Listener
) -> None:
    """Their recipients are written down by then: nobody is counted as having it already."""
    seed(desk.ctx, people(30))
    number = timed.planned(desk, 40, member=True).id  # six in the morning by each reader's clock
    first = desk.campaign(number).due_at
    assert first
    desk.clock[0] = first - timedelta(hours=2)
    desk.start()
    assert desk.campaign(number).status is CampaignStatus.SENDING
    with listening(monkeypatch, jay):
        desk.clock[0] = first - timedelta(minutes=50)
        foresee.foresee(desk.ctx)
        notices.deliver(desk.ctx)
    (row,) = [row for row in desk.rows(tables.notices) if row.kind == NoticeKind.HOUR.value]
    assert row.data == {"people": 30}


def test_a_hold_on_everything_is_told_once_for_each_mailing_with_its_own_way_on(
    desk: Bench, monkeypatch: pytest.MonkeyPatch, jay: Listener
) -> None:
    """Not `resume`, which does not ask whether the time was missed."""
    seed(desk.ctx, people(5))
    numbers = [planned(desk, timedelta(days=3)), planned(desk, timedelta(days=5))]
    hold.hold(desk.ctx, "a day of mourning")
    with listening(monkeypatch, jay):
        notices.deliver(desk.ctx)
        notices.deliver(desk.ctx)
    assert len(jay.heard) == len(numbers)
    for number, message in zip(numbers, jay.heard, strict=True):
        assert "Everything was held: a day of mourning." in message.paragraphs[0]
        assert f"newsletter release {number}" in message.paragraphs[-1]
        assert "resume" not in message.paragraphs[-1]
    assert reason_words.way_on(f"{CLAIMED}x", "fr")[1] == "release"


def test_a_new_time_that_nobody_approves_is_asked_for_and_told_when_it_comes(
    desk: Bench, monkeypatch: pytest.MonkeyPatch, jay: Listener
) -> None:
    seed(desk.ctx, people(30))
    number = timed.planned(desk, 3, member=True).id
    desk.later(hours=8)
    desk.start()
    while submit_next(Desk(desk.ctx, "me")):
        pass
    table = reschedule.timetable(desk.ctx, number, ScheduleWish(at="2020-12-28 09:00"))
    reschedule.reschedule(desk.ctx, reschedule.look(desk.ctx, number, table))
    with listening(monkeypatch, jay):
        for _ in range(24):
            foresee.foresee(desk.ctx)
            notices.deliver(desk.ctx)
            desk.later(hours=13)
    wanted = [
        "Held: Hello",  # the others have another time
        "Please approve: Hello",
        "Please approve: Hello",
        "Please approve: Hello",
        "Held: Hello",
    ]
    assert jay.subjects == wanted
    assert f"newsletter approve {number}" in jay.heard[0].paragraphs[-1]
    assert "Nobody approved it in time." in jay.heard[-1].paragraphs[0]
    held = desk.campaign(number)
    assert (held.status, held.reason) == (CampaignStatus.HELD, conclude.RESCHEDULED)

    with listening(monkeypatch, later := Listener()):
        table = reschedule.timetable(desk.ctx, number, ScheduleWish(at="2021-01-28 09:00"))
        reschedule.reschedule(desk.ctx, reschedule.look(desk.ctx, number, table))
        reschedule.approve_rest(desk.ctx, number)
        notices.deliver(desk.ctx)
    assert later.subjects == [], "approved in the same breath: nothing waits for anybody"
