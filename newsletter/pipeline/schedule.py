"""Schedule: a wish becomes a local plan, its waves, and what is worth saying about them, before anything counts.

In: the wish of front matter and flags. Out: an Outlook to be shown back; the plan as the store keeps it. Called by `schedule`,
prepare and the staff pages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from newsletter.model.errors import AuthorError
from newsletter.model.finding import Finding
from newsletter.model.issue import ScheduleWish
from newsletter.model.said import Said
from newsletter.pipeline import confirming, hours
from newsletter.pipeline.authoring import staff_language
from newsletter.pipeline.context import Context
from newsletter.planning import concerns, remarks, wall, when, words
from newsletter.planning.calendars import data_version
from newsletter.planning.concerns import Neighbour
from newsletter.planning.hours import ALWAYS, Hours
from newsletter.planning.plan import LocalPlan
from newsletter.planning.waves import Past, Readers, Waves, waves
from newsletter.planning.zones import FIRST_ZONE, TZDATA_VERSION, moment
from newsletter.store.gathering import Zone


@dataclass(frozen=True, slots=True)
class Timetable:
    """A local plan, the moment at which a person decided on it, and what happens in zones where its time had passed by then.

    Local time is the truth. The versions of the zone and holiday data that it was shown with are kept beside it, and the hours
    that were judged then; those of the moment are judged again when a batch leaves.
    """

    plan: LocalPlan
    decided_at: datetime
    past: Past = Past.NOW
    zone_data: str = TZDATA_VERSION
    holiday_data: str = ""
    hours: Hours = ALWAYS

    def waves(self, counted: dict[Zone, int]) -> Waves:
        """The waves for these readers, judged from the moment of the decision: a machine that slept since then is late, and
        lateness is the ledger's affair."""
        readers = (Readers(zone, province, members) for (zone, province), members in counted.items())
        return waves(self.plan, readers, now=self.decided_at, past=self.past, hours=self.hours)

    @property
    def begins(self) -> datetime:
        """The earliest instant at which somebody can be due: in readers' time, when the first clock of the world shows the
        time (UTC+14), so that a member of any zone who comes before then gets it in time."""
        first = FIRST_ZONE if self.plan.readers_time else self.plan.zone
        return max(moment(self.plan.local, first).at, self.decided_at)


def merged(written: ScheduleWish | None, flags: ScheduleWish) -> ScheduleWish:
    """Flags beat front matter."""
    return when.merge(written, flags)


def timetable(ctx: Context, wish: ScheduleWish, past: str = Past.NOW) -> Timetable:
    """What a wish means now. Raises AuthorError with the next step; also for a day or hour at which it could not go out."""
    return tabled(ctx, planned(ctx, wish, ctx.now()), past)


def planned(ctx: Context, wish: ScheduleWish, after: datetime) -> LocalPlan:
    """What a wish means at a moment (aware), by the publication's zone and calendar and the days that people confirmed."""
    return when.plan(
        wish,
        zone=ctx.publication.time_zone,
        calendar=ctx.publication.calendar,
        now=after,
        settled=confirming.settled(ctx),
    )


def tabled(ctx: Context, plan: LocalPlan, past: str = Past.NOW) -> Timetable:
    """A plan decided on now, with the hours that hold for it. Raises AuthorError for a day or hour at which it could not go out."""
    open_at = hours.of(ctx, plan, plan.day)
    concerns.require_open(plan, open_at, hours.closed(ctx, plan, plan.day))
    return Timetable(plan, ctx.now(), Past(past), holiday_data=data_version(), hours=open_at)


def moment_named(ctx: Context, text: str) -> datetime:
    """A moment that a person wrote by the publication's clock, such as "2026-12-02 18:00". Raises AuthorError (`schedule-at`)."""
    day, hour = wall.read_at(text)
    if day is None or hour is None:
        raise AuthorError(
            Said(
                f"{text.strip()!r} is not a day and a time of day.",
                f"{text.strip()!r} n’est pas un jour et une heure.",
            ),
            code="schedule-at",
            hint=Said(
                "Write YYYY-MM-DD HH:MM, for example 2026-12-02 18:00.",
                "Écrivez AAAA-MM-JJ HH:MM, par exemple 2026-12-02 18:00.",
            ),
        )
    return moment(datetime.combine(day, hour), ctx.publication.time_zone).at


def instant(table: Timetable) -> datetime:
    """When it goes out in the plan's own zone."""
    return moment(table.plan.local, table.plan.zone).at


def stored(table: Timetable | None) -> dict[str, Any] | None:
    """The form in which the store keeps it; None: at once."""
    return None if table is None else msgspec.json.decode(msgspec.json.encode(table))


def read(kept: dict[str, Any] | None) -> Timetable | None:
    """Back from the store."""
    return None if kept is None else msgspec.convert(kept, Timetable, str_keys=True)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is shown back before it counts: sentences with every wave, remarks, and the form for programs."""

    lines: list[str]
    remarks: list[Finding]
    json: dict[str, object]


def outlook(
    ctx: Context,
    table: Timetable,
    counted: dict[Zone, int],
    near: Sequence[Neighbour] = (),
    language: str = "",
) -> Outlook:
    """The outlook of a timetable for these readers, in a language, else that of the staff. `near`: other mailings that
    some of them also get (pipeline.neighbours)."""
    language = language or staff_language(ctx)
    found = table.waves(counted)
    lines = words.sentences(table.plan, language) + [
        words.wave_line(table.plan, wave, language) for wave in found.waves
    ]
    said = remarks.findings(table.plan, found, language) + _concerns(ctx, table, counted, near, language)
    return Outlook(lines, said, words.as_json(table.plan, found, said, language))


def _concerns(
    ctx: Context, table: Timetable, counted: dict[Zone, int], near: Sequence[Neighbour], language: str
) -> list[Finding]:
    provinces: Counter[str] = Counter()
    for (_, province), members in counted.items():
        provinces[province] += members
    return [
        *concerns.moved(table.plan, language),
        *concerns.hours_now(table.plan, table.hours, hours.of(ctx, table.plan, table.plan.day), language),
        *confirming.remarks(ctx, table.plan, instant(table), language),
        *concerns.readers_holiday(table.plan, provinces, language),
        *concerns.close_mailings(table.plan, near, ctx.settings.whole("schedule.days_apart"), language),
    ]


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
