"""Renewing: whoever approved a mailing is asked by mail to approve it again, before its time and while it is held for that.

In: the clock, mailings whose approval has grown old, or is for far more or fewer people. Out: requests. Called by the worker's courier.

Staff are told by notices (pipeline.foresee); here those are asked who can decide, each with a link of their own, once for each moment.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from newsletter.channels import registry
from newsletter.model.approval import Approver, person_key
from newsletter.model.errors import ConfigurationError
from newsletter.model.notice import Person
from newsletter.pipeline import asking, conclude, confirmed
from newsletter.pipeline.context import Context
from newsletter.planning.late import Lateness, late
from newsletter.store import approvals, campaigns, requests

log = logging.getLogger(__name__)


def sweep(ctx: Context) -> int:
    """Ask for what must be approved again; how many people were asked. Nothing is raised for what is set up wrongly: notices say it."""
    now = ctx.now()
    return sum(_ask(ctx, row, now) for row in _wanted(ctx, now) if not _in_hand(ctx, row, now))


def _wanted(ctx: Context, now: datetime) -> Iterator[Any]:
    """The rows of mailings that wait for their time, or are held and may still go out once they are approved again."""
    numbers = [one.campaign for one in confirmed.wanted(ctx)]
    with ctx.store.read() as db:  # a look costs no lock: nearly always there is nothing to do
        held = [row.id for reason in sorted(conclude.CONFIRM) for row in campaigns.held_for(db, reason)]
        rows = [campaigns.detail(db, number) for number in (*numbers, *held)]
    for row in rows:
        grace = timedelta(seconds=row.grace_seconds)
        if row.due_at is not None and late(row.due_at, now, grace, row.expires_at) is not Lateness.TOO_LATE:
            yield row


def _in_hand(ctx: Context, row: Any, now: datetime) -> bool:
    """True when somebody was asked since it was approved; once its time has come: since then."""
    since = row.due_at if now >= row.due_at else row.approved_at
    with ctx.store.read() as db:
        asked = requests.of_campaign(db, row.id)
    return any(one.open or (since is not None and one.asked_at >= since) for one in asked)


def _ask(ctx: Context, row: Any, now: datetime) -> int:
    try:
        chosen = _whom(ctx, row.id)
        for one in chosen:
            person = Person("" if one.name == one.address else one.name, one.address, one.language)
            registry.mailbox(ctx.settings, ctx.publication.sender.address, person)
    except ConfigurationError as error:
        log.info("nobody can be asked to approve mailing %d again: %s", row.id, error.message)
        return 0
    return len(asking.ask_again(ctx, row.id, chosen, _until(ctx, row, now)))


def _whom(ctx: Context, number: int) -> list[Approver]:
    """Those who approved it last; too few of them can be asked: whoever may be asked as well."""
    with ctx.store.read() as db:
        given = approvals.of_campaign(db, number)
    did = {person_key(one.person) for one in given if one.digest == given[-1].digest}
    known = asking.approvers(ctx)
    mine = [one for one in known if person_key(one.name) in did]
    if len(mine) >= ctx.settings.whole("approval.people"):
        return mine
    return [one for one in known if one in mine or not one.deputy]


def _until(ctx: Context, row: Any, now: datetime) -> datetime | None:
    """By when a held one must be approved, to go out by itself; None: as with any request."""
    if now < row.due_at:
        return None
    end: datetime = row.due_at + timedelta(seconds=row.grace_seconds)
    soonest = min(end, row.expires_at) if row.expires_at else end
    return max(soonest, now + timedelta(minutes=1))
