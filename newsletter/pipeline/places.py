"""Places: where the work on an issue goes on: its text, its review, its day in the schedule, its approval, its mailing.

In: an issue, or one mailing of it. Out: what is known of each place. Called by the studio's pages, which lead from one to the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from newsletter.model.campaign import Campaign
from newsletter.pipeline import approve, build, commenting, considering, control
from newsletter.pipeline.context import Context


@dataclass(frozen=True, slots=True)
class Places:
    """`written`: its files are there; `comments`: how many are open; `mailing`: the one that is meant, else the newest; `day`: on which
    that stands in the schedule, by the newsletter's time; `approvable`: a yes to it is waited for."""

    slug: str
    written: bool
    comments: int
    mailing: Campaign | None
    day: date | None
    approvable: bool


def places(ctx: Context, slug: str, mailing: Campaign | None = None) -> Places:
    """Where an issue stands; for a mailing: where that one stands."""
    meant = mailing or _newest(ctx, slug)
    return Places(
        slug,
        written=any(one.slug == slug for one in build.issues(ctx)),
        comments=commenting.open_on(ctx, slug),
        mailing=meant,
        day=_day(ctx, meant) if meant else None,
        approvable=meant is not None and not considering.state(ctx, meant.id),
    )


def _newest(ctx: Context, slug: str) -> Campaign | None:
    publication = ctx.publication.key
    return next(
        (one for one in control.every(ctx) if one.slug == slug and one.publication == publication), None
    )


def _day(ctx: Context, found: Campaign) -> date | None:
    table = approve.timetable_of(ctx, found.id)
    if table is not None:
        return table.plan.day
    at = found.started_at or found.due_at
    return at.astimezone(ZoneInfo(ctx.publication.time_zone)).date() if at else None
