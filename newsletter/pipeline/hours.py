"""Hours: quiet hours and blackout days of a mailing; asked when it is planned, and again when a batch is about to leave.

In: settings, a plan, a claimed batch. Out: the hours; a batch put off, or expired. Called by pipeline.schedule and submit.

What a person sends at once has no hours: somebody sits before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import msgspec

from newsletter.model.campaign import BatchState
from newsletter.pipeline import conclude
from newsletter.pipeline.context import Context
from newsletter.planning.blackout import Closed, Kept, closed_days, read_kept
from newsletter.planning.catalogue import HOLIDAYS
from newsletter.planning.hours import Hours, opening, read_quiet
from newsletter.planning.plan import LocalPlan
from newsletter.store import Connection, batches, deliveries, quieting
from newsletter.store.batches import Batch

_BEFORE, _AFTER = timedelta(days=2), timedelta(days=60)


def closed(ctx: Context, plan: LocalPlan, around: date) -> dict[date, Closed]:
    """The blackout days near a day, by the plan's calendar; without those of the holiday that it greets for."""
    kept = read_kept(ctx.settings.text("blackout.holidays"), "blackout.holidays")
    named = ctx.settings.items("blackout.days")
    if kept is None and not named:
        return {}
    own = plan.holiday.holiday.key if plan.holiday else ""
    found = _closed(plan.calendar or ctx.publication.calendar, around.year, kept, named, own)
    return {day: why for day, why in found.items() if around - _BEFORE <= day <= around + _AFTER}


def closed_between(ctx: Context, first: date, last: date) -> dict[date, Closed]:
    """The blackout days of a span, by the publication's calendar, whatever a mailing may be for."""
    kept = read_kept(ctx.settings.text("blackout.holidays"), "blackout.holidays")
    named = ctx.settings.items("blackout.days")
    if kept is None and not named:
        return {}
    found = _closed(ctx.publication.calendar, first.year, kept, named, "")
    return {day: why for day, why in found.items() if first <= day <= last}


@lru_cache(maxsize=64)
def _closed(
    calendar: str, year: int, kept: Kept | None, named: tuple[str, ...], own: str
) -> Mapping[date, Closed]:
    years = (year - 1, year, year + 1)  # a span over New Year, New Year's Day observed in December
    return closed_days(calendar, years, kept, named, HOLIDAYS.get(own))


def of(ctx: Context, plan: LocalPlan, around: date) -> Hours:
    """The hours of a plan near a day. Raises ConfigurationError for a setting that cannot be read."""
    quiet = read_quiet(ctx.settings.text("quiet.hours"))
    return Hours(quiet, tuple(sorted(closed(ctx, plan, around))))


def puts_off(ctx: Context, db: Connection, batch: Batch, row: Any, now: datetime) -> bool:
    """True when a claimed batch does not leave now: it waits until its zones are open again, or expires when that is too late."""
    until = _opens(ctx, db, batch, row, now)
    if until is None:
        return False
    expires_at = batches.expiry(db, batch)
    if expires_at is None or until < expires_at:
        quieting.put_off(db, batch, until)
        return True
    claimed, reason = [BatchState.CLAIMED], "its time passed in quiet hours"
    deliveries.stop(db, batches.is_batch(batch), BatchState.EXPIRED, reason, claimed)
    conclude.follow(db, batch.campaign, now)
    return True


def _opens(ctx: Context, db: Connection, batch: Batch, row: Any, now: datetime) -> datetime | None:
    if row.schedule is None:
        return None
    plan = msgspec.convert(row.schedule["plan"], LocalPlan, str_keys=True)
    return opening(of(ctx, plan, now.date()), quieting.zones(db, batch), now)
