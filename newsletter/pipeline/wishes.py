"""Wishes: a schedule as the fields of a form, and back: so that a page shows what was written, and a choice makes a wish.

In: fields with short values, or a wish. Out: a ScheduleWish, or fields. Called by the studio's Schedule.

Fields: `by` is `holiday` or `date`; `holiday` is `CA-ON/christmas-day:2026`; `side` before, on or after, `steps` and `unit` (days,
working days, weeks); `date`, `time`, `zone` (`member` or a zone's name), `every` (`year`), `kept` (`observed`); `window`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from newsletter.model.errors import AuthorError, Explained
from newsletter.model.issue import ScheduleWish
from newsletter.model.said import Said
from newsletter.pipeline import almanac, schedule
from newsletter.pipeline.context import Context
from newsletter.planning.holidays import table
from newsletter.planning.offsets import Unit
from newsletter.planning.phrases import calendar_name, long_day
from newsletter.planning.plan import LocalPlan
from newsletter.planning.wall import read_at
from newsletter.planning.when import MEMBER

UNITS = tuple(unit.value for unit in (Unit.WORKING_DAY, Unit.DAY, Unit.WEEK))
_HOLIDAY = re.compile(r"(?P<calendar>CA(?:-[A-Z]{2})?)/(?P<key>[a-z0-9-]{1,60}):(?P<year>\d{4})")
_MORNING = "09:00"

Fields = Mapping[str, str]


def wish(fields: Fields) -> ScheduleWish:
    """What the fields ask for; `planning` judges it. Raises AuthorError for a holiday that was not chosen from the list."""
    zone, every = fields.get("zone", ""), "year" if fields.get("every") else ""
    window = fields.get("window", "")
    if fields.get("by") != "holiday":
        at = f"{fields.get('date', '')} {fields.get('time', '')}".strip()
        return ScheduleWish(at=at, zone=zone, every=every, window=window)
    found = _HOLIDAY.fullmatch(fields.get("holiday", ""))
    if found is None:
        raise AuthorError(
            Said("holiday: which one?", "holiday\u00a0: lequel?"),
            code="schedule-holiday",
            hint=Said("Choose one from the list.", "Choisissez-en un dans la liste."),
        )
    return ScheduleWish(
        at=fields.get("time", ""),
        holiday=found["key"],
        calendar=found["calendar"],
        offset=_offset(fields),
        zone=zone,
        year=None if every else int(found["year"]),
        every=every,
        day="observed" if fields.get("kept") == "observed" else "",
        window=window,
    )


def _offset(fields: Fields) -> str:
    side, steps, unit = fields.get("side", "on"), fields.get("steps", ""), fields.get("unit", UNITS[0])
    if side == "on" or not steps.strip("0 "):
        return ""
    return f"{steps} {unit if unit in UNITS else UNITS[0]} {'before' if side == 'before' else 'after'}"


def fields(ctx: Context, written: ScheduleWish | None) -> dict[str, str]:
    """The fields that say what an issue's front matter wishes; for an issue that wishes nothing, those of an ordinary morning."""
    made = {"by": "date", "time": _MORNING, "zone": MEMBER, "side": "on", "steps": "", "unit": UNITS[0]}
    if written is None:
        return made
    try:
        plan = schedule.planned(ctx, written, ctx.now())
    except Explained:  # past, or not understood: its own line says so
        return made | _read(written)
    return made | of_plan(plan)


def _read(written: ScheduleWish) -> dict[str, str]:
    try:
        _, hour = read_at(written.at)
    except AuthorError:
        hour = None
    zone = {"zone": written.zone.strip()} if written.zone.strip() else {}
    return zone | ({"time": f"{hour:%H:%M}"} if hour else {}) | _own_window(written.window)


def _own_window(window: str) -> dict[str, str]:
    return {"window": window} if window else {}


def of_plan(plan: LocalPlan) -> dict[str, str]:
    """The fields that say what a plan says."""
    found = {
        "by": "date",
        "date": plan.day.isoformat(),
        "time": f"{plan.local:%H:%M}",
        "zone": MEMBER if plan.readers_time else plan.zone,
        "every": plan.repeat.value,
    } | _own_window(plan.window)
    if plan.holiday is None:
        return found
    offset = plan.offset
    return found | {
        "by": "holiday",
        "holiday": f"{plan.calendar}/{plan.holiday.holiday.key}:{plan.holiday.by_data.year}",
        "side": "on" if not offset.count else "before" if offset.count < 0 else "after",
        "steps": str(abs(offset.count)) if offset.count else "",
        "unit": offset.unit.value,
        "kept": "observed" if plan.observed else "",
    }


def choices(ctx: Context, language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The holidays ahead of each chosen calendar: its name, and pairs of a value for `holiday` and words."""
    first = almanac.today(ctx)
    last = first + almanac.AHEAD
    found = []
    for calendar in almanac.calendars(ctx):
        days = [one for one in table(calendar, range(first.year, last.year + 1)) if first <= one.kept <= last]
        pairs = {
            f"{calendar}/{one.holiday.key}:{one.day.year}": f"{one.holiday.name(language)} – {long_day(one.day, language)}"
            for one in reversed(days)
        }
        name = calendar_name(calendar, language)
        found.append((f"{name[:1].upper()}{name[1:]}", list(reversed(pairs.items()))))
    return found
