"""The ledger as a state machine: mailings to people who overlap, any order of answers, crashes, pauses, cancels, edits, leavers and
evidence; the provider's log is the judge.

Beside them the mailings that complete others: the refused, late joiners, a corrected text for those not reached, a short correction
to those who have it; whatever their order, each family is one account that adds up. And people who move to another address, mailings that are given another time.

W1 nobody, by address or by person, gets two copies (unless a person decided to send again); W2 nobody who had left when their batch was committed to leave
gets one; W3 every account closes, and says what happened; W6 doing again what was done changes nothing; W8 while everything is
held nothing leaves but what a person let out of it; W9 nothing leaves that fewer people approved, as it is, than the settings ask for.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import or_, select

from newsletter.model.approval import How, Yes
from newsletter.model.campaign import BatchState, CampaignStatus, DeliveryState
from newsletter.model.errors import NotAllowed, NotFound, RefusalScope, Refused, Unavailable, Uncertain
from newsletter.model.event import EventKind
from newsletter.model.hold import HELD_BY
from newsletter.model.outbound import Receipt
from newsletter.model.sequel import SequelKind
from newsletter.pipeline import (
    approve,
    control,
    correct,
    due,
    hold,
    plan,
    reschedule,
    sequels,
    settle,
    submit,
    whole,
)
from newsletter.pipeline import members as of_members
from newsletter.pipeline.submit import Desk, submit_next
from newsletter.store.tables import approvals, batches, deliveries, members, suppressions, waves
from newsletter.store.upserts import insert
from tests.ledger import Answer, Bench, Benches, edition
from tests.seed import people, seed
from tests.timed import in_time

PEOPLE = 23
_BENCHES = Benches()

ANSWERS = st.sampled_from(
    ["ok"] * 4
    + ["lost-taken", "lost-not", "busy", "busy-long", "account", "refused", "named", "bad-address"]
    + ["crash-in-call"]
)


RAISED: dict[str, Callable[[], Exception]] = {
    "lost-taken": lambda: Uncertain("time-out", code="x"),
    "lost-not": lambda: Uncertain("reset", code="x"),
    "busy": lambda: Unavailable("429", code="x", retry_after=5),
    "busy-long": lambda: Unavailable("429", code="x", retry_after=3000),
    "account": lambda: Refused("401", code="x", scope=RefusalScope.ACCOUNT),
    "refused": lambda: Refused("400", code="x", scope=RefusalScope.REQUEST),
    "crash-in-call": ZeroDivisionError,
}


class Sending(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        environ = {"NEWSLETTER_SEND_BATCH_SIZE": "5", "NEWSLETTER_SEND_GRACE_MINUTES": "100000"}
        self.bench: Bench = self.stack.enter_context(_BENCHES.another(environ))
        self.worker = Desk(self.bench.ctx, "one")
        patch = self.stack.enter_context(pytest.MonkeyPatch.context())
        # There are no files here: what they say now is what was approved.
        patch.setattr("newsletter.pipeline.freeze.differs", lambda *_: False)
        self.mailings: list[int] = []
        self.freed: set[int] = set()  # mailings that a person let out of the newest hold
        self.left: set[str] = set()  # who had left, as acknowledged
        self.excused: set[str] = set()  # whom a person decided to send to again
        self.assumed: set[str] = set()  # whom a person counted as reached
        self.moved = False  # somebody gave a mailing another time
        self.limited = False  # a time was set after which nothing leaves
        self.flying: list[submit.Flight] = []
        self.in_the_air = 0  # calls that were committed to leave, and may be made after a stop
        self.told: set[tuple[int, int, int]] = set()  # evidence given at the end
        self.bad = "p7@reader.example"
        self.refused_alone: set[str] = set()  # whom the provider refused in a request of their own
        self.joined = 0  # who came after the first mailing
        self.stopped: dict[
            int, int
        ] = {}  # mailings that were stopped to be corrected, with what had left of them
        self.addresses = {
            who: [f"p{who}@reader.example"] for who in range(PEOPLE)
        }  # each one's, oldest first
        self.judged = 0  # calls to the provider whose approvals were looked at

    def teardown(self) -> None:
        try:
            self.finish_and_judge()
        finally:
            self.stack.close()

    @initialize(
        gentle=st.booleans(),
        started=st.sampled_from([True, True, False]),
        people_needed=st.sampled_from([1, 1, 2]),
    )
    def begin(self, gentle: bool, started: bool, people_needed: int) -> None:
        # Neither weeks nor those who leave make an approval stale here: that is judged elsewhere.
        fresh = {"approval.people": people_needed, "approval.days": 0, "approval.difference": 1.0}
        values = {**self.bench.ctx.settings.values, **fresh}
        self.bench.ctx = replace(self.bench.ctx, settings=replace(self.bench.ctx.settings, values=values))
        self.worker = Desk(self.bench.ctx, "one")
        (self.bench.ctx.root / "segments.toml").write_text(
            "[ontario]\nwhere = 'province == \"ON\"'\n", encoding="utf-8"
        )
        seed(self.bench.ctx, people(PEOPLE))
        self.number = self.bench.mailing(gentle=gentle).id
        self.mailings.append(self.number)
        if started:
            self.bench.start()

    # --- the provider ---

    def answer(self, kind: str) -> Answer:
        """How the provider answers: with a receipt, or by raising one of the answers that are not yes."""

        def given(body: Any) -> Receipt:
            bad = tuple(n for n, (_, address) in enumerate(body.people) if address == self.bad)
            if kind == "lost-taken":
                self.bench.witness.take(body)
            if len(body.people) == 1 and (kind == "refused" or (bad and kind == "bad-address")):
                self.refused_alone.add(body.people[0][1])
            raised = RAISED.get(kind)
            if raised is not None:
                raise raised()
            if bad and kind == "named":
                raise Refused("400", code="x", scope=RefusalScope.MEMBERS, members=bad)
            if bad and kind == "bad-address":
                raise Refused("400", code="x", scope=RefusalScope.REQUEST)
            return Receipt("ok")

        return given

    @rule(kind=ANSWERS, times=st.integers(1, 4))
    def hand_over(self, kind: str, times: int) -> None:
        self.bench.witness.answer = self.answer(kind)
        for _ in range(times):
            before = set(self.left)
            taken = len(self.bench.witness.taken)
            posted = len(self.bench.witness.posted)
            barred = hold.standing(self.bench.ctx) is not None
            submit_next(self.worker)
            left = {self.mailing_of(batch) for batch, _ in self.bench.witness.posted[posted:]}
            assert not barred or left <= self.freed, "it left while everything was held"
            got = {address for _, _, _, address in self.bench.witness.taken[taken:]}
            assert not got & before, "somebody who had left got it"

    # --- crashes of the program, at each step of a batch ---

    @rule()
    def die_after_claim(self) -> None:
        submit.claim_next(self.bench.ctx, "dead", None)

    @rule()
    def commit_to_leave(self) -> None:
        batch = submit.claim_next(self.bench.ctx, "two", None)
        flight = submit._begin(Desk(self.bench.ctx, "two"), batch) if batch else None
        barred = hold.standing(self.bench.ctx) is not None
        assert not (flight and barred) or flight.batch.campaign in self.freed
        if flight:
            self.flying.append(flight)
            self.in_the_air += 1

    @precondition(lambda self: self.flying)
    @rule(dies=st.booleans())
    def call(self, dies: bool) -> None:
        """The provider takes it; the program dies before the answer is written down, or not (and may have been fenced)."""
        flight = self.flying.pop(0)
        self.bench.witness.answer = self.answer("ok")
        found = submit._call(self.bench.ctx, flight)
        if not dies:
            with self.bench.ctx.store.write() as db:
                submit.conclude.conclude(self.bench.ctx, db, flight, found)

    @rule()
    def restart(self) -> None:
        due.recover(self.bench.ctx)
        self.bench.start()

    # --- people, time, evidence ---

    def any_mailing(self, which: int) -> int:
        return self.mailings[which % len(self.mailings)]

    @rule(which=st.integers(0, 9))
    def pause_it(self, which: int) -> None:
        number = self.any_mailing(which)
        waiting = {CampaignStatus.SCHEDULED, CampaignStatus.SENDING}
        try:
            control.pause(self.bench.ctx, number)
        except NotAllowed:
            assert self.bench.campaign(number).status not in waiting

    @rule(which=st.integers(0, 9))
    def resume_it(self, which: int) -> None:
        number = self.any_mailing(which)
        barred = hold.standing(self.bench.ctx) is not None and number not in self.freed
        undecided = self.undecided(number)
        try:
            control.resume(self.bench.ctx, number)
        except NotAllowed:
            assert barred or undecided
        else:
            assert not undecided, "only an approval lets it go"

    def under_way(self, number: int) -> bool:
        found = self.bench.campaign(number)
        return found.started_at is not None and not found.status.over

    def undecided(self, number: int) -> bool:
        """It, or the new time of those who have not got it, waits for an approval."""
        found = self.bench.campaign(number)
        return found.status is CampaignStatus.DRAFT or reschedule.begun(found)

    @rule(which=st.integers(0, 9), hours=st.sampled_from([2.0, 20.0]), at_once=st.booleans())
    def give_another_time(self, which: int, hours: float, at_once: bool) -> None:
        """Those who have it, or may have it, keep theirs; nothing goes out for the new one before it is approved."""
        begun = [one for one in self.mailings if self.under_way(one)]  # rarer than those that wait
        number = begun[which % len(begun)] if begun else self.any_mailing(which)
        try:
            move = reschedule.look(self.bench.ctx, number, in_time(self.bench, hours))
            reschedule.reschedule(self.bench.ctx, move)
        except NotAllowed:
            return
        self.moved = True
        assert self.undecided(number)
        if at_once and sequels.of(self.bench.ctx, number) is None:
            reschedule.approve_moved(self.bench.ctx, move)

    # --- one switch that stops everything ---

    @rule(hours=st.sampled_from([None, 0.05, 40.0]))
    def hold_everything(self, hours: float | None) -> None:
        until = self.bench.clock[0] + timedelta(hours=hours) if hours else None
        live = {CampaignStatus.SENDING, CampaignStatus.SCHEDULED}
        going = {number for number in self.mailings if self.bench.campaign(number).status in live}
        done = hold.hold(self.bench.ctx, "a mistake", until)
        assert set(done.stopped) == going
        self.freed.clear()

    @rule()
    def end_the_hold(self) -> None:
        before = [self.bench.campaign(number).status for number in self.mailings]
        hold.release(self.bench.ctx)
        after = [self.bench.campaign(number).status for number in self.mailings]
        assert before == after, "nothing goes on by itself"

    @rule(which=st.integers(0, 9), late=st.booleans())
    def let_it_go(self, which: int, late: bool) -> None:
        number = self.any_mailing(which)
        kept = self.bench.campaign(number).reason.startswith(HELD_BY)
        try:
            hold.release(self.bench.ctx, number, late=late)
        except NotAllowed:
            assert not kept or self.limited or self.moved
        else:
            assert kept
            self.freed.add(number)

    def mailing_of(self, batch: int) -> int:
        with self.bench.ctx.store.read() as db:
            query = select(batches.c.campaign_id).where(batches.c.id == batch)
            return int(db.execute(query).scalar_one())

    @rule(which=st.integers(0, 9), sure=st.sampled_from([False, False, True]))
    def cancel_it(self, which: int, sure: bool) -> None:
        number = self.any_mailing(which)
        over = self.bench.campaign(number).status.over
        if sure or over:
            try:
                control.cancel(self.bench.ctx, number)
            except NotAllowed:
                assert over

    @rule()
    def another_to_some_of_them(self) -> None:
        """To people of Ontario, the text mended: whoever has it, or is about to, gets no second copy."""
        number = self.bench.mailing(edition(word="-mended"), include=("ontario",)).id
        if number not in self.mailings:
            self.mailings.append(number)
        self.bench.start()

    @rule()
    def one_more_copy(self) -> None:
        before = self.bench.campaign(self.number).status
        number = self.bench.mailing(again="the date was wrong").id
        assert before.over or number == self.number
        if number not in self.mailings:
            self.mailings.append(number)
        self.bench.start()

    # --- mailings that complete others ---

    @rule(which=st.integers(0, 9), kind=st.sampled_from([SequelKind.RETRY, SequelKind.LATE]))
    def complete(self, which: int, kind: SequelKind) -> None:
        """Only the refused, or only late joiners; twice is once."""
        try:
            offered = sequels.offer(self.bench.ctx, self.any_mailing(which), kind)
        except NotAllowed:
            return
        number = sequels.begin(self.bench.ctx, offered).id
        assert sequels.begin(self.bench.ctx, offered).id == number
        self.approved(number, offered.ask.edition.id)

    @rule(which=st.integers(0, 9), unchanged=st.booleans(), at_once=st.booleans())
    def stop_and_correct(self, which: int, unchanged: bool, at_once: bool) -> None:
        try:
            done = correct.correct(self.bench.ctx, self.any_mailing(which), unchanged=unchanged)
        except NotAllowed:
            return
        assert done.stopped.status.over
        self.stopped.setdefault(done.stopped.id, len(self.posted_of(done.stopped.id)))
        if done.sequel.id not in self.mailings:
            self.mailings.append(done.sequel.id)
        if at_once:
            self.approved(done.sequel.id, None if unchanged else self.right(done.sequel.id))

    @rule(which=st.integers(0, 9), at_once=st.booleans())
    def tell_those_who_have_it(self, which: int, at_once: bool) -> None:
        """A short correction, an issue of its own; twice is once."""
        try:
            told = correct.tell(self.bench.ctx, self.any_mailing(which)).sequel
        except NotAllowed:
            return
        assert correct.tell(self.bench.ctx, self.any_mailing(which)).sequel.id == told.id
        if told.id not in self.mailings:
            self.mailings.append(told.id)
        if at_once:
            self.approved(told.id, self.right(told.id))

    def right(self, number: int) -> str:
        """A text for a sequel that is no other's."""
        return self.bench.keep(edition(self.bench.campaign(number).slug, word=f"-right{number}"))

    def approved(self, number: int, text: str | None) -> None:
        """Approved with this text, or refused because it is none that was corrected; begun where nothing keeps it back."""
        if number not in self.mailings:
            self.mailings.append(number)
        found = self.bench.campaign(number)
        if found.status is not CampaignStatus.DRAFT:
            return
        ask = approve.ask_of(self.bench.ctx, found, sequels.edition_of(self.bench.ctx, found))
        counts = plan.count(self.bench.ctx, ask)
        assert counts.mailed <= PEOPLE + self.joined
        approve.approve(self.bench.ctx, number, counts.zones, edition=text)
        self.bench.start()

    @rule()
    def somebody_joins(self) -> None:
        seed(self.bench.ctx, people(PEOPLE + self.joined + 1)[PEOPLE + self.joined :])
        self.joined += 1

    def posted_of(self, number: int) -> list[tuple[int, int]]:
        return [one for one in self.bench.witness.posted if self.mailing_of(one[0]) == number]

    @invariant()
    def nothing_leaves_of_what_was_stopped(self) -> None:
        """But what was in the air then, and is posted by `call`."""
        for number, before in self.stopped.items():
            assert len(self.posted_of(number)) <= before + self.in_the_air

    @rule(hours=st.sampled_from([0.05, 20.0]))
    def time_is_limited(self, hours: float) -> None:
        until = self.bench.clock[0] + timedelta(hours=hours)
        self.limited = True
        with self.bench.ctx.store.write() as db:
            db.execute(waves.update().values(expires_at=until))

    @rule(who=st.integers(0, PEOPLE - 1))
    def move(self, who: int) -> None:
        """Somebody has another address from now on; what was written down for the old one still goes there."""
        known = self.addresses[who]
        there = f"p{who}-{len(known)}@reader.example"
        try:
            of_members.edit(self.bench.ctx, known[-1], of_members.Changes(fields={"email": there}))
        except (NotAllowed, NotFound):
            assert known[-1] in self.left
        else:
            known.append(there)

    @rule(who=st.integers(0, PEOPLE - 1))
    def erase(self, who: int) -> None:
        with self.bench.ctx.store.write() as db:
            db.execute(members.delete().where(members.c.email == self.addresses[who][-1]))
        self.left.update(self.addresses[who])

    @rule(who=st.integers(0, PEOPLE - 1))
    def leave(self, who: int) -> None:
        address = self.addresses[who][-1]
        with self.bench.ctx.store.write() as db:
            key = db.execute(select(members.c.address_key).where(members.c.email == address)).scalar()
            if key is not None:
                row = {"address_key": key, "reason": "unsubscribed", "at": self.bench.clock[0]}
                db.execute(insert(db, suppressions).values(row).on_conflict_do_nothing())
        self.left.update(self.addresses[who])

    @rule(hours=st.sampled_from([0.001, 0.1, 30.0]))
    def time_passes(self, hours: float) -> None:
        self.bench.later(hours=hours)

    @precondition(lambda self: self.bench.witness.taken)
    @rule(
        which=st.integers(0, 10**6),
        kind=st.sampled_from([EventKind.PROCESSED, EventKind.DELIVERED, EventKind.BOUNCED]),
    )
    def event(self, which: int, kind: EventKind) -> None:
        batch, attempt, delivery, _ = self.bench.witness.taken[which % len(self.bench.witness.taken)]
        self.bench.event(batch, attempt, kind, delivery)

    @rule()
    def look_for_evidence(self) -> None:
        settle.settle(self.bench.ctx)
        again = settle.settle(self.bench.ctx)
        assert (again.accepted, again.held) == (0, 0)

    @rule(which=st.integers(0, 9), decision=st.sampled_from(list(settle.Decision)))
    def decide(self, which: int, decision: settle.Decision) -> None:
        number = self.any_mailing(which)
        unclear = self.unclear(number)
        cancelled = self.bench.campaign(number).status is CampaignStatus.CANCELLED
        try:
            settle.decide(self.bench.ctx, number, decision)
        except NotAllowed:
            assert not unclear or (cancelled and decision is settle.Decision.AGAIN)
            return
        if decision is settle.Decision.AGAIN:
            self.excused |= unclear
        else:
            self.assumed |= unclear

    @rule()
    def same_send_again(self) -> None:
        found = self.bench.mailing()
        assert found.id in self.mailings

    @rule()
    def edited_send_again(self) -> None:
        before = {number: self.bench.campaign(number).status for number in self.mailings}
        number = self.bench.mailing(edition(word="-edited")).id
        drafted = before[number] is CampaignStatus.DRAFT  # nothing was approved: it is planned anew
        assert drafted or self.bench.campaign(number).status in {before[number], CampaignStatus.HELD}

    @rule(which=st.integers(0, 9))
    def approve_the_edit(self, which: int) -> None:
        """Of a mailing that was held before it began, a person takes the new text."""
        number = self.any_mailing(which)
        before = self.bench.campaign(number)
        try:
            approve.approve(self.bench.ctx, number, {}, edition=self.bench.keep(edition(word="-edited")))
        except NotAllowed:
            assert before.started_at or before.status is not CampaignStatus.HELD

    @rule(which=st.integers(0, 9), person=st.sampled_from(["Ann Lee", "ann  lee", "Line Roy"]))
    def another_person_approves(self, which: int, person: str) -> None:
        number = self.any_mailing(which)
        before = self.bench.campaign(number)
        try:
            approve.approve(self.bench.ctx, number, {}, yes=Yes(How.EMAIL, person))
        except NotAllowed:
            waits = before.status in {CampaignStatus.DRAFT, CampaignStatus.HELD}
            whole_text = (
                sequels.of(self.bench.ctx, number) is None
            )  # else it may be the text that was stopped
            assert before.started_at or not waits or not whole_text

    def approvers(self, number: int) -> set[str]:
        """Who said yes to a mailing exactly as it is."""
        query = select(approvals.c.person).where(
            approvals.c.campaign_id == number, approvals.c.edition_id == self.bench.campaign(number).edition
        )
        with self.bench.ctx.store.read() as db:
            return {" ".join(person.casefold().split()) for (person,) in db.execute(query)}

    def ledger(self, number: int | None = None) -> list[Any]:
        """Delivery, copy, address, its own state, its batch's state; of one mailing or of all."""
        query = (
            select(
                deliveries.c.id, deliveries.c.copy, deliveries.c.address, deliveries.c.state, batches.c.state
            )
            .join_from(deliveries, batches, batches.c.id == deliveries.c.batch_id)
            .where(or_(number is None, batches.c.campaign_id == number))
        )
        with self.bench.ctx.store.read() as db:
            return list(db.execute(query))

    def unclear(self, number: int) -> set[str]:
        return {
            address
            for _, _, address, own, state in self.ledger(number)
            if own == DeliveryState.BATCHED and state in {BatchState.IN_DOUBT, BatchState.HELD}
        }

    # --- what always holds ---

    @invariant()
    def nobody_twice(self) -> None:
        taken = Counter(delivery for _, _, delivery, _ in self.bench.witness.taken)
        reached: dict[tuple[object, ...], int] = defaultdict(int)
        for delivery, occasion, copy, address, member, own in self.places():
            assert taken[delivery] <= 1 or address in self.excused
            if own != DeliveryState.REJECTED:  # refused when a person had sent it again: its place is free
                reached[occasion, copy, address] += delivery in taken
                reached[occasion, copy, member] += delivery in taken
        assert max(reached.values(), default=0) <= 1, "two mailings reached one person"

    def places(self) -> list[Any]:
        """Delivery, occasion, copy, address, member, its own state."""
        names = ("id", "occasion_id", "copy", "address", "member_id", "state")
        with self.bench.ctx.store.read() as db:
            return list(db.execute(select(*(deliveries.c[name] for name in names))))

    @invariant()
    def nothing_left_unapproved(self) -> None:
        needed = self.bench.ctx.settings.whole("approval.people")
        fresh, self.judged = self.bench.witness.posted[self.judged :], len(self.bench.witness.posted)
        for number in {self.mailing_of(batch) for batch, _ in fresh}:
            assert len(self.approvers(number)) >= needed, "it left without its approvals"

    @invariant()
    def books_balance(self) -> None:
        for number in self.mailings:
            assert self.bench.books(number).candidates <= PEOPLE + self.joined

    def finish_and_judge(self) -> None:
        """The runner comes back, the provider is well, evidence arrives: everybody is accounted for."""
        self.bench.witness.answer = self.answer("ok")
        due.recover(self.bench.ctx)
        self.approve_the_rest()
        self.ends_or_says_why()
        hold.release(self.bench.ctx)
        for _ in range(4):
            self.let_all_go()
            self.bench.later(hours=30)
            while submit_next(self.worker):
                pass
            for batch, attempt, delivery, _ in list(self.bench.witness.taken):
                if (batch, attempt, delivery) not in self.told:
                    self.told.add((batch, attempt, delivery))
                    self.bench.event(batch, attempt, EventKind.OPENED, delivery)
            settle.settle(self.bench.ctx)
        due.close_ended(self.bench.ctx)
        for number in self.mailings:
            self.judge(number)
            sequel = sequels.of(self.bench.ctx, number)
            if sequel is None or not sequel.kind.same_issue:
                self.judge_family(number)

    def let_all_go(self) -> None:
        """What waits for a person is approved or goes on."""
        self.approve_the_rest()
        for number in self.mailings:
            if not self.bench.campaign(number).status.over:
                control.resume(self.bench.ctx, number)
        self.bench.start()

    def judge_family(self, number: int) -> None:
        """A mailing and all that completed it are one account: nobody in it twice, nobody missing."""
        found = whole.whole(self.bench.ctx, number)
        books = found.total.books
        assert books.faults() == []
        assert min(books.candidates, books.prepared, books.cancelled, books.rejected) >= 0
        assert books.candidates <= PEOPLE + self.joined

    def approve_the_rest(self) -> None:
        """What still waited for a person, or for a second one."""
        for number, person in product(self.mailings, ("tester", "Ann Lee")):
            if reschedule.begun(self.bench.campaign(number)):
                reschedule.approve_rest(self.bench.ctx, number, Yes(person=person))
            if self.bench.campaign(number).status is CampaignStatus.DRAFT:
                sequel = sequels.of(self.bench.ctx, number)
                text = self.right(number) if sequel else None
                approve.approve(self.bench.ctx, number, {}, edition=text, yes=Yes(person=person))

    def ends_or_says_why(self) -> None:
        """Given time, and nobody's help: what does not come to its end is paused or held, never silently under way."""
        for _ in range(3):
            self.bench.start()
            while submit_next(self.worker):
                pass
            self.bench.later(hours=25)  # beyond every time that was given
        for number in self.mailings:
            found = self.bench.campaign(number).status
            draft = found is CampaignStatus.DRAFT and sequels.of(self.bench.ctx, number) is not None
            assert found.over or draft or found in {CampaignStatus.PAUSED, CampaignStatus.HELD}

    def judge(self, number: int) -> None:
        """The mailing is at its end, or says that it waits for a person; and its books say what happened."""
        books, found = self.bench.books(number), self.bench.campaign(number)
        assert books.pending == 0
        held = CampaignStatus.HELD if books.in_doubt + books.held else CampaignStatus.FINISHED
        assert found.status in {held, CampaignStatus.CANCELLED}, found.reason
        taken = {delivery for _, _, delivery, _ in self.bench.witness.taken}
        for delivery, _, address, own, state in self.ledger(number):
            if own == DeliveryState.BATCHED and state == BatchState.ACCEPTED:
                assert delivery in taken or address in self.assumed, "counted as reached"
            elif own != DeliveryState.BATCHED or state not in {BatchState.IN_DOUBT, BatchState.HELD}:
                assert delivery not in taken or address in self.excused, "counted as not reached"
            if own == DeliveryState.SKIPPED:
                assert address in self.left
            # Only whom the provider named, or refused alone while others of the batch were accepted.
            if own == DeliveryState.REJECTED or state == BatchState.REJECTED:
                assert address in {self.bad} | self.refused_alone | self.assumed


class SendingBeside(Sending):
    """The other half of the examples, for a second processor."""


_HALF = settings(max_examples=settings().max_examples // 2, stateful_step_count=25)
Sending.TestCase.settings = SendingBeside.TestCase.settings = _HALF
TestSending = pytest.mark.filterwarnings("ignore::ResourceWarning")(Sending.TestCase)
TestSendingBeside = pytest.mark.filterwarnings("ignore::ResourceWarning")(SendingBeside.TestCase)
