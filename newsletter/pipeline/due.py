"""Due: which approved mailings start now, and which are held because their time has passed or their text has changed.

In: the clock. Out: campaigns prepared, or held with a reason. Called by the worker at every round.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from newsletter.model.campaign import Campaign, CampaignStatus
from newsletter.model.errors import Explained, StoreUnavailable, Superseded, Unavailable, Uncertain
from newsletter.model.hold import HELD_BY
from newsletter.model.said import kept
from newsletter.pipeline import barring, conclude, confirmed, confirming, freeze, reaching, schedule, testing
from newsletter.pipeline.context import Context
from newsletter.pipeline.prepare import prepare
from newsletter.planning.late import Lateness, late
from newsletter.store import batches, campaigns, editions, sequels, waking

log = logging.getLogger(__name__)

_GOING = (CampaignStatus.SENDING, CampaignStatus.PAUSED, CampaignStatus.HELD)
LEAD = timedelta(
    minutes=5
)  #: recipients are written down so long before the first moment at which one can be due


def start_due(ctx: Context, only: int | None = None) -> int:
    """Start what is due (or one campaign, if it is); how many were started."""
    now = ctx.now()
    with ctx.store.read() as db:
        waiting = campaigns.listed(db, [CampaignStatus.SCHEDULED])
        begins = {one.id: _begins(one, campaigns.detail(db, one.id)) for one in waiting}
    due = [
        campaign
        for campaign in waiting
        if (only in (None, campaign.id)) and begins[campaign.id] - LEAD <= now
    ]
    return sum(_start_or_hold(ctx, campaign, now) for campaign in due)


def _begins(campaign: Campaign, row: Any) -> datetime:
    """When somebody can be due at the earliest: a member of any zone who comes before then is written down in time."""
    table = schedule.read(row.schedule)
    due_at = campaign.due_at or campaign.created_at
    return due_at if table is None else min(due_at, table.begins)


def _start_or_hold(ctx: Context, campaign: Campaign, now: datetime) -> bool:
    """What keeps one mailing from starting holds that one, and says why: the others go out."""
    try:
        return _start(ctx, campaign, now)
    except (StoreUnavailable, Superseded):
        raise
    except Explained as error:
        return hold(ctx, campaign, f"{conclude.SETUP}{kept(error.said[0])}")
    except Exception as error:
        log.exception("mailing %d could not be started", campaign.id)
        return hold(ctx, campaign, f"{conclude.SETUP}{type(error).__name__} while it was to be started")


def _start(ctx: Context, campaign: Campaign, now: datetime) -> bool:
    with ctx.store.read() as db:
        row = campaigns.detail(db, campaign.id)
        barred = barring.bars_start(db, row, now)
        sequel = sequels.of(db, campaign.id)
        waits = sequels.waits(db, sequel)
    if barred is not None:
        return hold(ctx, campaign, f"{HELD_BY}{barred.reason}")
    if waits:  # what is under way of the mailing before it ends first: then it is known who is left
        return False
    due_at = campaign.due_at or now
    if _too_late(row, due_at, now) and not (row.insisted and _too_late(row, due_at, row.approved_at)):
        return hold(ctx, campaign, conclude.LATE)  # and a person has not let it go out when it was so already
    planned = row.schedule is not None and not row.insisted
    of_files = planned and (sequel is None or sequel.kind.written)
    if of_files and (drift := freeze.differs(ctx, campaign.slug, campaign.edition, due_at)):
        return hold(ctx, campaign, drift.reason)
    if (table := schedule.read(row.schedule)) is not None:
        confirming.require(ctx, table.plan, schedule.instant(table))
    reaching.require_same(ctx, row)
    if planned and (why := confirmed.again(ctx, campaign, due_at)):
        return hold(ctx, campaign, why)
    if campaign.gentle and (row.schedule is not None or sequel):  # `send` has shown it to them already
        _show_staff(ctx, campaign)
    return prepare(ctx, campaign)


def _too_late(row: Any, due_at: datetime, at: datetime) -> bool:
    return late(due_at, at, timedelta(seconds=row.grace_seconds), row.expires_at) is Lateness.TOO_LATE


def _show_staff(ctx: Context, campaign: Campaign) -> None:
    """A provider that refuses the staff's copies keeps the mailing back; one that is away for a moment does not."""
    with ctx.store.read() as db:
        edition = editions.get(db, campaign.edition)
    try:
        testing.show_staff(ctx, edition, {}, campaign.provider)
    except (Unavailable, Uncertain) as error:
        log.warning("mailing %d was not shown to all of the staff: %s", campaign.id, error.message)


def hold(ctx: Context, campaign: Campaign, reason: str) -> bool:
    """A campaign waits for a person; never sent, never silent."""
    with ctx.store.write() as db:
        campaigns.change(
            db,
            campaign.id,
            [CampaignStatus.SCHEDULED, CampaignStatus.SENDING],
            CampaignStatus.HELD,
            reason=reason,
        )
    return False


def hold_late(ctx: Context) -> None:
    """Waves that nobody sent in time are held with their campaign, unless a person let it go on."""
    now = ctx.now()
    with ctx.store.read() as db:  # a look costs no lock: nearly always there is nothing to do
        if not campaigns.with_late_waves(db, now):
            return
    with ctx.store.write() as db:
        for number in campaigns.with_late_waves(db, now):
            campaigns.change(db, number, [CampaignStatus.SENDING], CampaignStatus.HELD, reason=conclude.LATE)


def recover(ctx: Context, owners: str = "") -> None:
    """At the start of a runner that holds the lock: nobody else works here, so what was under way lost its worker.

    `owners`: how the names of those begin who worked here, where other machines send from the same database. Whatever waited for that worker's answer (the rest of a gentle start, the other half of a refused batch) is looked at anew.
    """
    with ctx.store.write() as db:
        waking.abandon(db, ctx.now(), owners)
        campaigns.refresh_preparing(db)
        for campaign in campaigns.listed(db, _GOING):
            if campaign.started_at is not None:
                conclude.follow(db, campaign.id, ctx.now())
    close_ended(ctx)


def close_ended(ctx: Context) -> None:
    """Campaigns of which nothing is pending any more are finished, or held: also when nobody concluded their last batch."""
    with ctx.store.read() as db:
        ended = campaigns.ended(db)
    if ended:
        with ctx.store.write() as db:
            for number in ended:
                conclude.follow(db, number, ctx.now())


def busy(ctx: Context) -> bool:
    """True while something is being sent, or should start now."""
    now = ctx.now()
    with ctx.store.read() as db:
        found = campaigns.listed(
            db, [CampaignStatus.SENDING, CampaignStatus.PREPARING, CampaignStatus.SCHEDULED]
        )
        for campaign in found:
            if campaign.status is not CampaignStatus.SCHEDULED and batches.under_way(db, campaign.id, now):
                return True
            if campaign.status is CampaignStatus.SCHEDULED and campaign.due_at and campaign.due_at <= now:
                return True
    return False
