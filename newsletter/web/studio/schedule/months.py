"""The month: a calendar of days, and what stands on the one that is chosen.

In: a visit. Out: the page. Called by web.studio.schedule.
"""

from __future__ import annotations

import re
from datetime import date

from babel.dates import format_date
from starlette.responses import Response

from newsletter.pipeline import almanac, month
from newsletter.web.studio.visit import Visit
from newsletter.web.studio.words import LOCALES

#: the look of a status: a kind of parts.status
KINDS = {
    "draft": "warning",
    "scheduled": "",
    "preparing": "",
    "sending": "",
    "paused": "warning",
    "held": "wrong",
    "finished": "good",
    "cancelled": "quiet",
    "expired": "quiet",
}
_MONTH = re.compile(r"(\d{4})-(\d{2})")


def shown(visit: Visit) -> Response:
    """`?month=2026-12`, `&day=2026-12-16`; without them the present month."""
    today = almanac.today(visit.ctx)
    chosen = day_of(visit.query.get("day", ""))
    first = _month_of(visit.query.get("month", "")) or chosen or today
    found = month.month(visit.ctx, first, visit.language)
    return visit.page(
        "schedule/month.html",
        title=month_name(found.first, visit.language),
        month=found,
        chosen=found.day(chosen) if chosen else None,
        before=month.next_of(found.first, -1),
        after=month.next_of(found.first, 1),
        weekdays=weekdays(found, visit.language),
        kinds=KINDS,
    )


def month_name(first: date, language: str) -> str:
    """December 2026; Décembre 2026."""
    name = format_date(first, "LLLL y", locale=LOCALES[language])
    return name[:1].upper() + name[1:]


def weekdays(found: month.Month, language: str) -> list[tuple[str, str]]:
    """The days of a week, short and in full, as the calendar has them."""
    locale = LOCALES[language]
    return [
        (format_date(day.day, "EEE", locale=locale), format_date(day.day, "EEEE", locale=locale))
        for day in found.weeks[0]
    ]


def day_of(text: str) -> date | None:
    """A day as it stands in an address; None for anything else."""
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
    except ValueError:
        return None


def _month_of(text: str) -> date | None:
    form = _MONTH.fullmatch(text)
    return day_of(f"{form[0]}-01") if form else None
