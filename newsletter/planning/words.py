"""Words: what a plan means, in sentences for staff, and in the JSON that scripts read.

In: a plan and its waves. Out: sentences in English or French, findings, JSON. Called by pipeline.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from newsletter.model.finding import Finding, Severity
from newsletter.planning.phrases import (
    NBSP,
    calendar_name,
    day_and_clock,
    listed,
    long_day,
    offset_words,
    recipients,
    spoken,
    zone_name,
)
from newsletter.planning.plan import Expiry, LocalPlan, Repeat
from newsletter.planning.waves import Wave, Waves
from newsletter.planning.window import Window, read_window
from newsletter.planning.zones import wall_clock


def sentences(plan: LocalPlan, language: str) -> list[str]:
    """What was understood, as full dates, in the language of the staff (`fr`, else English)."""
    said = _french(plan) if spoken(language) == "fr" else _english(plan)
    return [sentence for sentence in said if sentence]


def understood(plan: LocalPlan, language: str) -> str:
    """The sentences in one line."""
    return " ".join(sentences(plan, language))


def _english(plan: LocalPlan) -> Iterator[str]:
    where = " in each reader's own time" if plan.readers_time else f", {zone_name(plan.zone, 'en')}"
    yield f"Goes out {day_and_clock(plan.local, 'en')}{where}."
    if plan.holiday:
        offset = offset_words(plan.offset, "en")
        day = f" ({long_day(plan.holiday.day, 'en')})" if offset else ""
        name = plan.holiday.holiday.english
        yield f"That is {offset} {name}{day}, by {calendar_name(plan.calendar, 'en')}.".replace("  ", " ")
        if plan.holiday.observed:
            from_it = "; that day counts" if plan.observed else ""
            yield f"{name} is observed on {long_day(plan.holiday.observed, 'en')}{from_it}."
    if isinstance(window := read_window(plan.window), Window):
        yield f"It leaves within these hours only: {window.told('en')}."
    if plan.expiry is Expiry.LOCAL_MIDNIGHT:
        midnight = "midnight in the reader's time" if plan.readers_time else "midnight"
        yield f"What has not left by {midnight} does not go out."
    if plan.repeat is Repeat.YEAR:
        yield "It comes back every year."


def _french(plan: LocalPlan) -> Iterator[str]:
    where = "à l’heure de chaque destinataire" if plan.readers_time else zone_name(plan.zone, "fr")
    yield f"Part le {day_and_clock(plan.local, 'fr')}, {where}."
    if plan.holiday:
        offset = offset_words(plan.offset, "fr") or "le jour même"
        day = f"{plan.holiday.holiday.french} ({long_day(plan.holiday.day, 'fr')})"
        yield f"Fête retenue{NBSP}: {day}; envoi {offset}, selon {calendar_name(plan.calendar, 'fr')}."
        if plan.holiday.observed:
            from_it = ", jour retenu" if plan.observed else ""
            yield f"Jour férié observé le {long_day(plan.holiday.observed, 'fr')}{from_it}."
    if isinstance(window := read_window(plan.window), Window):
        yield f"Ne part que pendant cette plage{NBSP}: {window.told('fr')}."
    if plan.expiry is Expiry.LOCAL_MIDNIGHT:
        midnight = "minuit, à l’heure du destinataire," if plan.readers_time else "minuit"
        yield f"Ce qui n’est pas parti à {midnight} ne partira plus."
    if plan.repeat is Repeat.YEAR:
        yield "Revient chaque année."


def wave_line(plan: LocalPlan, wave: Wave, language: str) -> str:
    """One wave in one line: when it leaves by the plan's own zone, how many get it, where they are, and when it is there then."""
    language = spoken(language)
    here, there = wall_clock(wave.due_at, plan.zone), _there(wave)
    zones = listed(list(wave.zones), language)
    before = NBSP if language == "fr" else ""
    local = f" ({day_and_clock(there, language)})" if there and there != here else ""
    return f"{day_and_clock(here, language)} ({plan.zone}){before}: {recipients(wave.members, language)}, {zones}{local}"


def _there(wave: Wave) -> datetime | None:
    """What the clocks of a wave's zones show when it leaves; None where they differ, as for those who get it at once."""
    shown = {wall_clock(wave.due_at, zone) for zone in wave.zones}
    return shown.pop() if len(shown) == 1 else None


def as_json(plan: LocalPlan, waves: Waves, remarks: Sequence[Finding], language: str) -> dict[str, object]:
    """The plan in the form that `schedule --json` promises. Instants are UTC, ISO 8601; `local` is the time as asked."""
    return {
        "local": plan.local.isoformat(timespec="minutes"),
        "zone": "member" if plan.readers_time else plan.zone,
        "calendar": plan.calendar or None,
        "holiday": plan.holiday.holiday.key if plan.holiday else None,
        "holiday_day": plan.holiday.day.isoformat() if plan.holiday else None,
        "occurrence": plan.occurrence,
        "expires": plan.expiry.value,
        "understood": understood(plan, language),
        "waves": [_wave_json(wave) for wave in waves.waves],
        "skipped": waves.skipped,
        "warnings": [remark.message for remark in remarks if remark.severity is Severity.WARNING],
        "notices": [remark.message for remark in remarks if remark.severity is Severity.INFO],
    }


def _wave_json(wave: Wave) -> dict[str, object]:
    there = _there(wave)
    return {
        "due_at": instant(wave.due_at),
        "local": there.isoformat(timespec="minutes") if there else None,
        "zones": list(wave.zones),
        "members": wave.members,
        "expires_at": instant(wave.expires_at) if wave.expires_at else None,
    }


def instant(at: datetime) -> str:
    """An aware time as UTC, ISO 8601, to the second: 2020-12-22T14:00:00Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
