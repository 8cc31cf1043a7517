"""Neighbours: other mailings that some of the same people get within a few days.

In: what is about to be scheduled. Out: those mailings with the number of people who get both. Called by `schedule`, `approve`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from newsletter.model.campaign import Campaign, CampaignStatus
from newsletter.model.errors import Explained
from newsletter.pipeline import audience, schedule
from newsletter.pipeline.context import Context
from newsletter.pipeline.plan import Ask
from newsletter.pipeline.recalling import recalled
from newsletter.planning.concerns import Neighbour
from newsletter.planning.zones import wall_clock
from newsletter.store import Connection, campaigns, crowding

_GONE = (CampaignStatus.CANCELLED, CampaignStatus.EXPIRED)


def near(ctx: Context, ask: Ask) -> list[Neighbour]:
    """Other mailings within `schedule.days_apart` of this one that reach some of its people, nearest first.

    Not those of the same issue and occurrence: of these nobody gets a second one. A neighbour whose segments cannot be read counts
    nobody: it is held for that in its own time.
    """
    if ask.when is None:
        return []
    key = ("near", ask.edition.artwork.slug, ask.audience, schedule.instant(ask.when), ask.when.plan.zone)
    return recalled(ctx, key, lambda: _near(ctx, ask))


def _near(ctx: Context, ask: Ask) -> list[Neighbour]:
    reach = timedelta(days=ctx.settings.whole("schedule.days_apart"))
    if ask.when is None or not reach:
        return []
    at, zone = schedule.instant(ask.when), ask.when.plan.zone
    with ctx.store.read() as db:
        others = [
            (abs(when - at), other, when)
            for other in campaigns.listed(db)
            if _is_other(ctx, ask, other) and (when := _when(db, other)) and abs(when - at) <= reach
        ]
        others.sort(key=lambda each: (each[0], each[1].id))
        return [
            Neighbour(other.id, other.slug, wall_clock(when, zone), both)
            for _, other, when in others
            if (both := _both(ctx, db, ask, other))
        ]


def _is_other(ctx: Context, ask: Ask, other: Campaign) -> bool:
    occasion = (ctx.publication.key, ask.edition.artwork.slug, ask.when.plan.occurrence if ask.when else "")
    return other.status not in _GONE and (other.publication, other.slug, other.occurrence) != occasion


def _when(db: Connection, other: Campaign) -> datetime | None:
    table = schedule.read(campaigns.detail(db, other.id).schedule)
    return schedule.instant(table) if table else other.started_at or other.due_at


def _both(ctx: Context, db: Connection, ask: Ask, other: Campaign) -> int:
    mine = audience.resolve(ctx, ask.audience)
    today = ctx.now().date()
    if other.started_at is not None:
        return crowding.also_had(db, (mine.include, mine.exclude), other.id, today)
    try:
        theirs = audience.resolve(ctx, other.audience)
    except Explained:
        return 0
    return crowding.in_both(db, (mine.include, mine.exclude), (theirs.include, theirs.exclude), today)
