"""Remarks: what staff should know of a plan before they approve it.

In: a plan and its waves. Out: findings; a warning is for a person to weigh, an info is a notice. Called by words and pipeline.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from newsletter.model.finding import Finding, Severity
from newsletter.planning.phrases import NBSP, clock, day_and_clock, listed, long_day, recipients, spoken
from newsletter.planning.plan import LocalPlan
from newsletter.planning.waves import Past, Waves
from newsletter.planning.zones import Shift, wall_clock

_FATE = {
    Past.NOW: ("They get it at once.", "Envoi immédiat."),
    Past.NEXT_DAY: ("They get it the next day.", "Envoi le lendemain."),
    Past.SKIP: ("They do not get it.", "Aucun envoi."),
}


def findings(plan: LocalPlan, waves: Waves, language: str) -> list[Finding]:
    """What is worth saying of a plan and its waves, in the language of the staff, at the place of the wish.

    Checks: clock-gap, clock-overlap, time-passed, quiet-hours, zone-unknown, zone-guessed, zone-default, holiday-estimated,
    holiday-evening, leap-day; and, by concerns, holiday-confirm, holiday-moved, readers-holiday, mailings-close.
    """
    language = spoken(language)
    said = [
        *_clocks(plan, waves),
        *_passed(waves),
        *_delayed(waves),
        *_readers(plan, waves),
        *_days(plan),
    ]
    return [
        Finding(check, severity, french if language == "fr" else english, plan.place)
        for check, severity, english, french in said
    ]


_Said = tuple[str, Severity, str, str]


def _clocks(plan: LocalPlan, waves: Waves) -> Iterator[_Said]:
    groups: defaultdict[tuple[Shift, datetime], list[str]] = defaultdict(list)
    for zone, moment in waves.shifted.items():
        if moment.shift:
            groups[moment.shift, moment.wall].append(zone)
    for (shift, wall), zones in sorted(groups.items()):
        yield _gap(plan, wall, zones) if shift is Shift.GAP else _overlap(plan, zones)


def _gap(plan: LocalPlan, wall: datetime, zones: list[str]) -> _Said:
    next_day = wall.date() != plan.day
    day_en, day_fr = (
        (f" on {long_day(wall.date(), 'en')}", f" le {long_day(wall.date(), 'fr')}") if next_day else ("", "")
    )
    return (
        "clock-gap",
        Severity.WARNING,
        f"The clocks of {listed(zones, 'en')} skip {clock(plan.local.time(), 'en')} on {long_day(plan.day, 'en')}: "
        f"it goes out there at {clock(wall.time(), 'en')}{day_en}.",
        f"Le {long_day(plan.day, 'fr')}, l’heure avance et {clock(plan.local.time(), 'fr')} n’existe pas dans "
        f"{listed(zones, 'fr')}{NBSP}: l’envoi y part à {clock(wall.time(), 'fr')}{day_fr}.",
    )


def _overlap(plan: LocalPlan, zones: list[str]) -> _Said:
    return (
        "clock-overlap",
        Severity.WARNING,
        f"The clocks of {listed(zones, 'en')} show {clock(plan.local.time(), 'en')} twice on {long_day(plan.day, 'en')}: "
        f"it goes out the first time.",
        f"Le {long_day(plan.day, 'fr')}, l’heure recule et {clock(plan.local.time(), 'fr')} revient deux fois dans "
        f"{listed(zones, 'fr')}{NBSP}: l’envoi part la première fois.",
    )


def _passed(waves: Waves) -> Iterator[_Said]:
    count = sum(waves.passed.values())
    if not count:
        return
    english, french = _FATE[waves.past]
    if waves.skipped and waves.past is Past.NOW:
        english += f" The day is over for {recipients(waves.skipped, 'en')}: they do not get it."
        french += f" La journée est finie pour {recipients(waves.skipped, 'fr')}{NBSP}: aucun envoi."
    yield (
        "time-passed",
        Severity.WARNING,
        f"The time has passed for {recipients(count, 'en')} in {listed(list(waves.passed), 'en')}. {english}",
        f"L’heure est passée pour {recipients(count, 'fr')} dans {listed(list(waves.passed), 'fr')}. {french}",
    )


def _delayed(waves: Waves) -> Iterator[_Said]:
    groups: defaultdict[datetime, list[str]] = defaultdict(list)
    for zone, at in waves.delayed.items():
        groups[wall_clock(at, zone)].append(zone)
    for wall, zones in sorted(groups.items()):
        yield (
            "quiet-hours",
            Severity.WARNING,
            f"Quiet hours, a blackout day or its sending window hold it back in {listed(zones, 'en')}: it goes out there "
            f"{day_and_clock(wall, 'en')}.",
            f"Des heures calmes, un jour sans envoi ou sa plage d’envoi le retiennent dans {listed(zones, 'fr')}{NBSP}: "
            f"l’envoi y part le {day_and_clock(wall, 'fr')}.",
        )


def _readers(plan: LocalPlan, waves: Waves) -> Iterator[_Said]:
    if waves.unknown:
        count = sum(waves.unknown.values())
        yield (
            "zone-unknown",
            Severity.WARNING,
            f"{recipients(count, 'en')} with a time zone that does not exist ({listed(list(waves.unknown), 'en')}): "
            f"that of the province or of the publication is taken.",
            f"{recipients(count, 'fr')} avec un fuseau horaire qui n’existe pas ({listed(list(waves.unknown), 'fr')}){NBSP}: "
            f"celui de la province ou de l’infolettre est retenu.",
        )
    if waves.guessed:
        count = sum(waves.guessed.values())
        yield (
            "zone-guessed",
            Severity.INFO,
            f"The time zone of {recipients(count, 'en')} is guessed from the province ({listed(list(waves.guessed), 'en')}).",
            f"Le fuseau horaire de {recipients(count, 'fr')} est déduit de la province ({listed(list(waves.guessed), 'fr')}).",
        )
    if waves.placed:
        yield (
            "zone-default",
            Severity.INFO,
            f"{recipients(waves.placed, 'en')} without time zone or province: {plan.zone} is taken.",
            f"{recipients(waves.placed, 'fr')} sans fuseau horaire ni province{NBSP}: {plan.zone} est retenu.",
        )


def _days(plan: LocalPlan) -> Iterator[_Said]:
    if plan.holiday and plan.holiday.estimated:
        holiday = plan.holiday.holiday
        yield (
            "holiday-estimated",
            Severity.WARNING,
            f"{holiday.english} is announced each year ({holiday.source}); {long_day(plan.holiday.day, 'en')} is the usual day. Check it.",
            f"La date est annoncée chaque année ({holiday.source}){NBSP}: {holiday.french}, d’habitude le {long_day(plan.holiday.day, 'fr')}. À vérifier.",
        )
    if plan.holiday and plan.holiday.holiday.evening:
        eve = plan.holiday.day - timedelta(days=1)
        yield (
            "holiday-evening",
            Severity.INFO,
            f"{plan.holiday.holiday.english} begins on the evening of {long_day(eve, 'en')}.",
            f"{plan.holiday.holiday.french} commence le soir du {long_day(eve, 'fr')}.",
        )
    if plan.moved_leap_day:
        yield (
            "leap-day",
            Severity.WARNING,
            f"{plan.day.year} has no 29 February: it goes out on the 28th.",
            f"L’année {plan.day.year} n’a pas de 29 février{NBSP}: l’envoi part le 28.",
        )
