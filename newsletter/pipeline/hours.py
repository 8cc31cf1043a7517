"""Hours: quiet hours, blackout days and the window of a mailing; asked when it is planned, and again when a batch is about to leave.

In: settings, a plan, a claimed batch. Out: the hours; a batch put off, or expired. Called by pipeline.schedule and submit.

What a person sends at once has no hours, for somebody sits before it, unless they name a window.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import msgspec

from newsletter.model.campaign import BatchState
from newsletter.model.errors import AuthorError, ConfigurationError
from newsletter.model.said import Said
from newsletter.pipeline import conclude
from newsletter.pipeline.context import Context
from newsletter.planning import hours as open_hours
from newsletter.planning.blackout import Closed, Kept, closed_days, read_kept
from newsletter.planning.catalogue import HOLIDAYS
from newsletter.planning.hours import Hours, opening, read_quiet
from newsletter.planning.plan import LocalPlan
from newsletter.planning.window import HINT, Window, read_window
from newsletter.planning.zones import wall_clock
from newsletter.store import Connection, batches, deliveries, quieting
from newsletter.store.batches import Batch

_NEVER = Said(
    "it lies in the quiet hours: nothing could ever leave",
    "elle tombe dans les heures calmes\u00a0: rien ne pourrait jamais partir",
)
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
    found = Hours(quiet, tuple(sorted(closed(ctx, plan, around))), _window(ctx, plan.window))
    if found.never:
        raise _fault(_NEVER)
    return found


def _window(ctx: Context, own: str) -> Window | None:
    """The window that a mailing names; else that of the setting."""
    found = read_window(own or ctx.settings.text("send.window"))
    if isinstance(found, Said):
        raise _fault(found)
    return found


def _fault(sentence: Said) -> ConfigurationError:
    told = Said(f"send.window: {sentence.en}", f"send.window\u00a0: {sentence.fr}")
    return ConfigurationError(told, code="send-window", hint=HINT)


def require_window(text: str) -> str:
    """The window that a person names for a mailing that leaves at once. Raises AuthorError (`schedule-window`)."""
    found = read_window(text)
    if isinstance(found, Said):
        told = Said(f"window: {found.en}.", f"window\u00a0: {found.fr}.")
        raise AuthorError(told, code="schedule-window", hint=HINT)
    return text.strip()


def usual(ctx: Context, language: str) -> str:
    """The window of the settings in words, for a mailing that names none; nothing where mail leaves at any hour."""
    found = _window(ctx, "")
    return found.told(language) if found else ""


def last_leaves(ctx: Context, window: str, takes: timedelta) -> datetime | None:
    """When the last of a mailing leaves that is begun now, by the publication's clock, within a window; None without one."""
    found = read_window(window)
    if not isinstance(found, Window):
        return None
    zone = ctx.publication.time_zone
    return wall_clock(open_hours.last_leaves(found, zone, ctx.now(), takes), zone)


def within(text: str) -> str:
    """What a window adds to the time that a person confirms: ", within Monday to Friday, 08:00 to 17:00 only"; nothing for none."""
    found = read_window(text)
    return f", within {found.told('en')} only" if isinstance(found, Window) else ""


def puts_off(ctx: Context, db: Connection, batch: Batch, row: Any, now: datetime, leaves: datetime) -> bool:
    """True when a claimed batch does not leave now: it waits until its zones are open again, or expires when that is too late.
    `leaves`: when it would leave at the provider, which may be later than now."""
    until = _opens(ctx, db, batch, row, leaves)
    if until is None:
        return False
    expires_at = batches.expiry(db, batch)
    if expires_at is None or until < expires_at:
        quieting.put_off(db, batch, until - (leaves - now))  # then it leaves when its zones open
        return True
    claimed, reason = [BatchState.CLAIMED], "its time passed in quiet hours"
    deliveries.stop(db, batches.is_batch(batch), BatchState.EXPIRED, reason, claimed)
    conclude.follow(db, batch.campaign, now)
    return True


def _opens_at_once(ctx: Context, window: str | None, now: datetime) -> datetime | None:
    """By the publication's clock: those who get it at once are of all zones."""
    found = read_window(window or "")
    return (
        opening(Hours(window=found), (ctx.publication.time_zone,), now) if isinstance(found, Window) else None
    )


def _opens(ctx: Context, db: Connection, batch: Batch, row: Any, now: datetime) -> datetime | None:
    if row.schedule is None:
        return _opens_at_once(ctx, row.send_window, now)
    plan = msgspec.convert(row.schedule["plan"], LocalPlan, str_keys=True)
    return opening(of(ctx, plan, now.date()), quieting.zones(db, batch), now)
