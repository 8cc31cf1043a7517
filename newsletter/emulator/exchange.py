"""In: the head of an API request and its connection. Out: the answer on the wire, or the fault that a script wants.

Called by server.py for every request under /v3. The order of the moments stands in `_run`.
"""

import asyncio

from newsletter.emulator import api
from newsletter.emulator.account import too_many
from newsletter.emulator.answers import BARE, Answer, Complaint, edge_page, refusal, say, to_bytes
from newsletter.emulator.dice import Dice
from newsletter.emulator.faults import ENDINGS, Action, Rule, matches_address
from newsletter.emulator.history import Record
from newsletter.emulator.http1 import Head, MalformedError
from newsletter.emulator.letter import Letter, read_typed
from newsletter.emulator.wire import Body, GoneError, TooLargeError, Wire
from newsletter.emulator.world import World


class OverError(Exception):
    """The connection has been ended as a script wanted."""


class Exchange:
    """One API request from its head to its end."""

    def __init__(self, world: World, wire: Wire, head: Head, connection: int) -> None:
        self._world, self._wire, self._head = world, wire, head
        self._record: Record = world.history.begin(
            head.method, head.path, at=world.clock.now(), connection=connection
        )
        account = world.account
        self._record.after_refusal = self._record.is_send and account.refused
        self._record.in_limit_window = self._record.is_send and self._record.at < account.limited_until

    async def run(self) -> bool:
        """Do it all; True if the connection may be used again."""
        try:
            return await self._run()
        except OverError:
            return False
        except TooLargeError:
            await self._send(edge_page(413).closing())
            await self._wire.linger()
            return False
        except (GoneError, MalformedError) as error:
            self._blame("client left" if isinstance(error, GoneError) else "malformed body")
            return False
        finally:
            if self._record.verdict == "open":
                self._record.verdict = "fault" if self._record.fault else "served"
            self._world.history.end(self._record)

    async def _run(self) -> bool:
        body = await self._read_body()
        letter = read_typed(body) if self._record.is_send else None
        if self._record.is_send:
            self._world.intake.describe(self._record, self._head, body, letter)
        rules = self._world.faults.at_body(self._record, letter)
        await self._hold(rules, "received")
        ending = _first(rules, *ENDINGS)
        answer = await self._answer(body, letter, ending)
        await self._hold(rules, "accepted")
        if _first(rules, "events_first") and self._record.verdict == "accepted":
            await self._world.events_first(self._record)
        await self._delay(rules)
        if ending:
            answer = await self._end(ending, answer, letter)
        await self._send(answer)
        await self._after(rules)
        return self._head.keep and not answer.close

    async def _read_body(self) -> bytes:
        rules = self._world.faults.at_head(self._record)
        if _first(rules, "too_large"):
            self._record.fault, self._record.verdict = "too_large", "fault"
            raise TooLargeError
        slow, torn, held = (_first(rules, name) for name in ("slow_read", "reset_mid_body", "hold"))
        body = Body(self._wire, self._head, slow.bytes_per_second if slow else None)
        if held:
            await body.fill(_middle(held, body))
            await self._stand_still(held)
        if torn:
            await body.fill(_middle(torn, body))
            self._cut(torn.action)
        await body.fill()
        return body.data

    async def _answer(self, body: bytes, letter: Letter | None, ending: Rule | None) -> Answer:
        if ending and not ending.accepted:
            self._record.verdict = "fault"
            return Answer(202)
        if self._record.is_send:
            self._world.scheduling.see(self._record)
            return self._world.intake.answer(self._record, self._head, body, letter)
        return api.answer(self._world, self._head, body)

    async def _hold(self, rules: list[Rule], point: str) -> None:
        for rule in rules:
            if rule.action == "hold" and rule.at == point:
                await self._stand_still(rule)

    async def _stand_still(self, rule: Rule) -> None:
        if await self._world.holds.reach(rule, self._record) == "drop":
            self._cut("hold")

    async def _delay(self, rules: list[Rule]) -> None:
        latency, seconds = self._world.faults.script.latency, 0.0
        if latency:
            dice = Dice(self._world.options.seed, "latency", self._record.number)
            seconds = latency.seconds(dice)
        if slow := _first(rules, "slow_response"):
            seconds += slow.seconds
        if seconds:
            await asyncio.sleep(seconds)

    async def _end(self, rule: Rule, answer: Answer, letter: Letter | None) -> Answer:
        self._record.fault = rule.action
        if rule.action == "reset":
            self._cut(rule.action)
        if rule.action in ("hang", "truncate"):
            await self._fall_silent(rule, answer)
        made = _made_answer(rule, letter, self._world.clock.now())
        if made.status == 429 and rule.reset is not None:
            limited = self._world.account.limited_until
            self._world.account.limited_until = max(limited, self._world.clock.now() + rule.reset)
        if made.status in (401, 403) and self._record.is_send:
            self._world.account.refused = True
        return made

    async def _fall_silent(self, rule: Rule, answer: Answer) -> None:
        if rule.action == "truncate":
            whole = to_bytes(answer, now=self._world.clock.now(), keep=False)
            await self._wire.send(whole[: 10 if rule.bytes is None else rule.bytes])
        else:
            await asyncio.sleep(rule.seconds)
        self._wire.close()
        raise OverError

    def _cut(self, action: str) -> None:
        self._blame(action)
        self._wire.reset()
        raise OverError

    def _blame(self, what: str) -> None:
        self._record.fault = what
        if self._record.verdict == "open":
            self._record.verdict = "fault"

    async def _send(self, answer: Answer) -> None:
        self._record.status = answer.status
        with_body = self._head.method != "HEAD"
        data = to_bytes(answer, now=self._world.clock.now(), keep=self._head.keep, with_body=with_body)
        try:
            await self._wire.send(data)
        except GoneError:
            self._record.status = 0
            raise

    async def _after(self, rules: list[Rule]) -> None:
        for rule in rules:
            if rule.action == "hold" and rule.at == "answered":
                await self._world.holds.pass_by(rule, self._record)
        if idle := _first(rules, "close_idle"):
            await asyncio.sleep(idle.seconds)
            self._record.fault = "close_idle"
            self._wire.close()
            raise OverError


def _first(rules: list[Rule], *actions: Action) -> Rule | None:
    return next((rule for rule in rules if rule.action in actions), None)


def _middle(rule: Rule, body: Body) -> int:
    return max(1, body.length // 2) if rule.bytes is None else rule.bytes


def _made_answer(rule: Rule, letter: Letter | None, now: float) -> Answer:
    if rule.action == "bare_400":
        return refusal(400, BARE)
    if rule.action == "refuse_address":
        return refusal(400, *_complaints(rule, letter))
    if rule.action == "rate_limit":
        return too_many(now, rule.reset)
    if rule.action == "redirect":
        status = rule.status if 300 <= rule.status < 400 else 302
        return Answer(status, headers=(("Location", rule.location),))
    made = (
        edge_page(rule.status)
        if rule.body == "html"
        else say(rule.status, rule.message or "Internal Server Error")
    )
    return Answer(made.status, made.body, made.type, tuple(rule.headers.items()))


def _complaints(rule: Rule, letter: Letter | None) -> list[Complaint]:
    message = rule.message or "Does not contain a valid address."
    return [
        Complaint(message, f"personalizations.{place}.{field}.{position}.email")
        for place, envelope in enumerate(letter.personalizations if letter else ())
        for field, people in (("to", envelope.to), ("cc", envelope.cc), ("bcc", envelope.bcc))
        for position, person in enumerate(people)
        if matches_address(rule, person)
    ]
