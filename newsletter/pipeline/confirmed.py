"""Confirmed: whether an approved mailing wants to be approved again, because time has passed or its recipients have changed.

In: a campaign that was approved. Out: why it must be approved again, or nothing. Called by due, foresee, the pages of approvals.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from newsletter.model.campaign import Campaign
from newsletter.model.errors import Explained
from newsletter.pipeline import approve, conclude, plan, signing
from newsletter.pipeline.context import Context
from newsletter.store import approvals, campaigns, editions

log = logging.getLogger(__name__)

AHEAD = timedelta(days=3)  #: so long before its time the recipients are counted for the first time
AGAIN = timedelta(hours=12)  #: between two counts
TOLD = timedelta(days=7)  #: so long before its time staff are told that an approval will be too old


@dataclass(frozen=True, slots=True)
class Wanted:
    """A mailing that would be held at its time. `reason` is one of conclude.CONFIRM; `people`: how many would get it, where that is why."""

    campaign: int
    due_at: datetime
    approved_at: datetime
    reason: str
    people: int | None = None


def again(ctx: Context, campaign: Campaign, at: datetime) -> str:
    """Why it must be approved again at its time (a reason of conclude.CONFIRM); empty: it may go out. Raises what counting raises."""
    with ctx.store.read() as db:
        row = campaigns.detail(db, campaign.id)
        old = signing.stale(ctx, db, row, None, at)
    if old or ctx.settings.share("approval.difference") >= 1:
        return old
    people = _count(ctx, campaign)
    with ctx.store.read() as db:
        return signing.stale(ctx, db, row, people, at)


def _count(ctx: Context, campaign: Campaign) -> int:
    with ctx.store.read() as db:
        edition = editions.get(db, campaign.edition)
    return plan.count(ctx, approve.ask_of(ctx, campaign, edition)).mailed


def wanted(ctx: Context) -> list[Wanted]:
    """Mailings of the coming days that would be held for want of a fresh approval. Counts those whose turn it is, twice a day each."""
    now = ctx.now()
    with ctx.store.read() as db:  # a look costs no lock: nearly always there is nothing to do
        numbers = approvals.to_count(db, now + AHEAD, now - AGAIN)
        due = [campaigns.get(db, number) for number in numbers]
    for campaign in due:
        if campaign is not None:
            _look(ctx, campaign, now)
    with ctx.store.read() as db:
        return [
            one
            for row in approvals.ahead(db, now + TOLD)
            if (one := _judged(ctx, row, now)) and now < one.due_at
        ]


def _look(ctx: Context, campaign: Campaign, now: datetime) -> None:
    people: int | None = None
    try:
        people = _count(ctx, campaign)
    except Explained as error:
        log.warning("the recipients of mailing %d could not be counted: %s", campaign.id, error.message)
    with ctx.store.write() as db:
        approvals.counted(db, campaign.id, now, people)


def _judged(ctx: Context, row: Any, now: datetime) -> Wanted | None:
    if row.approved_at is None:
        return None
    lasts = timedelta(days=ctx.settings.whole("approval.days"))
    # Asked for sooner, the next one would be too old as well.
    if lasts and row.due_at - row.approved_at > lasts >= row.due_at - now:
        return Wanted(row.campaign_id, row.due_at, row.approved_at, conclude.APPROVAL_OLD)
    if signing.off(ctx, row.people, row.counted):
        return Wanted(row.campaign_id, row.due_at, row.approved_at, conclude.COUNT_OFF, row.counted)
    return None
