"""Mailings with a time, for tests of the ledger: planned without files, in one zone or the readers' own."""

from __future__ import annotations

from datetime import datetime, timedelta

from newsletter.model.campaign import Campaign
from newsletter.pipeline import freeze
from newsletter.pipeline.schedule import Timetable
from newsletter.planning.plan import Expiry, LocalPlan
from tests.ledger import Bench, edition


def in_time(desk: Bench, hours: float, *, member: bool = False, expiry: Expiry = Expiry.NEVER) -> Timetable:
    """So many hours from now by the clock of UTC."""
    at = (desk.clock[0] + timedelta(hours=hours)).replace(tzinfo=None)
    return Timetable(LocalPlan(local=at, zone="UTC", readers_time=member, expiry=expiry), desk.clock[0])


def planned(
    desk: Bench,
    hours: float,
    slug: str = "greeting",
    *,
    member: bool = False,
    expiry: Expiry = Expiry.NEVER,
    **ask: object,
) -> Campaign:
    """Approved for then."""
    when = in_time(desk, hours, member=member, expiry=expiry)
    return desk.campaign(desk.mailing(edition(slug), when=when, **ask).id)


def utc(at: str) -> datetime:
    """A moment, as ISO 8601."""
    return datetime.fromisoformat(at)


def never_differs(patch: object) -> None:
    """The files of these issues do not exist: their text is as approved."""
    patch.setattr(freeze, "differs", lambda *_: False)  # type: ignore[attr-defined]
