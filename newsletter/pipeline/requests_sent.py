"""Requests sent: the mails of requests are delivered, at least once and hardly ever twice, and never at the cost of a mailing.

In: mails that are wanted. Out: mails to people, rows that say how far each got. Called by the worker's courier.

Each try is written down before it is made, as with notices (pipeline.notices). What is said is gathered when it is said.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from newsletter.channels import registry
from newsletter.channels.bounded import bounded
from newsletter.channels.contract import Undelivered
from newsletter.model.approval import Asked, MailKind
from newsletter.model.errors import ConfigurationError, Explained, NotAllowed
from newsletter.model.notice import Message, NoticeState, Person
from newsletter.model.said import kept
from newsletter.pipeline import asking, considering, request_mail
from newsletter.pipeline.context import Context
from newsletter.store import requests

log = logging.getLogger(__name__)

GIVE_UP = timedelta(days=3)
_FIRST, _LONGEST = timedelta(minutes=1), timedelta(hours=1)


def deliver(ctx: Context) -> int:
    """Deliver what waits; how many arrived. What fails is tried again later, and nothing is raised for it."""
    with ctx.store.read() as db:  # a look costs no lock: nearly always there is nothing to do
        waiting = requests.mails_due(db, ctx.now())
        asked = {row.id: requests.get(db, row.request_id) for row in waiting}
    return sum(_deliver(ctx, row, found) for row in waiting if (found := asked[row.id]) is not None)


def _deliver(ctx: Context, row: Any, asked: Asked) -> bool:
    now = ctx.now()
    if not asked.open or now >= asked.expires_at:
        return _end(ctx, row, NoticeState.OUTDATED)
    if row.seen_at is not None and now - row.seen_at > GIVE_UP:
        return _end(ctx, row, NoticeState.FAILED, row.detail)
    wait = min(_FIRST * 2 ** min(row.attempts, 10), _LONGEST)
    with ctx.store.write() as db:
        if not requests.take(db, row, now, now + wait):
            return False
    try:
        fault = _post(ctx, asked, MailKind(row.kind))
    except NotAllowed:  # it was approved, or came to its end: nobody is asked any more
        return _end(ctx, row, NoticeState.OUTDATED)
    except Exception as error:
        log.exception("the mail of request %d could not be written", asked.number)
        fault = f"it could not be written ({type(error).__name__})"
    if fault:
        with ctx.store.write() as db:
            requests.fail(db, row.id, fault)
        return False
    return _end(ctx, row, NoticeState.DELIVERED)


def _end(ctx: Context, row: Any, state: NoticeState, detail: str = "") -> bool:
    with ctx.store.write() as db:
        requests.mail_ended(db, row.id, state, ctx.now(), detail)
    return state is NoticeState.DELIVERED


def _post(ctx: Context, asked: Asked, kind: MailKind) -> str:
    """What went wrong; empty when it was taken. Raises NotAllowed when nobody waits for this person's answer any more."""
    asking.require_may_answer(ctx, asked)
    said = _message(ctx, asked, kind)
    if said is None:
        return "the issue has errors: there is nothing to show"
    name = "" if asked.person == asked.address else asked.person
    person = Person(name, asked.address, asked.language)
    try:
        target = registry.mailbox(ctx.settings, ctx.publication.sender.address, person)
        bounded(lambda: target.post((said,)))
    except Undelivered as error:
        return error.what
    except ConfigurationError as error:
        return kept(error.said[0])
    return ""


def _message(ctx: Context, asked: Asked, kind: MailKind) -> Message | None:
    try:
        seen = considering.proposal(ctx, asked.campaign, asked=asked)
    except NotAllowed:
        raise
    except Explained as error:
        log.warning("mailing %d cannot be shown to %s: %s", asked.campaign, asked.person, error.message)
        return None
    return None if seen.edition is None else request_mail.message(ctx, asked, kind, seen)
