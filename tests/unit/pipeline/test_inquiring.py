"""What is in doubt is asked about; what is proven absent goes again by itself; and without the setting nothing ever does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsletter.dispatch.settling import AFTERWARDS, ARRIVAL, FRESH, LEAD, RESENDS, ROOM, SURE
from newsletter.model.campaign import CampaignStatus
from newsletter.model.errors import ConfigurationError, NotAllowed, Unavailable, Uncertain
from newsletter.model.event import EventKind
from newsletter.model.inquiry import Answered, Question, Reply, Revocable, Trace
from newsletter.model.outbound import Capabilities, OutboundBatch, Parcel, Receipt
from newsletter.pipeline import claim, control, inquiring, inquiry_words, notices, progress, settle, submit
from newsletter.pipeline.submit import Desk, submit_next
from newsletter.store import tables, waking
from tests.ledger import Bench, Witness, bench, template
from tests.seed import people, seed
from tests.told import Listener, listening

BROKEN = Uncertain("the line broke", code="provider-unclear")


@dataclass
class Scheduler(Witness):
    """A witness that holds revocable calls until they are due, and can be asked. `away`: questions are not answered; `heard`: what
    it takes although the line breaks; `logged`: what its log tells, if it has one."""

    capabilities: Capabilities = field(
        default_factory=lambda: Capabilities(max_recipients=1000, events=True, look_up=True, revoke=True)
    )
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    away: bool = False
    most: int = 10
    handles: int = 0
    cancelled: dict[str, datetime] = field(default_factory=dict)
    carried: dict[tuple[int, int], Revocable | None] = field(default_factory=dict)
    waiting: dict[tuple[int, int], tuple[Revocable, object]] = field(default_factory=dict)
    logged: Reply = Reply.ABSENT
    asked: list[tuple[Question, object]] = field(default_factory=list)
    while_asked: Callable[[], None] = lambda: None
    spared: bool = False  #: a cancellation does nothing

    def encode(self, batch: OutboundBatch) -> Parcel:
        self.carried[batch.batch, batch.attempt] = batch.revocable
        return super().encode(batch)

    def take(self, body: object) -> None:
        key = (body.batch, body.attempt)  # type: ignore[attr-defined]
        revocable = self.carried[key]
        if revocable is None or revocable.due_at <= self.now():
            super().take(body)  # type: ignore[arg-type]
        else:
            self.waiting[key] = revocable, body

    def leave(self) -> None:
        """What is due leaves, unless it was cancelled in time."""
        for key, (revocable, body) in list(self.waiting.items()):
            if revocable.due_at > self.now():
                continue
            del self.waiting[key]
            cancelled = self.cancelled.get(revocable.handle)
            if self.spared or cancelled is None or cancelled > revocable.due_at - SURE:
                super().take(body)  # type: ignore[arg-type]

    def reserve(self) -> str:
        if self.away:
            raise Unavailable("away", code="provider-unreachable")
        self.handles += 1
        return f"h{self.handles}"

    def _answer(self, question: Question, about: object, reply: Reply) -> Answered:
        self.asked.append((question, about))
        self.while_asked()
        return Answered(Reply.UNAVAILABLE if self.away else reply, there=self.now())

    def look_up(self, trace: Trace) -> Answered:
        return self._answer(Question.LOOK_UP, trace, self.logged)

    def revoke(self, handle: str) -> Answered:
        full = handle not in self.cancelled and len(self.cancelled) >= self.most
        if not (self.away or full):
            self.cancelled.setdefault(handle, self.now())
        return self._answer(Question.REVOKE, handle, Reply.FULL if full else Reply.REVOKED)

    def confirm(self, handle: str) -> Answered:
        return self._answer(
            Question.CONFIRM, handle, Reply.REVOKED if handle in self.cancelled else Reply.STANDING
        )

    def release(self, handle: str) -> Answered:
        if not self.away:
            self.cancelled.pop(handle, None)
        return self._answer(Question.RELEASE, handle, Reply.RELEASED)


@dataclass
class Fenced(Bench):
    """A bench whose far end holds what is revocable."""

    @property
    def far(self) -> Scheduler:
        assert isinstance(self.witness, Scheduler)
        return self.witness

    def work(self) -> None:
        """All that a worker does now."""
        settle.settle(self.ctx)
        inquiring.inquire(self.ctx)
        worker = Desk(self.ctx, "me")
        while submit_next(worker):
            pass

    def pass_time(self, **delta: float) -> None:
        """Time goes by with a worker at work: a minute at a step, after the first hour half an hour."""
        begun, end = self.clock[0], self.clock[0] + timedelta(**delta)
        while self.clock[0] < end:
            self.later(minutes=1 if self.clock[0] - begun < timedelta(hours=1) else 30)
            self.far.leave()
            self.work()


def made(tmp_path: Path, **environ: str) -> Iterator[Fenced]:
    environ = {"NEWSLETTER_SEND_BATCH_SIZE": "20", **environ}
    with bench(tmp_path / "w", template(tmp_path), environ) as plain:
        far = Scheduler(now=lambda: plain.clock[0])
        ctx = replace(plain.ctx, provider=lambda _name: far)  # type: ignore[arg-type,return-value]
        yield Fenced(ctx, far, plain.clock)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Fenced]:
    yield from made(tmp_path, NEWSLETTER_SEND_REVOCABLE="yes")


@pytest.fixture
def unfenced(tmp_path: Path) -> Iterator[Fenced]:
    yield from made(tmp_path)


def breaks(desk: Fenced, *, taken: bool, times: int = 1) -> None:
    """The line breaks that often, with the request taken or not."""
    left = [times]

    def answer(body: object) -> Receipt:
        if left[0]:
            left[0] -= 1
            if taken:
                desk.far.take(body)
            raise BROKEN
        return Receipt("ok")

    desk.far.answer = answer


def mailing(desk: Fenced, count: int = 20) -> int:
    seed(desk.ctx, people(count, language="en"))
    number = desk.mailing().id
    desk.start()
    return number


def questions(desk: Fenced) -> list[Question]:
    return [question for question, _ in desk.far.asked]


def acts(desk: Fenced) -> list[tuple[str, str]]:
    return [(row.actor, row.act) for row in desk.rows(tables.audit)]


@pytest.mark.ci
def test_what_is_revocable_leaves_twenty_minutes_later(desk: Fenced) -> None:
    number = mailing(desk)
    desk.work()
    assert desk.books(number).accepted == 20
    assert desk.far.taken == []
    (attempt,) = desk.rows(tables.attempts)
    assert (attempt.handle, attempt.due_at) == ("h1", desk.clock[0] + LEAD)
    desk.pass_time(minutes=21)
    assert set(desk.far.copies().values()) == {1}
    assert desk.far.asked == []


@pytest.mark.parametrize("taken", [True, False])
def test_what_is_in_doubt_is_revoked_proven_absent_and_goes_again(desk: Fenced, taken: bool) -> None:
    breaks(desk, taken=taken)
    number = mailing(desk)
    desk.work()
    assert desk.books(number).in_doubt == 20
    assert desk.campaign(number).status is CampaignStatus.HELD
    desk.pass_time(minutes=60)
    assert desk.books(number).accepted == 20
    assert desk.campaign(number).status is CampaignStatus.FINISHED
    assert len(desk.far.copies()) == 20
    assert set(desk.far.copies().values()) == {1}
    outcomes = [(row.number, row.outcome, row.handle) for row in desk.rows(tables.attempts)]
    assert outcomes == [(1, "absent", "h1"), (2, "accepted", "h2")]
    assert ("newsletter", "absence-proven") in acts(desk)
    order = [Question.REVOKE, Question.REVOKE, Question.CONFIRM, Question.LOOK_UP]
    assert questions(desk)[:4] == order


def test_nobody_is_mailed_again_before_it_is_proven(desk: Fenced) -> None:
    breaks(desk, taken=False)
    mailing(desk)
    desk.work()
    desk.pass_time(seconds=(LEAD + AFTERWARDS).total_seconds() - 60)
    assert len(desk.far.posted) == 1
    desk.pass_time(minutes=3)
    assert len(desk.far.posted) == 2


@pytest.mark.ci
def test_without_the_setting_nothing_goes_again_by_itself(unfenced: Fenced) -> None:
    breaks(unfenced, taken=False)
    number = mailing(unfenced)
    unfenced.work()
    unfenced.pass_time(hours=30)
    assert len(unfenced.far.posted) == 1
    assert unfenced.books(number).held == 20
    assert set(questions(unfenced)) == {Question.LOOK_UP}
    (case,) = settle.cases(unfenced.ctx, number)
    assert case.advice is settle.Advice.RATHER_AGAIN
    assert "absence-proven" not in [act for _, act in acts(unfenced)]


def test_the_log_knows_it(unfenced: Fenced) -> None:
    breaks(unfenced, taken=True)
    unfenced.far.logged = Reply.ACCEPTED
    number = mailing(unfenced)
    unfenced.work()
    unfenced.pass_time(minutes=6)
    assert unfenced.books(number).accepted == 20
    assert set(unfenced.far.copies().values()) == {1}
    ((_, trace),) = unfenced.far.asked
    assert isinstance(trace, Trace)
    assert (trace.instance, trace.attempt, len(trace.people), trace.revoked) == ("test", 1, 3, False)


@pytest.mark.ci
def test_where_revocations_fail_it_stays_in_doubt(desk: Fenced) -> None:
    breaks(desk, taken=True)
    number = mailing(desk)
    desk.work()
    desk.far.away = True
    desk.pass_time(minutes=15)
    desk.far.away = False
    desk.pass_time(hours=25)
    assert len(desk.far.posted) == 1
    assert desk.books(number).held == 20
    assert set(desk.far.copies().values()) == {1}


@pytest.mark.ci
def test_a_revocation_that_does_nothing_is_seen_in_the_log(desk: Fenced) -> None:
    desk.far.spared = True
    breaks(desk, taken=True)
    number = mailing(desk)
    desk.work()
    desk.far.logged = Reply.ACCEPTED
    desk.pass_time(minutes=60)
    assert desk.books(number).accepted == 20
    assert set(desk.far.copies().values()) == {1}


def test_news_of_mail_on_its_way_stops_it_all(desk: Fenced) -> None:
    desk.far.spared = True
    breaks(desk, taken=True)
    number = mailing(desk)
    desk.work()
    desk.pass_time(minutes=21)
    desk.event(1, 1, EventKind.DELIVERED)
    desk.pass_time(minutes=60)
    assert desk.books(number).accepted == 20
    assert set(desk.far.copies().values()) == {1}
    assert len(desk.far.posted) == 1


@pytest.mark.parametrize("kind", [EventKind.PROCESSED, EventKind.DROPPED])
def test_that_it_was_taken_says_nothing_once_it_is_revoked(desk: Fenced, kind: EventKind) -> None:
    """It was taken, and is discarded: to count it as handed over would lose these people."""
    breaks(desk, taken=True)
    number = mailing(desk)
    desk.work()
    desk.pass_time(minutes=1)
    desk.event(1, 1, kind)
    desk.pass_time(minutes=60)
    assert desk.books(number).accepted == 20
    assert len(desk.far.copies()) == 20
    assert set(desk.far.copies().values()) == {1}


def test_news_before_the_revocation_make_it_needless(desk: Fenced) -> None:
    breaks(desk, taken=True)
    number = mailing(desk)
    desk.start()
    submit_next(Desk(desk.ctx, "me"))
    desk.event(1, 1)
    desk.pass_time(minutes=30)
    assert Question.REVOKE not in questions(desk)
    assert desk.books(number).accepted == 20
    assert set(desk.far.copies().values()) == {1}


def test_a_cancelled_mailing_gets_nothing_more(desk: Fenced) -> None:
    breaks(desk, taken=True)
    number = mailing(desk)
    desk.work()
    control.cancel(desk.ctx, number)
    desk.pass_time(minutes=60)
    assert len(desk.far.posted) == 1
    books = desk.books(number)
    assert (books.cancelled, books.in_doubt, books.held) == (20, 0, 0)
    assert desk.far.taken == []


def test_a_mailing_held_for_another_reason_waits_on(desk: Fenced) -> None:
    breaks(desk, taken=False)
    number = mailing(desk, 40)
    submit_next(Desk(desk.ctx, "me"))
    control.pause(desk.ctx, number)
    desk.pass_time(minutes=60)
    assert len(desk.far.posted) == 1
    assert desk.books(number).pending == 40


@pytest.mark.ci
@pytest.mark.ci
def test_a_batch_goes_again_only_so_often(desk: Fenced) -> None:
    breaks(desk, taken=False, times=99)
    number = mailing(desk)
    desk.work()
    for _ in range(RESENDS + 1):
        desk.pass_time(minutes=30)
    assert len(desk.far.posted) == RESENDS + 1
    assert desk.books(number).held == 20
    (case,) = settle.cases(desk.ctx, number)
    assert case.advice is settle.Advice.AGAIN, "nobody has anything: that is proven"


@pytest.mark.ci
@pytest.mark.ci
def test_no_more_revocations_than_there_is_room_for(desk: Fenced) -> None:
    """The others stay in doubt; room is made when the first are settled."""
    desk.far.most = 2
    breaks(desk, taken=False, times=3)
    number = mailing(desk, 60)
    desk.work()
    desk.pass_time(minutes=50)
    books = desk.books(number)
    assert (books.accepted, books.in_doubt) == (40, 20)
    assert max(desk.far.copies().values()) == 1
    desk.pass_time(seconds=ROOM.total_seconds() + 60)
    assert desk.far.cancelled == {}
    assert questions(desk).count(Question.RELEASE) == 2


@pytest.mark.ci
def test_room_is_made_as_soon_as_it_is_wanted(desk: Fenced) -> None:
    desk.far.most = 1
    breaks(desk, taken=False, times=2)
    number = mailing(desk)
    desk.work()
    desk.pass_time(minutes=70)
    assert desk.books(number).accepted == 20
    assert [row.outcome for row in desk.rows(tables.attempts)] == ["absent", "absent", "accepted"]


def test_without_a_handle_nothing_leaves(desk: Fenced) -> None:
    desk.far.away = True
    number = mailing(desk)
    desk.work()
    assert desk.far.posted == []
    assert desk.books(number).pending == 20
    desk.far.away = False
    desk.pass_time(minutes=5)
    assert desk.books(number).accepted == 20


def test_a_key_that_may_not_pauses_the_mailing_and_says_so(
    desk: Fenced, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> str:
        raise ConfigurationError("this key may not", code="revocable-refused")

    monkeypatch.setattr(desk.far, "reserve", refuse)
    number = mailing(desk)
    desk.work()
    found = desk.campaign(number)
    assert (found.status, desk.far.posted) == (CampaignStatus.PAUSED, [])
    assert "this key may not" in found.reason


def test_a_provider_that_cannot_take_back_is_not_handed_anything(desk: Fenced) -> None:
    desk.far.capabilities = Capabilities(max_recipients=1000, events=True)
    number = mailing(desk)
    desk.work()
    assert (desk.campaign(number).status, desk.far.posted) == (CampaignStatus.PAUSED, [])


def test_what_leaves_later_must_not_leave_after_its_time(desk: Fenced) -> None:
    number = mailing(desk)
    with desk.ctx.store.write() as db:
        db.execute(tables.waves.update().values(expires_at=desk.clock[0] + LEAD - timedelta(seconds=1)))
    desk.work()
    assert desk.books(number).expired == 20
    assert desk.far.posted == []


def test_a_call_that_slept_does_not_begin(desk: Fenced) -> None:
    number = mailing(desk)
    worker = Desk(desk.ctx, "me")
    batch = submit.claim_next(desk.ctx, "me", None)
    assert batch
    flight = submit._begin(worker, batch)
    assert flight
    desk.later(seconds=FRESH.total_seconds() + 1)
    submit._write_down(desk.ctx, flight, submit._call(desk.ctx, flight))
    assert desk.far.posted == []
    assert desk.books(number).pending == 20


def test_a_process_that_may_be_asleep_is_not_counted_as_over(desk: Fenced) -> None:
    """Its lease ran out, and it may yet post: nothing is revoked and nothing goes again, until it is known to be gone."""
    number = mailing(desk)
    batch = submit.claim_next(desk.ctx, "elsewhere", None)
    assert batch
    assert submit._begin(Desk(desk.ctx, "elsewhere"), batch)
    desk.pass_time(minutes=40)
    assert desk.books(number).in_doubt == 20
    assert Question.REVOKE not in questions(desk)
    assert desk.far.posted == []


def test_a_process_that_is_gone_is_over(desk: Fenced) -> None:
    number = mailing(desk)
    batch = submit.claim_next(desk.ctx, "dead", None)
    assert batch
    flight = submit._begin(Desk(desk.ctx, "dead"), batch)
    assert flight
    desk.far.submit(flight.parcel)
    with desk.ctx.store.write() as db:
        waking.abandon(db, desk.ctx.now())
    desk.pass_time(minutes=60)
    assert desk.books(number).accepted == 20
    assert set(desk.far.copies().values()) == {1}


def test_after_a_backup_was_put_back_nothing_is_revoked(desk: Fenced) -> None:
    """What was in doubt then may have been settled, and gone again, since the backup was made."""
    breaks(desk, taken=False)
    number = mailing(desk)
    desk.work()
    claim.claim(desk.ctx, restored=True)
    asked = len(desk.far.asked)
    desk.pass_time(minutes=60)
    assert {question for question, _ in desk.far.asked[asked:]} <= {Question.LOOK_UP, Question.RELEASE}
    assert len(desk.far.posted) == 1
    assert desk.books(number).in_doubt == 20


@pytest.mark.ci
def test_a_person_decides_while_it_is_being_proven(desk: Fenced) -> None:
    """What was revoked reaches nobody: it is not counted as handed over while that can still be proven."""
    breaks(desk, taken=True)
    number = mailing(desk)
    desk.work()
    desk.pass_time(minutes=5)
    with pytest.raises(NotAllowed) as refused:
        settle.decide(desk.ctx, number, settle.Decision.ASSUME)
    assert refused.value.code == "proof-to-come"
    desk.pass_time(minutes=60)
    assert desk.books(number).accepted == 20
    assert set(desk.far.copies().values()) == {1}
    assert len(desk.far.copies()) == 20


def test_a_question_whose_answer_was_lost_is_asked_again(desk: Fenced) -> None:
    breaks(desk, taken=True)
    number = mailing(desk)
    desk.work()
    before = len(desk.far.asked)

    def dies() -> None:
        raise KeyboardInterrupt

    desk.far.while_asked = dies
    desk.later(seconds=ARRIVAL.total_seconds())
    with pytest.raises(KeyboardInterrupt):
        inquiring.inquire(desk.ctx)
    assert [row.reply for row in desk.rows(tables.inquiries)][-1] == ""
    desk.far.while_asked = lambda: None
    desk.pass_time(minutes=60)
    assert len(desk.far.asked) > before
    assert desk.books(number).accepted == 20
    assert set(desk.far.copies().values()) == {1}


def test_every_question_is_in_the_books_before_it_is_asked(desk: Fenced) -> None:
    breaks(desk, taken=True)
    mailing(desk)
    desk.work()
    seen: list[str] = []
    desk.far.while_asked = lambda: seen.append(desk.rows(tables.inquiries)[-1].question)
    desk.far.asked.clear()
    desk.pass_time(minutes=60)
    assert seen == [question.value for question in questions(desk)]


# --- what staff are told ---


def held(desk: Fenced, count: int = 20) -> int:
    """A mailing of which nothing is known, held since just now."""
    breaks(desk, taken=True, times=9)
    number = mailing(desk, count)
    desk.work()
    desk.later(hours=24, minutes=1)
    settle.settle(desk.ctx)
    assert desk.books(number).held == count
    return number


def test_after_a_day_staff_are_told_once(unfenced: Fenced, monkeypatch: pytest.MonkeyPatch) -> None:
    number = held(unfenced, 40)
    jay, zoe = Listener(), Listener("smtp zoe@ngen.example", ("fr",))
    with listening(monkeypatch, jay, zoe):
        notices.deliver(unfenced.ctx)
        first = len(jay.heard)
        unfenced.later(hours=23)
        settle.settle(unfenced.ctx)
        notices.deliver(unfenced.ctx)
        assert len(jay.heard) == first
        unfenced.later(hours=2)
        for _ in range(3):
            settle.settle(unfenced.ctx)
            notices.deliver(unfenced.ctx)
        assert jay.subjects[first:] == ["Please decide: Hello, 40 recipients not confirmed"]
        assert zoe.subjects[-1] == "À trancher\u00a0: Hello, 40\u00a0destinataires à confirmer"
        assert f"newsletter settle {number}" in jay.heard[-1].paragraphs[-1]
        unfenced.later(hours=48)
        settle.settle(unfenced.ctx)
        notices.deliver(unfenced.ctx)
        assert len(jay.subjects[first:]) == 1


def test_what_was_decided_meanwhile_is_not_asked_for(
    unfenced: Fenced, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = held(unfenced)
    unfenced.later(hours=25)
    settle.settle(unfenced.ctx)
    settle.decide(unfenced.ctx, number, settle.Decision.ASSUME)
    jay = Listener()
    with listening(monkeypatch, jay):
        notices.deliver(unfenced.ctx)
    assert not [subject for subject in jay.subjects if subject.startswith("Please decide")]


def test_the_notice_leads_to_the_studio_where_others_reach_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for desk in made(tmp_path, NEWSLETTER_STUDIO_BASE_URL="https://studio.ngen.example"):
        number = held(desk)
        desk.later(hours=25)
        settle.settle(desk.ctx)
        jay = Listener()
        with listening(monkeypatch, jay):
            notices.deliver(desk.ctx)
        assert jay.heard[-1].url == f"https://studio.ngen.example/mailings/{number}#unclear"


def test_each_case_tells_what_was_asked_and_answered(desk: Fenced) -> None:
    breaks(desk, taken=False)
    number = mailing(desk)
    desk.work()
    desk.pass_time(minutes=4)
    (case,) = settle.cases(desk.ctx, number)
    assert case.advice is settle.Advice.WAIT
    assert case.proof_at == (case.due_at or desk.clock[0]) + AFTERWARDS
    told = "\n".join(settle.evidence(desk.ctx, number))
    assert told.count("the service was told to revoke it: it is revoked") == 2
    assert "proven absent at 14:25 UTC" in told
    shown = settle.as_json(case)
    assert [one["question"] for one in shown["asked"]] == ["revoke", "revoke"]  # type: ignore[attr-defined]
    for one in case.asked:
        assert inquiry_words.told(one).fr == "révocation demandée au service\u00a0: il est révoqué"


def test_every_question_and_answer_has_words() -> None:
    assert set(inquiry_words.QUESTIONS) == set(Question)
    assert set(inquiry_words.REPLIES) == set(Reply)


def test_whoever_watches_waits_for_the_proof(desk: Fenced) -> None:
    breaks(desk, taken=False)
    number = mailing(desk)
    desk.work()
    assert desk.campaign(number).status is CampaignStatus.HELD
    assert not progress.stands_still(desk.ctx, number)
    assert progress.glance(desk.ctx, number).proof_at == desk.clock[0] + LEAD + AFTERWARDS
    desk.far.away = True
    desk.pass_time(minutes=11)
    assert progress.stands_still(desk.ctx, number), "it could not be revoked: nothing more happens by itself"
