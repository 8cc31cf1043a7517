"""Barring: whether a hold on everything keeps a mailing back, asked wherever something could leave or start.

In: a campaign's row, the clock. Out: the hold that bars it, or nothing. Called by submit, due, control, and the shells that refuse.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from newsletter.model.campaign import CampaignStatus
from newsletter.model.errors import NotAllowed
from newsletter.model.hold import HELD_BY, Hold
from newsletter.model.said import Said
from newsletter.pipeline.context import Context
from newsletter.planning.phrases import day_and_clock
from newsletter.store import Connection, campaigns, holds


def standing(ctx: Context) -> Hold | None:
    """The hold on everything that stands now, if one does."""
    with ctx.store.read() as db:
        return holds.standing(db, ctx.now())


def bars(db: Connection, row: Any, now: datetime) -> Hold | None:
    """The standing hold, unless a person let this mailing out of it."""
    found = holds.standing(db, now)
    return found if found is not None and (row.freed_from or 0) < found.id else None


def keeps_back(db: Connection, row: Any, now: datetime) -> bool:
    """True when a mailing that is being sent may not go on; it is held then, and waits for a person."""
    found = bars(db, row, now)
    if found is None:
        return False
    campaigns.change(
        db, row.id, [CampaignStatus.SENDING], CampaignStatus.HELD, reason=f"{HELD_BY}{found.reason}"
    )
    return True


def bars_start(db: Connection, row: Any, now: datetime) -> Hold | None:
    """The hold that keeps a mailing from starting: one that stands, or one within which its time fell while nobody looked.

    A hold that comes to its end by itself lets nothing go that was missed meanwhile. What a person let go late is judged no more.
    """
    found = bars(db, row, now)
    if found is not None or row.insisted or row.schedule is None:
        return found
    return holds.missing(db, row.due_at, row.approved_at, row.freed_from or 0)


def sentence(ctx: Context, found: Hold) -> Said:
    """That everything is held, since when, by whom and why, for people; in the publication's own time."""
    since, until = moment(ctx, found.at), moment(ctx, found.until) if found.until else None
    english = f" until {until.en}" if until else ""
    french = f" jusqu’au {until.fr}" if until else ""
    return Said(
        f"Everything is held since {since.en}{english}, by {found.by}: {found.reason}",
        f"Tout est retenu depuis le {since.fr}{french}, par {found.by}\u00a0: {found.reason}",
    )


def moment(ctx: Context, at: datetime) -> Said:
    """A moment by the publication's clock."""
    zone = ctx.publication.time_zone
    there = at.astimezone(ZoneInfo(zone))
    return Said(
        f"{there.day} {there:%B %Y}, {there.hour}:{there:%M} ({zone})",
        f"{day_and_clock(there, 'fr')} ({zone})",
    )


def refusal(ctx: Context, found: Hold) -> NotAllowed:
    """Nothing is sent while everything is held."""
    told = sentence(ctx, found)
    return NotAllowed(
        Said(told.en[:1].lower() + told.en[1:], told.fr[:1].lower() + told.fr[1:]),
        code="everything-held",
        hint=Said(
            "Nothing is lost. `newsletter release` ends the hold and shows what waits.",
            "Rien n’est perdu. `newsletter release` met fin à la retenue et montre ce qui attend.",
        ),
    )


def require_none(ctx: Context) -> None:
    """Raises NotAllowed while everything is held."""
    found = standing(ctx)
    if found is not None:
        raise refusal(ctx, found)
