"""Holidays: the days of a calendar as staff see them, with what is uncertain, what changed, and which mailings it concerns.

In: a calendar, a year. Out: rows for people and programs. Called by `newsletter holidays`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from newsletter.model.campaign import CampaignStatus
from newsletter.model.finding import Finding
from newsletter.pipeline import almanac, confirming, schedule
from newsletter.pipeline.authoring import staff_language
from newsletter.pipeline.context import Context
from newsletter.planning import concerns, listing
from newsletter.planning.blackout import Kept
from newsletter.planning.calendars import calendar_named, data_version
from newsletter.planning.catalogue import HOLIDAYS
from newsletter.planning.holidays import HolidayDay, settle, table
from newsletter.planning.phrases import long_day, spoken
from newsletter.store import campaigns, holidays
from newsletter.store.holidays import Change

_OPEN = (
    CampaignStatus.DRAFT,
    CampaignStatus.SCHEDULED,
    CampaignStatus.PREPARING,
    CampaignStatus.SENDING,
    CampaignStatus.PAUSED,
    CampaignStatus.HELD,
)


@dataclass(frozen=True, slots=True)
class Row:
    """A day with the newest word about it, if somebody has confirmed it."""

    found: HolidayDay
    confirmed_at: datetime | None = None
    confirmed_by: str = ""

    def days(self, kept: Kept) -> tuple[date, ...]:
        """The days on which it stands in a list, by the choice of actual, observed or both."""
        return kept.days(self.found)


@dataclass(frozen=True, slots=True)
class Listed:
    """The days of a calendar; what changed in its data; the mailings for which something is to be said."""

    calendar: str
    language: str
    rows: list[Row]
    changes: list[Change]
    mailings: list[tuple[int, str, list[Finding]]]
    data: str


def listed(ctx: Context, *, calendar: str = "", year: int | None = None, language: str = "") -> Listed:
    """The same as `seen`, with what is stored brought up to date first."""
    almanac.renew(ctx)
    return seen(ctx, calendar=calendar, year=year, language=language)


def seen(ctx: Context, *, calendar: str = "", year: int | None = None, language: str = "") -> Listed:
    """The days of a calendar: of one year, or of the eighteen months ahead. Nothing is written. Raises AuthorError for a calendar
    that is none."""
    chosen = calendar_named(calendar or ctx.publication.calendar)
    first = almanac.today(ctx)
    last = first + almanac.AHEAD
    years = range(first.year, last.year + 1) if year is None else range(year, year + 1)
    rows = [row for row in _rows(ctx, chosen, years) if year is not None or first <= row.found.kept <= last]
    spoken_in = spoken(language) if language else staff_language(ctx)
    return Listed(
        chosen, spoken_in, rows, almanac.changes(ctx, [chosen]), concerned(ctx, spoken_in), data_version()
    )


def _rows(ctx: Context, calendar: str, years: range) -> list[Row]:
    with ctx.store.read() as db:
        words = holidays.words(db)
    days = {about: word.day for about, word in words.items()}
    rows = []
    for found in table(calendar, years):
        word = words.get((found.holiday.key, found.day)) if found.unsure else None
        rows.append(Row(settle(found, days), word.at if word else None, word.actor if word else ""))
    return sorted(rows, key=lambda row: (row.found.day, row.found.holiday.key))


def concerned(ctx: Context, language: str) -> list[tuple[int, str, list[Finding]]]:
    """Mailings that are planned, approved or going out, whose holiday moved in the data, or still wants a person's word."""
    with ctx.store.read() as db:
        waiting = [
            (one, schedule.read(campaigns.detail(db, one.id).schedule)) for one in campaigns.listed(db, _OPEN)
        ]
    found = []
    for one, table_ in waiting:
        if table_ is None or table_.plan.holiday is None:
            continue
        said = concerns.moved(table_.plan, language)
        if one.started_at is None:
            said += confirming.remarks(ctx, table_.plan, schedule.instant(table_), language)
        if said:
            found.append((one.id, one.slug, said))
    return found


def about(row: Row, language: str) -> list[str]:
    """What a day is, in a few words each."""
    return [listing.standing(row.found, language), *listing.notes(row.found, language)]


def line(row: Row, language: str) -> str:
    """A row for reading."""
    found = row.found
    said = about(row, language)
    if row.confirmed_at:
        on = long_day(row.confirmed_at.date(), language)
        said.append(
            f"confirmé par {row.confirmed_by} le {on}"
            if language == "fr"
            else f"confirmed by {row.confirmed_by} on {on}"
        )
    elif found.unsure:
        said.append(
            f"à confirmer (voir {found.holiday.source})"
            if language == "fr"
            else f"to be confirmed (see {found.holiday.source})"
        )
    return f"{long_day(found.day, language)}  {found.holiday.name(language)} [{found.holiday.key}]  {', '.join(said)}"


def change_line(change: Change, language: str) -> str:
    """A difference for reading."""
    name = HOLIDAYS[change.key].name(language) if change.key in HOLIDAYS else change.key
    was, became = (
        _dated(change.was, change.was_observed, language),
        _dated(change.became, change.became_observed, language),
    )
    versions = f"{change.was_data or '–'} → {change.became_data}"
    return f"{name} [{change.key}]  {was} → {became}  ({versions}, {change.at:%Y-%m-%d})"


def _dated(day: date | None, observed: date | None, language: str) -> str:
    if day is None:
        return "aucune date" if language == "fr" else "no day"
    if observed is None:
        return long_day(day, language)
    kept = (
        f"observé le {long_day(observed, language)}"
        if language == "fr"
        else f"observed on {long_day(observed, language)}"
    )
    return f"{long_day(day, language)} ({kept})"


def as_json(listed: Listed) -> dict[str, object]:
    """The list in the form that `holidays --json` promises."""
    return {
        "calendar": listed.calendar,
        "language": listed.language,
        "data": listed.data,
        "holidays": [_row_json(row, listed.language) for row in listed.rows],
        "changes": [_change_json(change) for change in listed.changes],
        "campaigns": [
            {"campaign": number, "issue": slug, "remarks": [one.message for one in said]}
            for number, slug, said in listed.mailings
        ],
    }


def _row_json(row: Row, language: str) -> dict[str, object]:
    found = row.found
    return {
        "key": found.holiday.key,
        "name": found.holiday.name(language),
        "day": found.day.isoformat(),
        "observed": found.observed.isoformat() if found.observed else None,
        "standing": found.standing.value,
        "evening_before": found.holiday.evening,
        "estimated": found.estimated,
        "source": found.holiday.source or None,
        "to_confirm": found.unsure and row.confirmed_at is None,
        "confirmed_at": f"{row.confirmed_at:%Y-%m-%dT%H:%M:%SZ}" if row.confirmed_at else None,
        "confirmed_by": row.confirmed_by or None,
    }


def _change_json(change: Change) -> dict[str, object]:
    days = {
        name: day.isoformat() if (day := getattr(change, name)) else None
        for name in ("was", "was_observed", "became", "became_observed")
    }
    return {"key": change.key, **days, "was_data": change.was_data or None, "became_data": change.became_data}
