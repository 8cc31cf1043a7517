"""When: a schedule wish understood, or refused with the next step.

In: the wish of front matter and flags, the publication's zone and calendar, `now`. Out: a LocalPlan. Called by pipeline.

Without a year the next occurrence still ahead counts, judged by the send (not by the holiday) in the plan's zone.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time

from newsletter.model.errors import AuthorError
from newsletter.model.issue import ScheduleWish
from newsletter.model.said import NBSP, Said, quoted
from newsletter.planning import offsets
from newsletter.planning.blackout import Kept
from newsletter.planning.calendars import FIRST_YEAR, LAST_YEAR, calendar_named, is_working_day
from newsletter.planning.catalogue import Holiday
from newsletter.planning.holidays import NOTHING_SETTLED, HolidayDay, Settled, days_of, find, settle
from newsletter.planning.plan import Expiry, LocalPlan, Repeat
from newsletter.planning.spelling import did_you_mean
from newsletter.planning.wall import read_at
from newsletter.planning.window import HINT, read_window
from newsletter.planning.zones import moment, wall_clock, zone_named

MEMBER = "member"  #: the zone that means "each reader's own"
_LAST_ZONE = "Etc/GMT+12"  # where every local time comes last
_YEARS_AHEAD = 30
_WAYS = Said(
    "Give `at: YYYY-MM-DD HH:MM` (--at), or `holiday` (--holiday) with `at: HH:MM`.",
    "Donnez `at: AAAA-MM-JJ HH:MM` (--at), ou `holiday` (--holiday) avec `at: HH:MM`.",
)
_NO_YEAR = Said(
    "Leave the year out for the next one still ahead.", "Omettez l’année pour prendre la prochaine à venir."
)
_LATER = Said(
    "Give a later time, or use `newsletter send` to mail it now.",
    "Donnez une heure plus tardive, ou `newsletter send` pour l’envoyer maintenant.",
)
_DAYS = Said(
    "It can be `actual` or `observed`: everybody gets a mailing once.",
    f"Valeurs possibles{NBSP}: `actual` ou `observed`; chacun reçoit un envoi une seule fois.",
)
_EXPIRIES = Said(
    "It can be `local-midnight` or `never`.", f"Valeurs possibles{NBSP}: `local-midnight` ou `never`."
)


def merge(written: ScheduleWish | None, flags: ScheduleWish) -> ScheduleWish:
    """The wish that counts: flags beat front matter, and a day named by a flag replaces a day written in another way.

    `place` stays only when no flag was given, so that no error points at a line that does not hold the fault.
    """
    given = {name: getattr(flags, name) for name in _FIELDS if getattr(flags, name) not in {"", None}}
    if written is None or not given:
        return written or flags
    base = replace(written, place=None)
    if _names_date(flags.at):
        base = replace(base, holiday="", calendar="", offset="", year=None, day="")
    if flags.holiday:
        base = replace(base, at="" if _names_date(base.at) else base.at, offset="", year=None, day="")
    return replace(base, **given)


_FIELDS = ("at", "holiday", "calendar", "offset", "zone", "year", "every", "expires", "day", "window")


def _names_date(at: str) -> bool:
    return "-" in at


def plan(
    wish: ScheduleWish, *, zone: str, calendar: str, now: datetime, settled: Settled = NOTHING_SETTLED
) -> LocalPlan:
    """What a wish means. `zone` and `calendar` are the publication's; `now` is aware; `settled` are days that people confirmed.

    Raises AuthorError with the wish's place: `schedule-at`, `-holiday`, `-calendar`, `-offset`, `-zone`, `-year`, `-every`,
    `-expires`, `-day`, `-window` for what cannot be read, `schedule-incomplete` and `schedule-conflict` for what does not go together,
    `schedule-past` for a time that has passed everywhere.
    """
    with _at_place(wish):
        if wish.holiday.strip():
            return _by_holiday(wish, zone, calendar, now, settled)
        return _by_date(wish, zone, calendar, now)


@contextmanager
def _at_place(wish: ScheduleWish) -> Iterator[None]:
    try:
        yield
    except AuthorError as error:
        error.place = error.place or wish.place
        raise


def _by_date(wish: ScheduleWish, zone: str, calendar: str, now: datetime) -> LocalPlan:
    for name, value in (("offset", wish.offset.strip()), ("year", wish.year), ("day", wish.day.strip())):
        if value:
            message = Said(
                f"{name}: it goes with a holiday, and none is named.",
                f"{name}{NBSP}: cela va avec un jour férié, et aucun n’est nommé.",
            )
            raise _fault(message, "conflict", _WAYS)
    day, hour = read_at(wish.at)
    if day is None:
        raise _fault(Said("at: on which day?", f"at{NBSP}: quel jour?"), "incomplete", _WAYS)
    chosen = calendar_named(wish.calendar) if wish.calendar.strip() else calendar
    first = _on(_frame(wish, zone, chosen, hour), day)
    return _next_anniversary(first, now) if first.repeat else _not_past(first, now)


def _by_holiday(wish: ScheduleWish, zone: str, calendar: str, now: datetime, settled: Settled) -> LocalPlan:
    day, hour = read_at(wish.at)
    if day is not None:
        message = Said(
            "at: it holds a date, and a holiday is named too.",
            f"at{NBSP}: il y a une date, et un jour férié est nommé aussi.",
        )
        hint = Said("Give only the time: HH:MM.", f"Donnez seulement l’heure{NBSP}: HH:MM.")
        raise _fault(message, "conflict", hint)
    calendar = calendar_named(wish.calendar if wish.calendar.strip() else calendar)
    holiday = find(wish.holiday, calendar)
    frame = _frame(wish, zone, calendar, hour)
    frame = replace(frame, offset=offsets.read(wish.offset), observed=_observed(wish))
    if wish.year is None:
        return _next_holiday(frame, holiday, now, settled)
    named = [_from_holiday(frame, found, settled) for found in _days_in(wish.year, holiday, calendar)]
    return _not_past(next((one for one in named if _ahead(one, now)), named[-1]), now)


def _next_holiday(frame: LocalPlan, holiday: Holiday, now: datetime, settled: Settled) -> LocalPlan:
    here = wall_clock(now, frame.zone).year
    # An offset leads at most a year and a half away from the holiday.
    for year in range(here - 2, min(here + _YEARS_AHEAD, LAST_YEAR + 1)):
        for found in days_of(holiday, frame.calendar, year):
            candidate = _from_holiday(frame, found, settled)
            if _ahead(candidate, now):
                return candidate
    message = Said(
        f"holiday: {holiday.english} does not come again in calendar {frame.calendar}.",
        f"holiday{NBSP}: {holiday.name('fr')} ne revient plus au calendrier {frame.calendar}.",
    )
    raise _fault(message, "past", Said("Choose another day.", "Choisissez un autre jour."))


def _from_holiday(frame: LocalPlan, reckoned: HolidayDay, settled: Settled) -> LocalPlan:
    found = settle(reckoned, settled)
    start = found.kept if frame.observed else found.day
    day = offsets.apply(frame.offset, start, lambda each: is_working_day(frame.calendar, each))
    return replace(_on(frame, day), holiday=found)


def _next_anniversary(first: LocalPlan, now: datetime) -> LocalPlan:
    here = max(wall_clock(now, first.zone).year - 1, first.day.year)
    return next(each for year in range(here, here + 4) if _ahead(each := _in_year(first, year), now))


def _in_year(first: LocalPlan, year: int) -> LocalPlan:
    """The same day of another year; 28 February where there is no 29th."""
    missing = (first.day.month, first.day.day) == (2, 29) and not isleap(year)
    day = first.day.replace(year=year, day=28 if missing else first.day.day)
    return replace(_on(first, day), moved_leap_day=missing)


def _ahead(plan: LocalPlan, now: datetime) -> bool:
    return moment(plan.local, plan.zone).at > now


def _days_in(year: int, holiday: Holiday, calendar: str) -> tuple[HolidayDay, ...]:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        message = Said(
            f"year: {year} is not between {FIRST_YEAR} and {LAST_YEAR}.",
            f"year{NBSP}: {year} n’est pas entre {FIRST_YEAR} et {LAST_YEAR}.",
        )
        raise _fault(message, "year", _NO_YEAR)
    found = days_of(holiday, calendar, year)
    if found:
        return found
    later = (
        other
        for other in range(year, min(year + _YEARS_AHEAD, LAST_YEAR + 1))
        if days_of(holiday, calendar, other)
    )
    first = next(later, None)
    message = Said(
        f"year: calendar {calendar} has no {holiday.english} in {year}.",
        f"year{NBSP}: le calendrier {calendar} n’a pas {holiday.name('fr')} en {year}.",
    )
    again = Said(f"The next one is in {first}.", f"La prochaine fois, ce sera en {first}.")
    raise _fault(message, "year", again if first else _NO_YEAR)


def _frame(wish: ScheduleWish, zone: str, calendar: str, hour: time | None) -> LocalPlan:
    """A plan that lacks only its day."""
    if hour is None:
        raise _fault(Said("at: at what time of day?", f"at{NBSP}: à quelle heure?"), "incomplete", _WAYS)
    own = wish.zone.strip().lower() == MEMBER
    return LocalPlan(
        local=datetime.combine(date.min, hour),
        zone=zone_named(zone if own or not wish.zone.strip() else wish.zone),
        readers_time=own,
        expiry=_expiry(wish),
        repeat=_repeat(wish),
        calendar=calendar,
        place=wish.place,
        window=_window(wish),
    )


def _on(frame: LocalPlan, day: date) -> LocalPlan:
    local = datetime.combine(day, frame.local.time())
    return replace(frame, local=local, occurrence=day.isoformat() if frame.repeat else "")


def _not_past(plan: LocalPlan, now: datetime) -> LocalPlan:
    """The plan itself. In readers' time it has passed only when it has passed in the last zone of the world."""
    if moment(plan.local, _LAST_ZONE if plan.readers_time else plan.zone).at > now:
        return plan
    where = (
        Said("everywhere", "partout") if plan.readers_time else Said(f"in {plan.zone}", f"pour {plan.zone}")
    )
    clock = f"{wall_clock(now, plan.zone):%Y-%m-%d %H:%M}"
    passed = f"{plan.local:%Y-%m-%d %H:%M}"
    message = Said(
        f"at: {passed} has passed {where.en}; the clock of {plan.zone} shows {clock}.",
        f"at{NBSP}: {passed} est passé {where.fr}; l’horloge de {plan.zone} indique {clock}.",
    )
    raise _fault(message, "past", _NO_YEAR if plan.holiday else _LATER)


def _repeat(wish: ScheduleWish) -> Repeat:
    try:
        return Repeat(wish.every.strip().lower())
    except ValueError:
        hint = Said("It can be `year`.", f"Valeur possible{NBSP}: `year`.")
        raise _fault(_unknown("every", wish.every), "every", hint) from None


def _observed(wish: ScheduleWish) -> bool:
    try:
        kept = Kept(wish.day.strip().lower() or Kept.ACTUAL)
    except ValueError:
        kept = Kept.BOTH
    if kept is Kept.BOTH:
        raise _fault(_unknown("day", wish.day), "day", _DAYS)
    return kept is Kept.OBSERVED


def _expiry(wish: ScheduleWish) -> Expiry:
    if not wish.expires.strip():
        return Expiry.LOCAL_MIDNIGHT if wish.holiday.strip() else Expiry.NEVER
    try:
        return Expiry(wish.expires.strip().lower())
    except ValueError:
        hint = did_you_mean(wish.expires, list(Expiry)) or _EXPIRIES
        raise _fault(_unknown("expires", wish.expires), "expires", hint) from None


def _window(wish: ScheduleWish) -> str:
    found = read_window(wish.window)
    if isinstance(found, Said):
        raise _fault(Said(f"window: {found.en}.", f"window{NBSP}: {found.fr}."), "window", HINT)
    return wish.window.strip()


def _unknown(key: str, value: str) -> Said:
    return Said(
        f"{key}: {value.strip()!r} is not known.",
        f"{key}{NBSP}: {quoted(value.strip()).fr} n’est pas connu.",
    )


def _fault(message: Said, code: str, hint: Said) -> AuthorError:
    return AuthorError(message, code=f"schedule-{code}", hint=hint)
