"""Almanac: the holidays of the next eighteen months, stored with the data's version, so that a change of the data shows.

In: the clock, the package's data. Out: rows, and differences. Called by the worker once a day, and by `holidays`.

A difference moves nothing: a mailing that was planned keeps its day, and whoever looks is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from newsletter.pipeline.context import Context
from newsletter.planning.calendars import calendar_named, data_version
from newsletter.planning.holidays import days_of, holidays_of
from newsletter.planning.zones import wall_clock
from newsletter.store import Connection, holidays
from newsletter.store.database import get_meta, set_meta
from newsletter.store.holidays import Change, Day, Number

AHEAD = timedelta(days=549)  #: eighteen months
_STATE = "holidays.stored"


def calendars(ctx: Context) -> tuple[str, ...]:
    """The calendars whose days are stored: those of `holidays.calendars`, and the publication's."""
    named = (*ctx.settings.items("holidays.calendars"), ctx.publication.calendar)
    return tuple(dict.fromkeys(calendar_named(name) for name in named))


def today(ctx: Context) -> date:
    """The day in the publication's zone."""
    return wall_clock(ctx.now(), ctx.publication.time_zone).date()


def renew(ctx: Context) -> list[Change]:
    """Bring what is stored up to date; the differences to what was stored of days that are still ahead.

    At most once a day, unless the data's version or the choice of calendars is another one; not while a clock was set back.
    """
    day, chosen, data = today(ctx), calendars(ctx), data_version()
    about = f"{data} {','.join(chosen)}"
    with ctx.store.read() as db:
        stood, _, same = (get_meta(db, _STATE) or "").partition(" ")
    if same == about and stood >= str(day):
        return []
    with ctx.store.write() as db:
        found = [change for calendar in chosen for change in _renew(db, calendar, day, ctx.now(), data)]
        holidays.note_changes(db, found)
        set_meta(db, _STATE, f"{day} {about}")
    return found


def _renew(db: Connection, calendar: str, today: date, now: datetime, data: str) -> list[Change]:
    before = holidays.stored(db, calendar)
    fresh = {each.id: each for each in _reckoned(calendar, today, data)}
    end = max((each.day for each in before.values()), default=date.min)
    found = [
        Change(
            now,
            calendar,
            number[0],
            was.day if was else None,
            was.observed if was else None,
            became.day if became else None,
            became.observed if became else None,
            was.data if was else "",
            data,
        )
        for number, was, became in _pairs(before, fresh)
        if _differs(was, became) and _told(was, became, today, end)
    ]
    changed = [each for each in fresh.values() if before.get(each.id) != each]
    holidays.replace(db, calendar, before.keys() - fresh.keys(), changed)
    return found


def _reckoned(calendar: str, today: date, data: str) -> Iterable[Day]:
    end = today + AHEAD
    for year in range(today.year, end.year + 1):
        for holiday in holidays_of(calendar):
            for number, each in enumerate(days_of(holiday, calendar, year)):
                if today <= max(each.day, each.kept) and each.day <= end:
                    yield Day(
                        holiday.key,
                        year,
                        number,
                        each.day,
                        each.observed,
                        each.standing.value,
                        each.estimated,
                        data,
                    )


def _pairs(
    before: Mapping[Number, Day], fresh: Mapping[Number, Day]
) -> list[tuple[Number, Day | None, Day | None]]:
    return [(number, before.get(number), fresh.get(number)) for number in sorted({*before, *fresh})]


def _differs(was: Day | None, became: Day | None) -> bool:
    return was is None or became is None or (was.day, was.observed) != (became.day, became.observed)


def _told(was: Day | None, became: Day | None, today: date, end: date) -> bool:
    """Neither that a day has passed, nor that the horizon has moved, is a change of the data."""
    if was is None:
        return became is not None and became.day <= end
    return max(was.day, was.observed or was.day) >= today


def changes(ctx: Context, chosen: Iterable[str]) -> list[Change]:
    """The differences that were found about days still ahead, newest first."""
    with ctx.store.read() as db:
        return holidays.changes(db, list(chosen), today(ctx))
