"""Last time: what a planned mailing is for, with what its issue was when it last went out, and how often sponsors were shown.

In: an issue, a timetable. Out: an Occasion for the checks. Called by whoever freezes an issue for a plan.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from newsletter.checks.occasion import Occasion
from newsletter.pipeline import schedule
from newsletter.pipeline.context import Context
from newsletter.pipeline.occasion import of_plan
from newsletter.pipeline.schedule import Timetable
from newsletter.planning.zones import wall_clock
from newsletter.store import earlier, editions, sponsors

LONG = timedelta(days=60)  #: one issue to several segments, some days apart, is one text on purpose


def occasion(ctx: Context, slug: str, table: Timetable, campaign: int = 0) -> Occasion:
    """The occasion of a timetable, with what was sent the time before. `campaign` is the mailing itself, where it is known."""
    with ctx.store.read() as db:
        shown = sponsors.shown(db, ctx.publication.key, (slug, table.plan.occurrence))
        made = replace(of_plan(table.plan), inserted=shown)
        day_before = schedule.instant(table) - timedelta(days=1)
        found = earlier.before(db, ctx.publication.key, slug, day_before, campaign)
        last = editions.get(db, found.edition).artwork if found else None
    at = (found.due_at or found.started_at) if found else None
    if at is None or not (table.plan.repeat or schedule.instant(table) - at >= LONG):
        return made
    return replace(made, last=last, last_day=wall_clock(at, table.plan.zone).date())
