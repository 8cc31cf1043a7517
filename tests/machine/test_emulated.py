"""The whole of a send as a state machine, against the emulator over HTTP: the real verbs, the real SendGrid provider, faults and
crashes as rules; the emulator's log is the judge.

What the rules know beside the log: who had left when a batch was committed to leave, which texts were approved, whom a person sent
to once more. Our own tables are asked only what they say at the end, and that is held against the log.

W1 nobody gets two copies; W2 nobody who had left; W3 every account closes and says what the log says; W4 every copy is of an approved
text, in the reader's language; W6 doing again what was done changes nothing; W7 nothing leaves after a cancel, a pause or its time.
"""

from __future__ import annotations

import atexit
import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import Any

import httpx
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from newsletter.compose.freeze import freeze
from newsletter.model.campaign import BatchState, CampaignStatus, DeliveryState
from newsletter.model.edition import Edition
from newsletter.model.errors import NotAllowed, NotFound
from newsletter.model.sequel import SequelKind
from newsletter.pipeline import approve, control, correct, due, plan, record, sequels, settle, submit
from newsletter.pipeline import members as of_members
from newsletter.pipeline.flight import Flight
from newsletter.pipeline.submit import Desk, submit_next
from newsletter.providers.http import pooled
from newsletter.providers.sendgrid.provider import Access, SendGrid
from newsletter.settings import Secret
from newsletter.store.tables import batches, deliveries, waves
from tests.databases import POSTGRES
from tests.emulated import KEY, Emulated, emulator
from tests.faults.stage import HookCatcher
from tests.ledger import START, Bench, Benches, edition
from tests.seed import people, seed

PEOPLE = 17
BAD = "p7@reader.example"
_BENCHES = Benches()
_SHORT = httpx.Timeout(connect=2, write=2, read=0.25, pool=2)

#: what the far end does with the next request, as rules of its fault script; or what its account is for the while
FAULTS: dict[str, Mapping[str, object]] = {
    "fine": {},
    "500": {"action": "status", "status": 500},
    "503-taken": {"action": "status", "status": 503, "accepted": True},
    "429": {"action": "rate_limit", "reset": 20},
    "400": {"action": "bare_400"},
    "302": {"action": "redirect"},
    "no-credits": {"action": "status", "status": 401, "message": "Maximum credits exceeded"},
    "403": {"action": "status", "status": 403},
    "reset": {"action": "reset"},
    "reset-taken": {"action": "reset", "accepted": True},
    "reset-mid-body": {"action": "reset_mid_body"},
    "torn-taken": {"action": "truncate", "accepted": True},
    "silent": {"action": "hang", "seconds": 0.6},
    "silent-taken": {"action": "hang", "seconds": 0.6, "accepted": True},
    "closed": {"action": "close_idle", "seconds": 0},
}


@cache
def _far_end() -> tuple[Emulated, HookCatcher]:
    """One emulator for all examples, in a process of its own."""
    stack = ExitStack()
    atexit.register(stack.close)
    hooks = HookCatcher()
    stack.callback(hooks.close)
    flags = ("--journal", "sqlite", "--webhook", hooks.url, "--clock", START.isoformat())
    return stack.enter_context(emulator(*flags)), hooks


@dataclass(frozen=True)
class Left:
    """A batch that was committed to leave, and who had left by then."""

    flight: Flight
    gone: frozenset[str]


def letter(word: str, slug: str = "greeting") -> Edition:
    """An edition whose subject says which text it is, and in which language."""
    artwork = edition(slug).artwork
    texts = {name: replace(text, subject=(f"{word} in {name}",)) for name, text in artwork.texts.items()}
    return freeze(replace(artwork, texts=texts), "ngen")


class Emulating(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        environ = {"NEWSLETTER_SEND_BATCH_SIZE": "5", "NEWSLETTER_SEND_GRACE_MINUTES": "100000"}
        self.bench: Bench = self.stack.enter_context(_BENCHES.another(environ))
        patch = self.stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr("newsletter.pipeline.freeze.differs", lambda *_: False)  # there are no files here
        self.far, self.hooks = _far_end()
        self.far.reset()
        self.hooks.caught.clear()
        self.far.ask("PUT", "/clock", {"now": START.isoformat(), "rate": 0})
        self.account(key=KEY, errors="full")
        access = Access(Secret(KEY), self.far.url, (self.far.webhook_key,))
        provider = SendGrid(access, pooled(self.far.url, timeout=_SHORT))
        self.stack.callback(provider.close)
        self.bench.ctx = replace(self.bench.ctx, provider=lambda _name: provider)
        self.bench.provider = "sendgrid"
        self.worker = Desk(self.bench.ctx, "one")
        self.mailings: list[int] = []
        self.addresses = {who: [f"p{who}@reader.example"] for who in range(PEOPLE)}  # oldest first
        self.gone: set[str] = set()  # addresses of who has left, as acknowledged
        self.approved: set[str] = set()  # words of texts that somebody approved
        self.wrong: set[str] = set()  # words of texts that were stopped, and not let go again
        self.excused: set[str] = set()  # whom a person decided to send to once more
        self.assumed: set[str] = set()  # whom a person counted as reached
        self.copies: Counter[str] = Counter({"greeting": 1})  # how often an issue may reach one person
        self.flying: list[Left] = []
        self.over: dict[int, int] = {}  # mailings that were stopped: copies that the log may hold of them
        self.kept: list[tuple[dict[str, str], bytes]] = []  # posts of events that were delivered already
        self.refused_alone: set[str] = set()
        self.seen = 0  # rows of the log that were judged

    def teardown(self) -> None:
        try:
            self.finish_and_judge()
        finally:
            self.stack.close()

    @initialize(bad=st.sampled_from(["nobody", "named", "not named"]), started=st.booleans())
    def begin(self, bad: str, started: bool) -> None:
        (self.bench.ctx.root / "segments.toml").write_text(
            "[ontario]\nwhere = 'province == \"ON\"'\n", encoding="utf-8"
        )
        seed(self.bench.ctx, people(PEOPLE))
        self.bad = [] if bad == "nobody" else [{"action": "refuse_address", "address": BAD}]
        self.account(errors="bare" if bad == "not named" else "full")
        self.script("fine", 1)
        self.mailing("first")
        if started:
            self.bench.start()

    # --- the far end ---

    def account(self, **changed: object) -> None:
        self.far.ask("PUT", "/account", changed)

    def script(self, kind: str, times: int) -> None:
        fault = [{**FAULTS[kind], "times": times}] if FAULTS[kind] else []
        self.far.ask("PUT", "/faults", [*fault, *self.bad])

    def log(self) -> list[dict[str, Any]]:
        """Everybody who was taken, in order, by the emulator's own account."""
        return list(self.far.ask("GET", "/deliveries")["deliveries"])

    def subject(self, request: int) -> str:
        return str(self.far.ask("GET", f"/requests/{request}/body")["subject"])

    @rule(kind=st.sampled_from(["fine"] * 4 + list(FAULTS)), times=st.integers(1, 2), calls=st.integers(1, 4))
    def hand_over(self, kind: str, times: int, calls: int) -> None:
        self.script(kind, times)
        for _ in range(calls):
            before = frozenset(self.gone)
            submit_next(self.worker)
            self.judge_fresh(before)
        self.script("fine", 1)

    @rule()
    def key_is_revoked_for_a_call(self) -> None:
        self.account(key="SG.another")
        submit_next(self.worker)
        self.account(key=KEY)
        self.judge_fresh(frozenset(self.gone))

    # --- crashes ---

    @rule()
    def die_after_claim(self) -> None:
        submit.claim_next(self.bench.ctx, "dead", None)

    @rule()
    def commit_to_leave(self) -> None:
        desk = Desk(self.bench.ctx, "two")
        batch = submit.claim_next(self.bench.ctx, "two", None)
        flight = submit._begin(desk, batch) if batch else None
        if flight:
            self.flying.append(Left(flight, frozenset(self.gone)))

    @precondition(lambda self: self.flying)
    @rule(dies=st.booleans(), kind=st.sampled_from(["fine", "fine", "reset-taken", "400", "503-taken"]))
    def call(self, dies: bool, kind: str) -> None:
        """The request leaves. The program dies before the answer is written down, or not, and may have been fenced meanwhile."""
        left = self.flying.pop(0)
        self.script(kind, 1)
        found = submit._call(self.bench.ctx, left.flight)
        if not dies:
            submit._write_down(self.bench.ctx, left.flight, found)
        self.script("fine", 1)
        self.judge_fresh(left.gone)

    @rule()
    def restart(self) -> None:
        due.recover(self.bench.ctx)
        self.bench.start()

    # --- what comes back ---

    @rule(manner=st.sampled_from(["as made", "reversed", "twice", "old ones again", "lost for now"]))
    def events_arrive(self, manner: str) -> None:
        fresh = self.posts()
        if manner == "lost for now":  # they come at the end
            self.kept += fresh
            return
        chosen = {"reversed": fresh[::-1], "twice": fresh * 2, "old ones again": self.kept + fresh}
        self.receive(chosen.get(manner, fresh))
        self.kept += fresh

    def posts(self) -> list[tuple[dict[str, str], bytes]]:
        self.far.ask("PUT", "/clock", {"now": self.bench.clock[0].isoformat()})
        self.far.ask("POST", "/clock/advance", {"seconds": 60})
        self.far.ask("POST", "/events/flush")
        found, self.hooks.caught[:] = list(self.hooks.caught), []
        return found

    def receive(self, posts: list[tuple[dict[str, str], bytes]]) -> None:
        for headers, body in posts:
            record.receive(self.bench.ctx, "sendgrid", headers, body)
            for event in json.loads(body):  # who complains or leaves has left, from now on
                if event["event"] in {"spamreport", "unsubscribe"}:
                    self.gone |= set(next(all_ for all_ in self.addresses.values() if event["email"] in all_))
        while record.apply_new(self.bench.ctx).hooks:
            pass

    @rule(who=st.integers(0, PEOPLE - 1), what=st.sampled_from(["spamreport", "unsubscribe"]))
    def complain(self, who: int, what: str) -> None:
        """Whoever has a copy complains of it, or leaves by the service's own link."""
        rows = [row for row in self.log() if row["address"] in self.addresses[who]]
        if rows:
            event = {"event": what, "email": rows[-1]["address"], **rows[-1]["args"]}
            self.far.ask("POST", "/events", event)
            self.receive(self.posts())

    @rule()
    def look_for_evidence(self) -> None:
        settle.settle(self.bench.ctx)
        again = settle.settle(self.bench.ctx)
        assert (again.accepted, again.held) == (0, 0)

    # --- people ---

    @rule(who=st.integers(0, PEOPLE - 1))
    def leave(self, who: int) -> None:
        try:
            of_members.unsubscribe(self.bench.ctx, self.addresses[who][-1], "by phone")
        except NotFound:
            return
        self.gone |= set(self.addresses[who])

    @rule(who=st.integers(0, PEOPLE - 1))
    def move(self, who: int) -> None:
        there = f"p{who}-{len(self.addresses[who])}@reader.example"
        try:
            of_members.edit(
                self.bench.ctx, self.addresses[who][-1], of_members.Changes(fields={"email": there})
            )
        except (NotAllowed, NotFound):
            assert self.addresses[who][-1] in self.gone
        else:
            self.addresses[who].append(there)

    @rule()
    def somebody_joins(self) -> None:
        number = len(self.addresses)
        seed(self.bench.ctx, people(number + 1)[number:])
        self.addresses[number] = [f"p{number}@reader.example"]

    # --- what staff do ---

    def any_mailing(self, which: int) -> int:
        return self.mailings[which % len(self.mailings)]

    def mailing(self, word: str, **ask: Any) -> int:
        number = self.bench.mailing(letter(word), **ask).id
        self.approved.add(word)
        if number not in self.mailings:
            self.mailings.append(number)
        return number

    @rule(which=st.integers(0, 5))
    def pause_it(self, which: int) -> None:
        number = self.any_mailing(which)
        try:
            control.pause(self.bench.ctx, number)
        except NotAllowed:
            return
        taken = len(self.of_mailing(number))
        submit_next(self.worker, number)
        assert len(self.of_mailing(number)) == taken, "it left while it was paused"

    @rule(which=st.integers(0, 5))
    def resume_it(self, which: int) -> None:
        try:
            control.resume(self.bench.ctx, self.any_mailing(which))
        except NotAllowed:
            assert self.bench.campaign(self.any_mailing(which)).status is CampaignStatus.DRAFT

    @rule(which=st.integers(0, 5), sure=st.sampled_from([False, False, True]))
    def cancel_it(self, which: int, sure: bool) -> None:
        number = self.any_mailing(which)
        if sure and not self.bench.campaign(number).status.over:
            control.cancel(self.bench.ctx, number)
            self.stopped(number)

    def stopped(self, number: int) -> None:
        in_the_air = sum(
            len(left.flight.deliveries) for left in self.flying if left.flight.batch.campaign == number
        )
        self.over.setdefault(number, len(self.of_mailing(number)) + in_the_air)

    @rule()
    def same_send_again(self) -> None:
        before = len(self.log())
        assert self.mailing("first") in self.mailings
        assert len(self.log()) == before

    @rule()
    def mended_to_some_of_them(self) -> None:
        self.mailing("mended", include=("ontario",))
        self.bench.start()

    @rule()
    def one_more_copy(self) -> None:
        if "again" not in self.approved and self.bench.campaign(self.mailings[0]).status.over:
            self.copies["greeting"] += 1
            self.mailing("first", again="the date was wrong")
            self.bench.start()

    @rule(which=st.integers(0, 5), kind=st.sampled_from([SequelKind.RETRY, SequelKind.LATE]))
    def complete(self, which: int, kind: SequelKind) -> None:
        try:
            offered = sequels.offer(self.bench.ctx, self.any_mailing(which), kind)
        except NotAllowed:
            return
        number = sequels.begin(self.bench.ctx, offered).id
        assert sequels.begin(self.bench.ctx, offered).id == number
        self.approve(number, None)

    @rule(which=st.integers(0, 5), at_once=st.booleans())
    def stop_and_correct(self, which: int, at_once: bool) -> None:
        try:
            done = correct.correct(self.bench.ctx, self.any_mailing(which), unchanged=False)
        except NotAllowed:
            return
        self.stopped(done.stopped.id)
        if done.sequel.id not in self.mailings:
            self.mailings.append(done.sequel.id)
        if at_once:
            self.approve(done.sequel.id, f"right{done.sequel.id}")

    def approve(self, number: int, word: str | None) -> None:
        if number not in self.mailings:
            self.mailings.append(number)
        found = self.bench.campaign(number)
        if found.status is not CampaignStatus.DRAFT:
            return
        text = None if word is None else self.bench.keep(letter(word, found.slug))
        if word is not None:
            self.approved.add(word)
        ask = approve.ask_of(self.bench.ctx, found, sequels.edition_of(self.bench.ctx, found))
        zones = plan.count(self.bench.ctx, ask).zones
        approve.approve(self.bench.ctx, number, zones, edition=text)
        self.bench.start()

    @rule(which=st.integers(0, 5), decision=st.sampled_from(list(settle.Decision)))
    def decide(self, which: int, decision: settle.Decision) -> None:
        number = self.any_mailing(which)
        unclear = self.addressed(number, {BatchState.IN_DOUBT, BatchState.HELD})
        try:
            settle.decide(self.bench.ctx, number, decision)
        except NotAllowed:
            return
        if decision is settle.Decision.AGAIN:
            self.excused |= unclear
        else:
            self.assumed |= unclear

    @rule(hours=st.sampled_from([0.001, 0.1, 1.0, 30.0]))
    def time_passes(self, hours: float) -> None:
        self.bench.later(hours=hours)

    @rule(which=st.integers(0, 5))
    def its_time_is_over(self, which: int) -> None:
        """From now on nothing of it leaves but what is in the air."""
        number = self.any_mailing(which)
        at = self.bench.clock[0] - timedelta(seconds=1)
        with self.bench.ctx.store.write() as db:
            changed = db.execute(waves.update().where(waves.c.campaign_id == number).values(expires_at=at))
        if changed.rowcount:
            self.stopped(number)

    # --- the judge ---

    def judge_fresh(self, gone: frozenset[str]) -> None:
        """W2, W4: of what was taken since the last look. `gone`: who had left when it was committed to leave."""
        rows = self.log()
        fresh, self.seen = rows[self.seen :], len(rows)
        for row in fresh:
            assert row["address"] not in gone, "somebody who had left got it"
        for request in {row["request"] for row in fresh}:
            found = re.fullmatch(r"(\S+) in (\S+)", self.subject(request))
            assert found, "another subject"
            assert found[1] in self.approved, "nobody approved this text"
            for row in (row for row in fresh if row["request"] == request):
                assert found[2] == self.language(row["address"])

    def language(self, address: str) -> str:
        who = next(number for number, known in self.addresses.items() if address in known)
        return str(people(who + 1)[who]["language"] or "en+fr")

    def of_mailing(self, number: int) -> list[dict[str, Any]]:
        with self.bench.ctx.store.read() as db:
            chosen = select(deliveries.c.id).where(deliveries.c.campaign_id == number)
            numbers = {str(one) for one in db.execute(chosen).scalars()}
        return [row for row in self.log() if row["delivery"] in numbers]

    def rows(self, number: int) -> list[Any]:
        """Delivery, address, its own state, its batch's, of one mailing."""
        names = (deliveries.c.id, deliveries.c.address, deliveries.c.state, batches.c.state)
        joined = select(*names).join_from(deliveries, batches, batches.c.id == deliveries.c.batch_id)
        with self.bench.ctx.store.read() as db:
            return list(db.execute(joined.where(deliveries.c.campaign_id == number)))

    def addressed(self, number: int, states: set[BatchState]) -> set[str]:
        own = DeliveryState.BATCHED
        return {address for _, address, state, batch in self.rows(number) if state == own and batch in states}

    @invariant()
    def nobody_twice(self) -> None:
        reached: dict[tuple[str, int], int] = defaultdict(int)
        taken: Counter[str] = Counter()
        who = {address: number for number, known in self.addresses.items() for address in known}
        for row in self.log():
            taken[row["delivery"]] += row["address"] not in self.excused
            if row["address"] not in self.excused:
                reached[row["categories"][0], who[row["address"]]] += 1
        assert max(taken.values(), default=0) <= 1, "one delivery was taken twice"
        for (issue, _), count in reached.items():
            assert count <= self.copies[issue], "one person got two copies"

    @invariant()
    def nothing_of_what_was_stopped(self) -> None:
        for number, most in self.over.items():
            assert len(self.of_mailing(number)) <= most, "it left after it was stopped"

    def finish_and_judge(self) -> None:
        """Everything that was lost comes, the provider is well, a person lets all go on: every account closes, as the log has it."""
        self.script("fine", 1)
        due.recover(self.bench.ctx)
        for _ in range(5):
            for number in self.mailings:
                if self.bench.campaign(number).status is CampaignStatus.DRAFT:
                    sequel = sequels.of(self.bench.ctx, number)
                    new_text = sequel is not None and sequel.kind.written
                    self.approve(number, f"right{number}" if new_text else None)
                control.resume(self.bench.ctx, number)
            self.bench.later(hours=30)
            self.bench.start()
            while submit_next(self.worker):
                self.judge_fresh(frozenset(self.gone))
            self.receive(self.kept + self.posts())
            settle.settle(self.bench.ctx)
        due.close_ended(self.bench.ctx)
        taken = {row["delivery"] for row in self.log()}
        for number in self.mailings:
            self.judge(number, taken)

    def judge(self, number: int, taken: set[str]) -> None:
        """W3: the books of a mailing say of everybody what the log says."""
        books = self.bench.books(number)
        assert books.pending == 0
        for delivery, address, own, batch in self.rows(number):
            reached = own == DeliveryState.BATCHED and batch == BatchState.ACCEPTED
            unclear = own == DeliveryState.BATCHED and batch in {BatchState.IN_DOUBT, BatchState.HELD}
            if str(delivery) in taken:
                assert reached or address in self.excused, "it was taken, and the books say otherwise"
            elif reached:
                assert address in self.assumed, "the books say that it was taken, and it was not"
            if own == DeliveryState.SKIPPED:
                assert address in self.gone
            assert not (unclear and str(delivery) in taken), "its events had come"


class EmulatingForLong(Emulating):
    """The same, for longer."""


Emulating.TestCase.settings = settings(max_examples=12 if POSTGRES else 40, stateful_step_count=25)
EmulatingForLong.TestCase.settings = settings(max_examples=600, stateful_step_count=40)
TestEmulating = pytest.mark.ci(Emulating.TestCase)
TestEmulatingForLong = pytest.mark.faults(pytest.mark.timeout(3600)(EmulatingForLong.TestCase))
