"""Listing: a holiday in one line, for staff who look for a day.

In: a day of a holiday. Out: short texts in English and French. Called by pipeline.holidays and pipeline.agenda.
"""

from __future__ import annotations

from datetime import timedelta

from newsletter.planning.calendars import Standing
from newsletter.planning.holidays import HolidayDay
from newsletter.planning.phrases import long_day

_STANDING = {
    Standing.STATUTORY: ("a day off", "jour férié"),
    Standing.OPTIONAL: ("often given", "souvent accordé"),
    Standing.FEDERAL: ("a day off in federal workplaces", "férié dans les milieux de travail fédéraux"),
    Standing.OBSERVANCE: ("nobody is off", "non férié"),
}


def standing(found: HolidayDay, language: str) -> str:
    """Who is off."""
    return _STANDING[found.standing][language == "fr"]


def notes(found: HolidayDay, language: str) -> list[str]:
    """What else is worth knowing of a day, in a few words each."""
    french = language == "fr"
    said = []
    if found.observed:
        observed = long_day(found.observed, language)
        said.append(f"observé le {observed}" if french else f"observed on {observed}")
    if found.holiday.evening:
        eve = long_day(found.day - timedelta(days=1), language)
        said.append(f"commence le soir du {eve}" if french else f"begins on the evening of {eve}")
    if found.estimated:
        said.append("date estimée" if french else "estimated")
    if found.reckoned and found.reckoned != found.day:
        reckoned = long_day(found.reckoned, language)
        said.append(f"le {reckoned} selon les données" if french else f"{reckoned} by the data")
    return said
