"""Inquiring: providers are asked about calls in doubt, and what is proven absent goes again by itself.

In: the ledger, the clock, providers. Out: questions and answers, each written down; batches accepted, or ready. Called by the worker's
courier, and by `newsletter settle`.

A question is written down before it is asked. Only a call that could be revoked is ever proven absent (dispatch/settling.py); without
send.revocable nothing goes again by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from newsletter.dispatch import settling
from newsletter.dispatch.settling import ROOM, Call, Step, next_step
from newsletter.model.errors import Explained
from newsletter.model.inquiry import Answered, Question, Reply, Trace
from newsletter.pipeline import absence, conclude, lease
from newsletter.pipeline.context import Context
from newsletter.providers.contract import Provider, looks_up, revokes
from newsletter.store import Connection, attempts, batches, doubts, inquiries

Row = Any  #: an attempt, as the store has it, with its mailing's provider
log = logging.getLogger(__name__)

MEMORY = timedelta(days=3)  #: so long a call is asked about
_ROUND = 20  #: questions before it is looked again what is most urgent
_STEPS = 4  #: so many steps of one call may be due at one moment
_URGENT = (Step.REVOKE, Step.ABSENT, Step.CONFIRM, Step.LOOK_UP)
_KEPT = timedelta(days=1)  #: a revocation that proved nothing stays so long at the most
_NOT_AGAIN = timedelta(minutes=5)  #: between two attempts to release one


def inquire(ctx: Context, campaign: int | None = None) -> int:
    """One round: all that is due now about calls in doubt; how many steps were taken. A copy of the database that may not send asks
    nothing."""
    taken = 0
    for _ in range(_STEPS):
        with ctx.store.read() as db:  # a look costs no lock: nearly always there is nothing to do
            found = inquiries.in_doubt(db, ctx.now() - MEMORY, campaign)
            idle = not found and not _releasable(ctx, db, ROOM)
        if idle or not lease.look(ctx).tenure.may_send:
            break
        steps = sorted(_steps(ctx, found), key=lambda one: _URGENT.index(one[1]))
        done = sum(_take(ctx, row, step) for row, step in steps[:_ROUND]) + release(ctx, ROOM)
        taken += done
        if not done:
            break
    return taken


def proof_at(ctx: Context, campaign: int) -> datetime | None:
    """When the last of a mailing's calls in doubt can be proven absent, and goes again by itself; None where none is to be."""
    now = ctx.now()
    with ctx.store.read() as db:
        found = inquiries.in_doubt(db, now - MEMORY, campaign)
        proofs = [settling.proof_at(known(db, row), now) for row in found]
    return max((proof for proof in proofs if proof is not None), default=None)


def known(db: Connection, row: Row, *, asks: bool = True) -> Call:
    """What is known of a call. `asks`: its provider can look it up."""
    due_at = row.due_at if row.handle else None
    asked = inquiries.of(db, row.batch_id, row.number)
    return Call(row.started_at, row.finished_at, due_at, asked, asks)


def can_look_up(ctx: Context, name: str) -> bool:
    """True for a provider that can be asked what became of a call."""
    provider = _provider(ctx, name)
    return provider is not None and looks_up(provider) is not None


def _steps(ctx: Context, found: Sequence[Row]) -> Iterator[tuple[Row, Step]]:
    now = ctx.now()
    for row in found:
        provider = _provider(ctx, row.provider)
        if provider is None:
            continue
        with ctx.store.read() as db:
            step = next_step(known(db, row, asks=looks_up(provider) is not None), now)
        if step is not Step.WAIT:
            yield row, step


def _provider(ctx: Context, name: str) -> Provider | None:
    try:
        return ctx.provider(name)
    except Explained as error:
        log.warning("%s cannot be asked: %s", name, error.message)
        return None


def _take(ctx: Context, row: Row, step: Step) -> bool:
    if step is Step.ABSENT:
        return absence.conclude_absent(ctx, row, asks=can_look_up(ctx, row.provider))
    question = Question(step.value)
    trace = _trace(ctx, row)
    inquiry = _write(ctx, row, question)
    if inquiry is None:
        return False
    answered = _ask(ctx, row, question, trace)
    with ctx.store.write() as db:
        inquiries.end(db, inquiry, answered, ctx.now())
        if question is Question.LOOK_UP and answered.reply is Reply.ACCEPTED:
            batch = batches.get(db, row.batch_id)
            if conclude.accept(db, batch, ctx.now()):
                conclude.follow(db, batch.campaign, ctx.now())
    if answered.reply is Reply.FULL:
        release(ctx, timedelta())
    return True


def _write(ctx: Context, row: Row, question: Question) -> int | None:
    """Write the question down; None when there is nothing to ask any more. From the commit of a revocation on, only news of mail on its
    way to somebody prove that the call was taken."""
    with ctx.store.write() as db:
        batch = batches.get(db, row.batch_id)
        same = attempts.next_number(db, batch) == row.number + 1
        if batch.state not in absence.UNCLEAR or not same or doubts.proven(db, only=batch.id):
            return None
        return inquiries.begin(db, batch.id, row.number, question, ctx.now())


def _trace(ctx: Context, row: Row) -> Trace:
    with ctx.store.read() as db:
        people = tuple(inquiries.sample(db, row.batch_id))
        revoked = doubts.revoked(db, row.batch_id, row.number)
    return Trace(ctx.instance, row.batch_id, row.number, people, row.started_at, revoked)


def _ask(ctx: Context, row: Row, question: Question, trace: Trace) -> Answered:
    """Whatever goes wrong is no answer: nothing is concluded from it."""
    try:
        provider = ctx.provider(row.provider)
        asked, revoking = looks_up(provider), revokes(provider)
        if question is Question.LOOK_UP and asked is not None:
            return asked.look_up(trace)
        if revoking is not None:
            ways = {
                Question.REVOKE: revoking.revoke,
                Question.CONFIRM: revoking.confirm,
                Question.RELEASE: revoking.release,
            }
            return ways[question](row.handle)
    except Explained as error:
        return Answered(Reply.UNAVAILABLE, error.message)
    except Exception as error:
        log.exception("batch %d could not be asked about", row.batch_id)
        return Answered(Reply.UNAVAILABLE, type(error).__name__)
    return Answered(Reply.UNAVAILABLE)


def _releasable(ctx: Context, db: Connection, after: timedelta) -> Sequence[Row]:
    now = ctx.now()
    return inquiries.to_release(db, now - after, now - _KEPT, now - _NOT_AGAIN)


def release(ctx: Context, after: timedelta) -> int:
    """Forget revocations that stop nothing any more, so long after their time, to make room for others; how many."""
    with ctx.store.read() as db:
        found = _releasable(ctx, db, after)
    for row in found:
        with ctx.store.write() as db:
            inquiry = inquiries.begin(db, row.batch_id, row.number, Question.RELEASE, ctx.now())
        answered = _ask(ctx, row, Question.RELEASE, Trace("", 0, 0, (), row.started_at))
        with ctx.store.write() as db:
            inquiries.end(db, inquiry, answered, ctx.now())
    return len(found)
