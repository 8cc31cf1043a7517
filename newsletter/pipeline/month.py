"""Month: a month of the publication's calendar: holidays, blackout days, mailings, planned issues and what comes back every year.

In: a year and a month, a language. Out: a Month to be drawn. Called by the studio's Schedule. Nothing is written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from babel import Locale

from newsletter.model.campaign import Campaign, CampaignStatus
from newsletter.model.errors import Explained
from newsletter.pipeline import almanac, answer_words, fronts, hours, notice_facts, schedule, series
from newsletter.pipeline.bands import Band, bands
from newsletter.pipeline.context import Context
from newsletter.planning import words
from newsletter.planning.blackout import Closed
from newsletter.planning.hours import read_quiet
from newsletter.planning.phrases import clock
from newsletter.planning.zones import moment, wall_clock
from newsletter.store import campaigns, earlier, editions

_WEEK = 7
_FIRST, _LAST = date(1970, 2, 1), date(2100, 11, 1)  #: months that the calendars know on both sides


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands on a day: a mailing (`number` is the campaign's), an issue that is planned in its front matter only, or the next
    occurrence of a series (`number` is the series'). `local` by the clock that it was planned for; `said` tells all in sentences."""

    kind: str  # mailing | issue | series
    slug: str
    title: str
    local: datetime
    said: str
    time: str
    number: int = 0
    status: CampaignStatus | None = None
    readers_time: bool = False

    @property
    def movable(self) -> bool:
        """True for a mailing that may get another time."""
        return self.kind == "mailing" and self.status is not None and not self.status.over


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the grid. `outside`: of the month before or after. `closed`: nothing leaves, because of the holiday `why`, or because
    staff named the day. `clocks`: they go forward or back."""

    day: date
    outside: bool
    bands: tuple[Band, ...]
    entries: tuple[Entry, ...]
    closed: bool = False
    why: str = ""
    clocks: str = ""

    @property
    def empty(self) -> bool:
        """True when there is nothing to say of it."""
        return not (self.bands or self.closed or self.entries or self.clocks)


@dataclass(frozen=True, slots=True)
class Month:
    """Weeks of seven days; what holds for all of them."""

    first: date
    weeks: tuple[tuple[Day, ...], ...]
    today: date
    calendars: tuple[str, ...]
    quiet: str

    @property
    def days(self) -> Iterator[Day]:
        """The month's own days."""
        return (day for week in self.weeks for day in week if not day.outside)

    def day(self, wanted: date) -> Day | None:
        """A day of the grid."""
        return next((day for week in self.weeks for day in week if day.day == wanted), None)


def month(ctx: Context, first: date, language: str) -> Month:
    """The month that holds a day. `language` is en or fr; the week begins as people there have it."""
    first = min(max(first, _FIRST), _LAST).replace(day=1)
    days = list(_grid(first, language))
    entries = _entries(ctx, days[0], days[-1], language)
    closed = hours.closed_between(ctx, days[0], days[-1])
    kept = bands(ctx, days[0], days[-1], language)
    made = [_day(ctx, day, first, (kept, closed, entries), language) for day in days]
    weeks = tuple(tuple(made[start : start + _WEEK]) for start in range(0, len(made), _WEEK))
    return Month(first, weeks, almanac.today(ctx), almanac.calendars(ctx), _quiet(ctx, language))


def _quiet(ctx: Context, language: str) -> str:
    window = read_quiet(ctx.settings.text("quiet.hours"))
    return f"{clock(window.start, language)}–{clock(window.end, language)}" if window else ""


def _grid(first: date, language: str) -> Iterator[date]:
    begins = Locale.parse(f"{language}_CA").first_week_day
    start = first - timedelta(days=(first.weekday() - begins) % _WEEK)
    after = (first + timedelta(days=31)).replace(day=1)
    day = start
    while day < after or (day - start).days % _WEEK:
        yield day
        day += timedelta(days=1)


_Found = tuple[Mapping[date, list[Band]], Mapping[date, Closed], Mapping[date, list[Entry]]]


def _day(ctx: Context, day: date, first: date, found: _Found, language: str) -> Day:
    kept, closed, entries = found
    holiday = closed[day].holiday if day in closed else None
    return Day(
        day,
        (day.year, day.month) != (first.year, first.month),
        tuple(kept.get(day, ())),
        tuple(sorted(entries.get(day, ()), key=lambda one: (one.local, one.kind, one.number))),
        day in closed,
        holiday.name(language) if holiday else "",
        _clocks(day, ctx.publication.time_zone),
    )


def _clocks(day: date, zone: str) -> str:
    """Whether the publication's clocks change on a day: forward or back."""
    start = moment(datetime.combine(day, datetime.min.time()), zone).at
    end = moment(datetime.combine(day + timedelta(days=1), datetime.min.time()), zone).at
    length = end - start
    if length == timedelta(days=1):
        return ""
    return "forward" if length < timedelta(days=1) else "back"


def _entries(ctx: Context, first: date, last: date, language: str) -> dict[date, list[Entry]]:
    with ctx.store.read() as db:
        mailings, plans = list(campaigns.listed(db)), earlier.schedules(db)
    found: defaultdict[date, list[Entry]] = defaultdict(list)
    drawn = [
        *_mailings(ctx, mailings, plans, (first, last), language),
        *_issues(ctx, {one.slug for one in mailings}, language),
        *_coming(ctx, language),
    ]
    for entry in drawn:
        if first <= entry.local.date() <= last:
            found[entry.local.date()].append(entry)
    return found


def _mailings(
    ctx: Context,
    mailings: list[Campaign],
    plans: Mapping[int, dict[str, object]],
    span: tuple[date, date],
    language: str,
) -> Iterator[Entry]:
    for one in mailings:
        table = schedule.read(plans.get(one.id))
        at = one.started_at or one.due_at
        if table is None and at is None:
            continue
        local = table.plan.local if table else wall_clock(at or one.created_at, ctx.publication.time_zone)
        if span[0] <= local.date() <= span[1]:
            yield _mailing(ctx, one, table, local, language)


def _mailing(
    ctx: Context, one: Campaign, table: schedule.Timetable | None, local: datetime, language: str
) -> Entry:
    with ctx.store.read() as db:
        title = notice_facts.title(editions.get(db, one.edition), language)
    said = words.understood(table.plan, language) if table else ""
    own = table.plan.readers_time if table else False
    time = clock(local.time(), language)
    return Entry("mailing", one.slug, title, local, said, time, one.id, one.status, own)


def _issues(ctx: Context, mailed: set[str], language: str) -> Iterator[Entry]:
    """Issues whose front matter has a time ahead, and of which no mailing was planned."""
    for front in fronts.every(ctx):
        wish = front.issue.schedule if front.issue else None
        if wish is None or front.slug in mailed:
            continue
        try:
            plan = schedule.planned(ctx, wish, ctx.now())
        except Explained:  # its time has passed, or makes no sense: `check` says so at its line
            continue
        said, time = words.understood(plan, language), clock(plan.local.time(), language)
        title = front.title(language)
        yield Entry("issue", front.slug, title, plan.local, said, time, readers_time=plan.readers_time)


def _coming(ctx: Context, language: str) -> Iterator[Entry]:
    """The next occurrence of each series, until its draft is made."""
    for one in series.listed(ctx):
        if one.next_at is None or one.campaign is not None:
            continue
        title = fronts.of(ctx, one.slug).title(language) if _exists(ctx, one.slug) else one.slug
        said, time = answer_words.told(one.trouble, language), clock(one.next_at.time(), language)
        yield Entry("series", one.slug, title, one.next_at, said, time, one.number, None, one.readers_time)


def _exists(ctx: Context, slug: str) -> bool:
    try:
        fronts.of(ctx, slug)
    except Explained:
        return False
    return True


def next_of(first: date, step: int) -> date:
    """The first day of the month before (-1) or after (1)."""
    number = first.year * 12 + first.month - 1 + step
    return replace_within(date(number // 12, number % 12 + 1, 1))


def replace_within(day: date) -> date:
    """A day that the calendars know."""
    return min(max(day, _FIRST), _LAST)
