"""Settling: what to ask next about a call in doubt, and when nothing of it can ever reach anybody.

In: what is known of the call, the clock. Out: a Step; whether its absence is proven. Called by pipeline.inquiring and settle; pure.

What is proven, and on which grounds, stands in docs/adr/0022-a-call-that-can-be-revoked.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from newsletter.model.inquiry import Inquiry, Question, Reply

LEAD = timedelta(minutes=20)  #: a revocable call leaves at the provider so long after it was handed over
SURE = timedelta(minutes=10)  #: a revocation is sure to work until so long before that
ARRIVAL = timedelta(minutes=2)  #: after the end of a call, until its last bytes have arrived or never will
AFTERWARDS = timedelta(minutes=5)  #: after its time, until it is looked whether anything left
OVERDUE = timedelta(minutes=15)  #: after which a proof that did not come is not waited for
ROOM = timedelta(hours=1)  #: after its time, while a revocation stays where there is room for it
FRESH = timedelta(
    minutes=1
)  #: a revocable call that has not begun so soon after it was written down does not begin
CONFIRMS = 5  #: so often it is asked whether a revocation stood, where that proves nothing any more
RESENDS = 3  #: so often a batch goes again by itself; then a person decides

#: after a call began: when its people are looked up, if nobody has heard of it
LOOKS = tuple(timedelta(minutes=n) for n in (5, 15, 30, 60, 180, 480, 1200))
INDEXED = timedelta(minutes=60)  #: what a log does not know by then, it will hardly learn
_PATIENCE = {  #: between two equal questions
    Question.REVOKE: timedelta(seconds=15),
    Question.CONFIRM: timedelta(minutes=1),
    Question.LOOK_UP: timedelta(minutes=10),
}


class Step(StrEnum):
    """What to do now about a call in doubt."""

    WAIT = "wait"
    LOOK_UP = "look_up"
    REVOKE = "revoke"
    CONFIRM = "confirm"
    ABSENT = "absent"  #: it is proven that nothing of it reached or will reach anybody


@dataclass(frozen=True, slots=True)
class Call:
    """The last call with a batch. `over_at`: when it surely had ended on our side (None: its process may only be asleep);
    `due_at`: when it leaves at the provider, where it is revocable. `looks_up`: the provider can be asked."""

    began_at: datetime
    over_at: datetime | None
    due_at: datetime | None
    inquiries: tuple[Inquiry, ...] = field(default=())
    looks_up: bool = True

    def asked(self, question: Question) -> Iterator[Inquiry]:
        """What was asked with one question, oldest first."""
        return (one for one in self.inquiries if one.question is question)

    def is_revoked(self) -> bool:
        """Surely: asked when the last byte had arrived or never would, and answered by both clocks while a revocation is sure to
        work."""
        if self.over_at is None or self.due_at is None:
            return False
        arrived, sure = self.over_at + ARRIVAL, self.due_at - SURE
        return any(
            one.reply is Reply.REVOKED and one.asked_at >= arrived and _latest(one) <= sure
            for one in self.asked(Question.REVOKE)
        )

    def is_absent(self) -> bool:
        """Proven: surely revoked; that stood when its time had passed, by both clocks; and since then nothing was seen of it."""
        if self.due_at is None or not self.is_revoked():
            return False
        after = self.due_at + AFTERWARDS
        told = [one.reply for one in self.asked(Question.CONFIRM) if _earliest(one) >= after]
        looked = [one for one in self.asked(Question.LOOK_UP) if one.asked_at >= after and one.answered_at]
        stood = Reply.REVOKED in told and Reply.STANDING not in told
        return stood and not _seen(looked) and (bool(looked) or not self.looks_up)

    def seems_revoked(self) -> bool:
        """The provider said that it is revoked, and nothing later says otherwise: a recommendation, never a proof."""
        told: list[Reply] = [
            one.reply for one in self.asked(Question.CONFIRM) if one.reply is not Reply.UNAVAILABLE
        ]
        told = told or [one.reply for one in self.asked(Question.REVOKE)]
        looked = [one for one in self.asked(Question.LOOK_UP) if one.answered_at]
        return Reply.REVOKED in told and Reply.STANDING not in told and not _seen(looked)


def _seen(looked: Sequence[Inquiry]) -> bool:
    """A log that once knew the mail has to say that it was discarded: a look at which it could not be asked, or knew nothing, takes
    nothing back."""
    knew = (Reply.ACCEPTED, Reply.TAKEN, Reply.REVOKED)
    told = [one.reply for one in looked if one.reply in knew]
    return bool(told) and told[-1] is not Reply.REVOKED


def next_step(call: Call, now: datetime) -> Step:
    """What to do about a call in doubt. Asked again and again; each question is written down before it is asked."""
    if call.is_absent():
        return Step.ABSENT
    if call.due_at is None:
        return _look(call, now)
    if now <= call.due_at - SURE:
        return _revoke(call, now)
    if now < call.due_at + AFTERWARDS:
        return Step.WAIT
    return _prove(call, now) if call.is_revoked() else _ask_once(call, now)


def _ask_once(call: Call, now: datetime) -> Step:
    """Nothing can be proven; but whoever decides is told whether a revocation stood."""
    told = any(one.reply is not Reply.UNAVAILABLE for one in call.asked(Question.CONFIRM) if one.answered_at)
    often = sum(1 for _ in call.asked(Question.CONFIRM)) >= CONFIRMS
    if any(call.asked(Question.REVOKE)) and not told and not often and _may_ask(call, Question.CONFIRM, now):
        return Step.CONFIRM
    return _look(call, now)


def _revoke(call: Call, now: datetime) -> Step:
    """At once; and again when the last byte must have arrived, for what came in between. Not while the call may go on: it may yet
    be taken, and that be told."""
    if call.over_at is None:
        return Step.WAIT
    arrived = now >= call.over_at + ARRIVAL
    done = (
        call.is_revoked()
        if arrived
        else any(one.reply is Reply.REVOKED for one in call.asked(Question.REVOKE))
    )
    return Step.WAIT if done or not _may_ask(call, Question.REVOKE, now) else Step.REVOKE


def _prove(call: Call, now: datetime) -> Step:
    after = call.due_at + AFTERWARDS if call.due_at else now
    told = [one.reply for one in call.asked(Question.CONFIRM) if _earliest(one) >= after]
    if Reply.STANDING in told:  # somebody lifted it: nothing can be proven any more
        return _look(call, now)
    if Reply.REVOKED not in told:
        return Step.CONFIRM if _may_ask(call, Question.CONFIRM, now) else Step.WAIT
    looked = any(one.asked_at >= after for one in call.asked(Question.LOOK_UP))
    if call.looks_up and (not looked or _may_ask(call, Question.LOOK_UP, now)):
        return Step.LOOK_UP
    return Step.WAIT


def _look(call: Call, now: datetime) -> Step:
    """A few times, ever more rarely."""
    if not call.looks_up:
        return Step.WAIT
    last = max((one.asked_at for one in call.asked(Question.LOOK_UP)), default=call.began_at)
    due = any(last < call.began_at + look <= now for look in LOOKS)
    return Step.LOOK_UP if due else Step.WAIT


def _may_ask(call: Call, question: Question, now: datetime) -> bool:
    last = max((one.asked_at for one in call.asked(question)), default=None)
    return last is None or now - last >= _PATIENCE[question]


def _latest(one: Inquiry) -> datetime:
    """When it was answered, by the later of the two clocks; never where nobody knows."""
    here = one.answered_at or datetime.max.replace(tzinfo=one.asked_at.tzinfo)
    return max(here, one.there) if one.there else here


def _earliest(one: Inquiry) -> datetime:
    """When it was asked, by the earlier of the two clocks."""
    return min(one.asked_at, one.there) if one.there else one.asked_at


def proof_at(call: Call, now: datetime) -> datetime | None:
    """When absence can be proven at the earliest; None where it cannot, or a quarter of an hour later was not."""
    if call.due_at is None or call.over_at is None:
        return None
    at = call.due_at + AFTERWARDS
    return at if now < at + OVERDUE and (call.is_revoked() or now <= call.due_at - SURE) else None


def seems_absent(call: Call) -> bool:
    """The log was asked when it should have known, and knew nothing: a recommendation, never a proof."""
    looked = [
        one for one in call.asked(Question.LOOK_UP) if one.reply is not Reply.UNAVAILABLE and one.answered_at
    ]
    return (
        bool(looked) and looked[-1].reply is Reply.ABSENT and looked[-1].asked_at >= call.began_at + INDEXED
    )
