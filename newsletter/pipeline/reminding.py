"""Reminding: whoever was asked to approve and has not answered is reminded, and in the end a deputy is asked; each once.

In: the clock, requests. Out: mails that are wanted, requests to deputies, requests that ended. Called by the worker's courier.
"""

from __future__ import annotations

from datetime import datetime

from newsletter.model.approval import Asked, MailKind
from newsletter.pipeline import asking
from newsletter.pipeline.context import Context
from newsletter.store import Connection, audit, campaigns, requests

_REMINDER, _LAST = 0.5, 0.9  #: shares of the time after which a reminder is sent


def sweep(ctx: Context) -> int:
    """Reminders and deputies whose time has come, each once; requests about what needs no approval any more end. How many acts."""
    now = ctx.now()
    with ctx.store.read() as db:  # a look costs no lock: nearly always there is nothing to do
        waiting = requests.waiting(db)
        over = {one.number for one in waiting if _over(db, one, now)}
    return sum(_attend(ctx, one, now, over=one.number in over) for one in waiting)


def _over(db: Connection, asked: Asked, now: datetime) -> bool:
    found = campaigns.get(db, asked.campaign)
    return now >= asked.expires_at or found is None or found.status.over


def _attend(ctx: Context, asked: Asked, now: datetime, *, over: bool) -> int:
    if over:
        with ctx.store.write() as db:
            return int(requests.withdraw(db, asked.number, now))
    whole = max((asked.deadline - asked.asked_at).total_seconds(), 1.0)
    share = (now - asked.asked_at).total_seconds() / whole
    wanted = [
        kind for kind, least in ((MailKind.LAST, _LAST), (MailKind.REMINDER, _REMINDER)) if share >= least
    ]
    done = 0
    if wanted and not _mailed(ctx, asked, wanted[0]):
        with ctx.store.write() as db:
            done = int(_remind(ctx, db, asked, wanted[0], now))
    return done + _deputy(ctx, asked, share)


def _mailed(ctx: Context, asked: Asked, kind: MailKind) -> bool:
    with ctx.store.read() as db:
        return requests.is_mailed(db, asked.number, kind)


def _remind(ctx: Context, db: Connection, asked: Asked, kind: MailKind, now: datetime) -> bool:
    fresh = requests.mail(db, asked.number, kind)
    if fresh:
        detail = {"request": asked.number, "person": asked.person, "kind": kind.value}
        audit.note(db, now, ctx.actor, "remind of approval", str(asked.campaign), detail)
    return fresh


def _deputy(ctx: Context, asked: Asked, share: float) -> int:
    """One deputy for everybody who was asked and does not answer; none for a deputy."""
    after = ctx.settings.share("approval.deputy_share")
    if asked.deputy_for is not None or after >= 1 or share < after:
        return 0
    free = [one for one in asking.deputies(ctx, asked) if one.deputy]
    with ctx.store.write() as db:
        stood_in = any(one.deputy_for == asked.number for one in requests.of_campaign(db, asked.campaign))
        if stood_in or not free:
            return 0
        asking.in_place_of(ctx, db, asked, free[0])
    return 1
