"""Blackout days: days on which nothing leaves: holidays by law where staff chose so, and days that staff named.

In: settings, a calendar, years, the holiday that a greeting is for. Out: each day with its reason. Called by pipeline.hours.

A named day is `2026-12-24`, a span `2026-12-24/2027-01-02`, a day of every year `12-24`, or the key of a holiday.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from newsletter.model.errors import AuthorError, ConfigurationError
from newsletter.model.said import NOTHING, Said
from newsletter.planning.calendars import CALENDARS, Standing
from newsletter.planning.catalogue import HOLIDAYS, Holiday
from newsletter.planning.holidays import HolidayDay, days_of, find, table
from newsletter.planning.spelling import did_you_mean

_HINT = Said(
    'Write "2026-12-24", a span "2026-12-24/2027-01-02", "12-24" for every year, or a holiday such as remembrance-day.',
    'Écrivez "2026-12-24", une période "2026-12-24/2027-01-02", "12-24" pour chaque année, ou un jour férié comme remembrance-day.',
)
_LONGEST = 366


class Kept(StrEnum):
    """Which day of a holiday counts where it is observed on another day than its own."""

    ACTUAL = "actual"  #: the day itself
    OBSERVED = "observed"  #: the day on which people are off
    BOTH = "both"

    def days(self, found: HolidayDay) -> tuple[date, ...]:
        """The days of a holiday that count, each once."""
        chosen = {Kept.ACTUAL: (found.day,), Kept.OBSERVED: (found.kept,), Kept.BOTH: (found.day, found.kept)}
        return tuple(dict.fromkeys(chosen[self]))


@dataclass(frozen=True, slots=True)
class Closed:
    """A day on which nothing leaves. `holiday` is why; without one, staff named the day itself."""

    day: date
    holiday: Holiday | None = None

    def reason(self, language: str) -> str:
        """Why, in a few words."""
        if self.holiday:
            return self.holiday.name(language)
        return "jour nommé dans newsletter.toml" if language == "fr" else "a day named in newsletter.toml"


def read_kept(text: str, setting: str) -> Kept | None:
    """A choice of days, None for an empty one. Raises ConfigurationError (`blackout-days`)."""
    if text.strip().lower() in {"", "none"}:
        return None
    try:
        return Kept(text.strip().lower())
    except ValueError:
        near = did_you_mean(text, list(Kept))
        raise ConfigurationError(
            Said(
                f"{setting}: {text.strip()!r} is not known", f"{setting}\u00a0: {text.strip()!r} est inconnu"
            ),
            code="blackout-days",
            hint=near
            or Said(
                "It can be `actual`, `observed`, `both`, or empty.",
                "Valeurs possibles\u00a0: `actual`, `observed`, `both`, ou rien.",
            ),
        ) from None


def closed_days(
    calendar: str, years: Sequence[int], by_law: Kept | None, named: Iterable[str], own: Holiday | None = None
) -> dict[date, Closed]:
    """The blackout days of some years, without those that are closed only for `own`, the holiday that a greeting is for.

    `by_law`: which days of the calendar's statutory holidays. Raises ConfigurationError (`blackout-days`) for a name that is none.
    """
    found: dict[date, Closed] = {}
    for one in [*_named(calendar, years, named), *_by_law(calendar, years, by_law)]:
        if one.holiday is None or own is None or one.holiday.key != own.key:
            found.setdefault(one.day, one)
    return found


def _by_law(calendar: str, years: Sequence[int], kept: Kept | None) -> Iterator[Closed]:
    if kept is None:
        return
    for each in table(calendar, years):
        if each.standing is Standing.STATUTORY:
            yield from (Closed(day, each.holiday) for day in kept.days(each))


def _named(calendar: str, years: Sequence[int], named: Iterable[str]) -> Iterator[Closed]:
    for text in named:
        yield from _holiday(text, calendar, years) if text[:1].isalpha() else _dates(text, years)


def _holiday(text: str, calendar: str, years: Sequence[int]) -> Iterator[Closed]:
    """A holiday that staff named, whoever has it off: by the calendar at hand where that knows it, else by one that does."""
    home = next((name for name in (calendar, *CALENDARS) if _known(text, name)), None)
    if home is None:
        names = [name for holiday in HOLIDAYS.values() for name in holiday.names]
        raise _fault(text, did_you_mean(text, names))
    holiday = find(text, home)
    for year in years:
        for each in days_of(holiday, home, year):
            yield from (Closed(day, holiday) for day in Kept.BOTH.days(each))


def _known(text: str, calendar: str) -> bool:
    try:
        find(text, calendar)
    except AuthorError:
        return False
    return True


def _dates(text: str, years: Sequence[int]) -> Iterator[Closed]:
    first, _, last = text.partition("/")
    for year in years if first.count("-") == 1 else (0,):
        begin, end = _date(text, first, year), _date(text, last or first, year)
        if begin and end and end < begin and year:
            end = _date(text, last, year + 1)  # over New Year, every year
        if begin is None or end is None:
            continue  # 29 February of a year without one
        if not timedelta(0) <= end - begin <= timedelta(days=_LONGEST):
            raise _fault(text)
        yield from (Closed(begin + timedelta(days=n)) for n in range((end - begin).days + 1))


def _date(text: str, part: str, year: int) -> date | None:
    """A date as written; with a `year`, a day of every year. None for 29 February where there is none."""
    if year and part.strip() in {"02-29", "2-29"} and not _leap(year):
        return None
    try:
        numbers = [int(number) for number in part.split("-")]
        return date(year, *numbers) if year else date(*numbers)
    except (ValueError, TypeError):
        raise _fault(text) from None


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _fault(text: str, hint: Said = NOTHING) -> ConfigurationError:
    return ConfigurationError(
        Said(
            f"blackout.days: {text!r} is neither a day nor a holiday",
            f"blackout.days\u00a0: {text!r} n’est ni un jour ni un jour férié",
        ),
        code="blackout-days",
        hint=hint or _HINT,
    )
