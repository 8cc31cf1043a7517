"""Schedule: a wish becomes a local plan, its waves, and what is worth saying about them, before anything counts.

In: the wish of front matter and flags. Out: an Outlook to be shown back; the plan as the store keeps it. Called by `schedule`,
prepare and the staff pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from newsletter.model.finding import Finding
from newsletter.model.issue import ScheduleWish
from newsletter.pipeline.context import Context
from newsletter.planning import remarks, when, words
from newsletter.planning.calendars import data_version
from newsletter.planning.plan import LocalPlan
from newsletter.planning.waves import Past, Readers, Waves, waves
from newsletter.planning.zones import TZDATA_VERSION, moment
from newsletter.store.gathering import Zone


@dataclass(frozen=True, slots=True)
class Timetable:
    """A local plan, the moment at which a person decided on it, and what happens in zones where its time had passed by then.

    Local time is the truth. The versions of the zone and holiday data that it was shown with are kept beside it.
    """

    plan: LocalPlan
    decided_at: datetime
    past: Past = Past.NOW
    zone_data: str = TZDATA_VERSION
    holiday_data: str = ""

    def waves(self, zones: dict[Zone, int]) -> Waves:
        """The waves for these readers, judged from the moment of the decision: a machine that slept since then is late, and
        lateness is the ledger's affair."""
        readers = (Readers(zone, province, members) for (zone, province), members in zones.items())
        return waves(self.plan, readers, now=self.decided_at, past=self.past)


def merged(written: ScheduleWish | None, flags: ScheduleWish) -> ScheduleWish:
    """Flags beat front matter."""
    return when.merge(written, flags)


def timetable(ctx: Context, wish: ScheduleWish, past: str = Past.NOW) -> Timetable:
    """What a wish means now. Raises AuthorError with the next step."""
    now = ctx.now()
    plan = when.plan(wish, zone=ctx.publication.time_zone, calendar=ctx.publication.calendar, now=now)
    return Timetable(plan, now, Past(past), holiday_data=data_version())


def instant(table: Timetable) -> datetime:
    """When it goes out in the plan's own zone."""
    return moment(table.plan.local, table.plan.zone).at


def stored(table: Timetable | None) -> dict[str, Any] | None:
    """The form in which the store keeps it; None: at once."""
    return None if table is None else msgspec.to_builtins(table, str_keys=True)


def read(kept: dict[str, Any] | None) -> Timetable | None:
    """Back from the store."""
    return None if kept is None else msgspec.convert(kept, Timetable, str_keys=True)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is shown back before it counts: sentences with every wave, remarks, and the form for programs."""

    lines: list[str]
    remarks: list[Finding]
    json: dict[str, object]


def outlook(ctx: Context, table: Timetable, zones: dict[Zone, int]) -> Outlook:
    """The outlook of a timetable for these readers, in the publication's first language."""
    language = ctx.publication.languages[0]
    found = table.waves(zones)
    lines = words.sentences(table.plan, language) + [
        words.wave_line(table.plan, wave, language) for wave in found.waves
    ]
    return Outlook(
        lines, remarks.findings(table.plan, found, language), words.as_json(table.plan, found, language)
    )


@dataclass(frozen=True, slots=True)
class Span:
    """When the first wave is due, which the worker waits for, and when the last one expires, if they do."""

    due_at: datetime
    expires_at: datetime | None = None


def span(table: Timetable | None, zones: dict[Zone, int], now: datetime) -> Span:
    """The span of a timetable for these readers; without one it is now."""
    if table is None:
        return Span(now)
    found = table.waves(zones).waves
    if not found:
        return Span(now)
    expiries = [wave.expires_at for wave in found if wave.expires_at]
    return Span(min(wave.due_at for wave in found), max(expiries) if len(expiries) == len(found) else None)
