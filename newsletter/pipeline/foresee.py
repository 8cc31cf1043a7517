"""Foresee: what staff are told before it happens. An approval is wanted; a mailing goes out in a day, in an hour.

In: the clock, the campaigns that are planned. Out: notices, each event once. Called by the worker's courier.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from newsletter.model.campaign import Campaign, CampaignStatus
from newsletter.model.errors import Explained
from newsletter.model.notice import NoticeKind
from newsletter.model.said import kept
from newsletter.pipeline import approve, conclude, confirmed, freeze, plan, schedule, signing
from newsletter.pipeline.confirmed import Wanted
from newsletter.pipeline.context import Context
from newsletter.store import books, campaigns, editions, notices

log = logging.getLogger(__name__)

DAY, HOUR = timedelta(hours=24), timedelta(hours=1)
#: how long before its time a draft asks for its approval, the longest first
APPROVALS = (timedelta(days=30), timedelta(days=7), timedelta(days=1))
#: and one that must be approved again, once it is known
CONFIRMATIONS = (timedelta(days=7), timedelta(days=3), timedelta(days=1))


@dataclass(frozen=True, slots=True)
class _Event:
    kind: NoticeKind
    campaign: int
    at: datetime
    stage: str = ""
    again: Wanted | None = None  #: why it must be approved once more

    @property
    def key(self) -> str:
        """A mailing that was given another time is announced anew."""
        return f"{self.campaign}:{self.at:%Y-%m-%dT%H:%MZ}{self.stage}"


def foresee(ctx: Context) -> int:
    """Write the notices whose time has come; how many."""
    now = ctx.now()
    stale = confirmed.wanted(ctx)
    with ctx.store.read() as db:
        planned = campaigns.listed(db, [CampaignStatus.SCHEDULED, CampaignStatus.SENDING])
        moved = campaigns.held_for(db, conclude.RESCHEDULED)
        wanted = [*campaigns.drafts(db), *moved]
        events = [
            *_departures(planned, now),
            *_approvals(wanted, now),
            *_confirmations(stale, now),
            *_missed(moved, now),
        ]
        known = notices.told(db, [f"{event.kind.value}:{event.key}" for event in events])
    fresh = [event for event in events if f"{event.kind.value}:{event.key}" not in known]
    return sum(_write(ctx, event) for event in fresh)


def _departures(planned: Sequence[Campaign], now: datetime) -> Iterator[_Event]:
    """Mailings for a time of their own; one that was sent at once is not announced. In readers' own time the recipients are written
    down (and the mailing is being sent) up to a day before the first of them gets it."""
    for campaign in planned:
        due = campaign.due_at
        if due is not None and now < due <= now + DAY:
            yield _Event(NoticeKind.HOUR if due <= now + HOUR else NoticeKind.DAY, campaign.id, due)


def _approvals(drafts: Sequence[Any], now: datetime) -> Iterator[_Event]:
    for row in drafts:
        due = time_of(row)
        if due is None or due <= now:
            continue
        asked = [stage for stage in APPROVALS if due - now <= stage]
        if asked:  # the nearest one only, however late anybody looks
            yield _Event(NoticeKind.APPROVAL, row.id, due, f":{asked[-1].days}")


def _confirmations(stale: Sequence[Wanted], now: datetime) -> Iterator[_Event]:
    for one in stale:
        asked = [stage for stage in CONFIRMATIONS if one.due_at - now <= stage]
        stage = f":{one.reason}:{asked[-1].days if asked else 0}:{one.approved_at:%Y-%m-%dT%H:%M:%SZ}"
        yield _Event(NoticeKind.APPROVAL, one.campaign, one.due_at, stage, one)


def _missed(moved: Sequence[Any], now: datetime) -> Iterator[_Event]:
    """The rest of a mailing that has begun is held already: no change of its status tells that its new time came in vain."""
    for row in moved:
        if row.due_at is not None and row.due_at <= now:
            yield _Event(NoticeKind.HELD, row.id, row.due_at, ":not-approved")


def time_of(row: Any) -> datetime | None:
    """When a draft is to go out: as it is kept, else by its plan."""
    if row.due_at is not None:
        due: datetime = row.due_at
        return due
    table = schedule.read(row.schedule)
    return None if table is None else schedule.instant(table)


def _write(ctx: Context, event: _Event) -> bool:
    data, until = _told(ctx, event)
    with ctx.store.write() as db:
        return notices.tell(db, event.kind, event.key, campaign=event.campaign, data=data, until=until)


def _told(ctx: Context, event: _Event) -> tuple[dict[str, object], datetime | None]:
    """What is told with it, and until when it is worth telling."""
    match event.kind:
        case NoticeKind.APPROVAL if event.again:
            since = event.again.approved_at.isoformat()
            return {"reason": event.again.reason, "people": event.again.people, "approved": since}, event.at
        case NoticeKind.APPROVAL:
            return {}, event.at
        case NoticeKind.HELD:
            return {"reason": conclude.NOT_APPROVED}, None
        case _:
            until = event.at - HOUR if event.kind is NoticeKind.DAY else event.at
            drift = _drift(ctx, event.campaign)
            told: dict[str, object] = {"reason": drift} if drift else {}
            return {"people": _people(ctx, event.campaign), **told}, until


def _drift(ctx: Context, campaign: int) -> str:
    """Why it would be held at its time, as its files stand now; "" for no reason that can be known before."""
    with ctx.store.read() as db:
        found = campaigns.get(db, campaign)
    if found is None or found.status is not CampaignStatus.SCHEDULED or found.due_at is None:
        return ""
    try:
        drift = freeze.differs(ctx, found.slug, found.edition, found.due_at)
    except Explained as error:
        return f"{conclude.SETUP}{kept(error.said[0])}"
    return drift.reason if drift else _means_another(ctx, found)


def _means_another(ctx: Context, found: Campaign) -> str:
    with ctx.store.read() as db:
        why = signing.stale(ctx, db, campaigns.detail(db, found.id), None, ctx.now())
    return why if why == conclude.SEGMENT_DIFFERS else ""


def _people(ctx: Context, campaign: int) -> int | None:
    """How many would get it now, or still get it where they are written down already; None where that cannot be said (a segment
    is gone): the mailing itself will say so."""
    with ctx.store.read() as db:
        found = campaigns.get(db, campaign)
        if found is None:
            return None
        if found.started_at is not None:
            return books.books(db, campaign).pending
        edition = editions.get(db, found.edition)
    try:
        return plan.count(ctx, approve.ask_of(ctx, found, edition)).mailed
    except Explained as error:
        log.warning("the recipients of mailing %d could not be counted: %s", campaign, error.message)
        return None
