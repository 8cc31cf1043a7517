"""Forecast: a timetable's time groups as rows, and what the sums come to, for a person who is about to confirm.

In: a timetable, readers by zone. Out: rows and short sentences in English or French. Called by the studio's Schedule and approvals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from newsletter.model.member import Exclusion
from newsletter.pipeline.reason_words import excluded_words
from newsletter.pipeline.schedule import Timetable
from newsletter.pipeline.series import Series
from newsletter.planning import words
from newsletter.planning.phrases import (
    NBSP,
    calendar_name,
    clock,
    day_and_clock,
    listed,
    long_day,
    number,
    place_name,
    short_zone,
)
from newsletter.planning.plan import LocalPlan
from newsletter.planning.waves import Wave
from newsletter.planning.zones import wall_clock
from newsletter.store.gathering import Counts, Zone


@dataclass(frozen=True, slots=True)
class Group:
    """One time group. `at` is its instant (UTC, aware); `there` its readers' clocks in words, empty where they differ; `here` the
    publication's; `utc` the same in UTC. `names` are what people call the zones, `zones` their IANA names. `share` is 0 to 1 of the
    largest group. `now`: its time has passed, so it leaves at once."""

    at: datetime
    there: str
    here: str
    utc: str
    names: str
    zones: tuple[str, ...]
    people: int
    share: float
    now: bool


@dataclass(frozen=True, slots=True)
class Forecast:
    """All groups in order of time; `people` get it, in `sentence`; `left_out` says who does not, by reason, most first."""

    groups: list[Group]
    people: int
    sentence: str
    left_out: list[tuple[str, int]]

    @property
    def not_mailed(self) -> int:
        """How many get nothing."""
        return sum(count for _, count in self.left_out)


def forecast(table: Timetable, zones: Mapping[Zone, int], counts: Counts | None, language: str) -> Forecast:
    """The forecast of a timetable for these readers; `counts` says who is left out, where it was counted. `language`: en or fr."""
    found = table.waves(dict(zones))
    most = max((wave.members for wave in found.waves), default=0)
    groups = [_group(table, wave, most, language) for wave in found.waves if wave.members]
    excluded = dict(counts.excluded) if counts else {}
    if found.skipped:
        passed = Exclusion.TIME_PASSED.value
        excluded[passed] = excluded.get(passed, 0) + found.skipped
    left_out = excluded_words(excluded, language)
    people = found.members
    return Forecast(groups, people, _sum(people, len(groups), language), left_out)


def _group(table: Timetable, wave: Wave, most: int, language: str) -> Group:
    plan = table.plan
    names = list(dict.fromkeys(short_zone(zone, language) for zone in wave.zones))
    there = {wall_clock(wave.due_at, zone) for zone in wave.zones}
    return Group(
        at=wave.due_at,
        there=_said(there.pop(), plan, language) if len(there) == 1 else "",
        here=_said(wall_clock(wave.due_at, plan.zone), plan, language),
        utc=_said(wave.due_at.replace(tzinfo=None), plan, language),
        names=_capital(listed(names, language, 3)),
        zones=wave.zones,
        people=wave.members,
        share=wave.members / most if most else 0.0,
        now=wave.due_at == table.decided_at,
    )


def _said(local: datetime, plan: LocalPlan, language: str) -> str:
    """The time of day alone on the plan's own day; with the day on any other."""
    return clock(local.time(), language) if local.date() == plan.day else day_and_clock(local, language)


def _sum(people: int, groups: int, language: str) -> str:
    """2,911 people, 38 time groups. French has a no-break space before a counted noun."""
    if language == "fr":
        one, many = ("personne", "groupe horaire"), ("personnes", "groupes horaires")
        return f"{_counted(people, (one[0], many[0]), 'fr')}, {_counted(groups, (one[1], many[1]), 'fr')}."
    return f"{_counted(people, ('person', 'people'), 'en')}, {_counted(groups, ('time group', 'time groups'), 'en')}."


def _counted(count: int, words: tuple[str, str], language: str) -> str:
    single = count == 1 or (language == "fr" and count == 0)
    return f"{number(count, language)}{NBSP if language == 'fr' else ' '}{words[0] if single else words[1]}"


# --- words that pages show ---


def sentences(table: Timetable, language: str) -> list[str]:
    """What was understood of a timetable, as full dates."""
    return words.sentences(table.plan, language)


def understood(table: Timetable, language: str) -> str:
    """The same in one line."""
    return words.understood(table.plan, language)


def zone_words(zone: str, language: str) -> str:
    """Eastern Time; Heure de l’Est."""
    return _capital(short_zone(zone, language))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def calendar_words(calendar: str, language: str) -> str:
    """The calendar of Ontario (CA-ON); le calendrier de l’Ontario (CA-ON)."""
    return calendar_name(calendar, language)


def place_words(calendar: str, language: str) -> str:
    """Ontario; Milieux de travail fédéraux."""
    return _capital(place_name(calendar, language))


def day_words(day: date, language: str) -> str:
    """Wednesday 16 December 2020; mercredi 16 décembre 2020."""
    return long_day(day, language)


def next_words(one: Series, language: str) -> str:
    """The next occurrence of a series; empty when there is none."""
    if one.next_at is None:
        return ""
    own = "à l’heure de chaque destinataire" if language == "fr" else "in each reader’s own time"
    return f"{day_and_clock(one.next_at, language)}, {own if one.readers_time else short_zone(one.zone, language)}"
