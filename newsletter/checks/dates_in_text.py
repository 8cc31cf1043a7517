"""Days written out in a text, in English and French: whole, without a year, with a day of the week, as a range.

In: a text. Out: the days in it, with where they stand; the text without them. Called by the checks of dates and by amounts_in_text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from newsletter.checks.calendar_words import (
    CAPITAL_MONTHS,
    CAPITAL_WEEKDAYS,
    GAP,
    MONTH,
    MONTHS,
    SPACE,
    WEEKDAY,
    WEEKDAYS,
)

_DAY = r"(?:3[01]|[12]\d|0?[1-9])(?!\d)"
_ORDINAL = "(?:st|nd|rd|th|er|re)?"
_TO = rf"(?:{SPACE}(?:to|through|until|and|or|au|à|et|ou){SPACE}(?:(?:the|le){SPACE})?|{GAP}[–—&-]{GAP})"
_YEAR = r"(?:19|20)\d\d(?!\d)"
#: a number that goes on is no day: `May 10,000`, `March 12:30`, `May 10.5`, `9 h`, `12%`
_NO_DAY = rf"(?!\d|[.,:]\d|[ \u00a0\u202f]\d{{3}}(?!\d)|{GAP}(?:h\b|[ap]\.?m\b|[%$]))"


def _weekday(name: str) -> str:
    return rf"(?:(?P<{name}>{WEEKDAY})\.?,?{SPACE}(?:(?:the|le){SPACE})?)?"


_TAIL = rf"(?:,?{SPACE}(?P<year>{_YEAR}))?(?:{GAP}\((?P<after>{WEEKDAY})\.?\))?"
_DAY_FIRST = re.compile(
    rf"(?<![\w.,]){_weekday('on')}(?P<first>{_DAY}){_ORDINAL}(?:{_TO}{_weekday('until')}(?P<last>{_DAY}){_ORDINAL})?"
    rf"{SPACE}(?:of{SPACE})?(?P<month>{MONTH})\.?(?!\w){_TAIL}",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"(?<!\w){_weekday('on')}(?P<month>{MONTH})\.?{SPACE}(?P<first>{_DAY}){_ORDINAL}(?!\w){_NO_DAY}"
    rf"(?:{_TO}{_weekday('until')}(?P<last>{_DAY}){_ORDINAL}(?!\w){_NO_DAY})?{_TAIL}",
    re.IGNORECASE,
)
_ISO = re.compile(
    rf"(?<![\w-]){_weekday('on')}(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<first>\d\d)(?![\w-]\d)(?P<until>(?!))?(?P<last>(?!))?"
    rf"(?:{GAP}\((?P<after>{WEEKDAY})\.?\))?",
    re.IGNORECASE,
)
_SPAN_BEFORE = re.compile(rf"(?:{WEEKDAY})\.?,?{_TO}$", re.IGNORECASE)
_CLOSE = 40  # characters: what stands further off belongs to something else
_BETWEEN = re.compile(rf"{_TO}$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Day:
    """A day as written: `year` and `weekday` (Monday is 0) are None where they are not said."""

    day: int
    month: int
    year: int | None = None
    weekday: int | None = None

    def in_year(self, year: int) -> date | None:
        """The day in a year; None when no calendar has it."""
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return None

    def near(self, planned: date) -> date | None:
        """The day that is meant: in the year that is said, else in the one that brings it nearest to a planned day."""
        if self.year is not None:
            return self.in_year(self.year)
        found = [day for year in range(planned.year - 2, planned.year + 3) if (day := self.in_year(year))]
        return min(found, key=lambda day: abs(day - planned), default=None)

    @property
    def possible(self) -> bool:
        """False for a day that its year, or any year, has not: 31 June."""
        return self.in_year(self.year or 2000) is not None


@dataclass(frozen=True, slots=True)
class Mention:
    """One place of a text that names a day, or the first and the last of several. `core` begins behind the day of the week."""

    start: int
    end: int
    text: str
    core: str
    days: tuple[Day, ...]


def mentions(text: str) -> tuple[Mention, ...]:
    """Every day that a text names, in order."""
    found: list[Mention] = []
    behind = 0
    for match in sorted(_matches(text), key=lambda match: (match.start(), -match.end())):
        if match.start() >= behind:
            found.append(_mention(match))
            behind = match.end()
    return tuple(_with_years(found, text))


def _matches(text: str) -> Iterator[re.Match[str]]:
    for pattern in (_DAY_FIRST, _MONTH_FIRST, _ISO):
        yield from (match for match in pattern.finditer(text) if _meant(match))


def _meant(match: re.Match[str]) -> bool:
    """False where a small word was taken for an English name: “may 12 people”, “we sat 12 March”."""
    return match["month"] not in CAPITAL_MONTHS and (match["on"] or "") not in CAPITAL_WEEKDAYS


def _mention(match: re.Match[str]) -> Mention:
    month = MONTHS.get(match["month"].lower()) or int(match["month"])
    year = int(match["year"]) if match["year"] else None
    spanned = _SPAN_BEFORE.search(match.string, max(0, match.start() - _CLOSE), match.start())
    on, until, after = (None if spanned else _number(match[name]) for name in ("on", "until", "after"))
    last = int(match["last"]) if match["last"] else None
    days = [Day(int(match["first"]), month, year, on if last else _either(on, after))]
    if last:
        days.append(Day(last, month, year, _either(until, after)))
    begun = match.end("on") if match["on"] else match.start()
    core = match.string[begun : match.end()].lstrip(".,\u00a0\u202f \n\t")
    written = match.group().rstrip(".")  # a full stop ends a sentence more often than a short name
    return Mention(match.start(), match.start() + len(written), written, core.rstrip("."), tuple(days))


def _either(first: int | None, second: int | None) -> int | None:
    return second if first is None else first


def _number(weekday: str | None) -> int | None:
    return WEEKDAYS[weekday.lower()] if weekday else None


def _with_years(found: list[Mention], text: str) -> Iterator[Mention]:
    """“from 27 December to 2 January 2021”: the first day takes the year of the last, or the one before it."""
    for mention, following in pairwise([*found, None]):
        if mention is None:
            continue
        last = following.days[0] if following else None
        between = text[mention.end : following.start] if following else ""
        if last and last.year and mention.days[0].year is None and _BETWEEN.fullmatch(between):
            days = tuple(replace(day, year=last.year - (day.month > last.month)) for day in mention.days)
            yield replace(mention, days=days)
        else:
            yield mention


def days(text: str) -> Iterator[tuple[str, date]]:
    """Every whole date in a text as it is written, with its day. One that no calendar has is passed over, and so are ranges."""
    for mention in mentions(text):
        day = mention.days[0]
        whole = day.in_year(day.year) if day.year and len(mention.days) == 1 else None
        if whole:
            yield mention.core, whole


def words_without_days(text: str) -> list[str]:
    """The words of a text in small letters, without numbers, months and days of the week: what is left when only dates were changed."""
    dated = {*MONTHS, *WEEKDAYS, "er", "st", "nd", "rd", "th"}
    return [word for word in _WORD.findall(text.lower()) if word not in dated]
