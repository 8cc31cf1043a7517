"""Phrases: days, times, zones and numbers as staff read them, in English and French.

In: dates, times, zones. Out: short phrases; French by the rules of the OQLF (1er, 9 h 30, no-break spaces). Called by words.
"""

from __future__ import annotations

from datetime import date, datetime, time

from babel import Locale
from babel.core import get_global
from babel.dates import format_date
from babel.numbers import format_decimal

from newsletter.planning.offsets import Offset, Unit
from newsletter.planning.provinces import PROVINCES

NBSP = "\u00a0"
_LOCALES = {"en": "en_CA", "fr": "fr_CA"}
_UNITS = {
    "en": {
        Unit.DAY: ("day", "days"),
        Unit.WEEK: ("week", "weeks"),
        Unit.WORKING_DAY: ("working day", "working days"),
    },
    "fr": {
        Unit.DAY: ("jour", "jours"),
        Unit.WEEK: ("semaine", "semaines"),
        Unit.WORKING_DAY: ("jour ouvrable", "jours ouvrables"),
    },
}


def spoken(language: str) -> str:
    """The language in which staff is answered: French for `fr` and its kinds, else English."""
    return "fr" if language.lower().startswith("fr") else "en"


def long_day(day: date, language: str) -> str:
    """Wednesday 16 December 2020; mercredi 16 décembre 2020; vendredi 1er janvier 2021."""
    text = format_date(day, "EEEE d MMMM y", locale=_LOCALES[language])
    return text.replace(" 1 ", " 1er ", 1) if language == "fr" else text


def clock(hour: time, language: str) -> str:
    """9:00; 9 h; 14 h 30."""
    if language == "en":
        return f"{hour.hour}:{hour.minute:02}"
    return f"{hour.hour}{NBSP}h" + (f"{NBSP}{hour.minute:02}" if hour.minute else "")


def day_and_clock(local: datetime, language: str) -> str:
    """Wednesday 16 December 2020 at 9:00; mercredi 16 décembre 2020 à 9 h."""
    at = "at" if language == "en" else "à"
    return f"{long_day(local.date(), language)} {at} {clock(local.time(), language)}"


def zone_name(zone: str, language: str) -> str:
    """Eastern Time (America/Toronto); heure de l’Est (America/Toronto); the zone alone where people have no name for it."""
    canonical = get_global("zone_aliases").get(zone, zone)
    meta = get_global("meta_zones").get(canonical, "")
    known = Locale.parse(_LOCALES[language]).meta_zones.get(meta, {}).get("long", {})
    name = known.get("generic")
    return f"{name} ({zone})" if name else zone


def short_zone(zone: str, language: str) -> str:
    """Eastern Time; heure de l’Est; the IANA name where people have no name for it."""
    return zone_name(zone, language).partition(" (")[0]


def number(count: int, language: str) -> str:
    """12,345; 12 345."""
    return str(format_decimal(count, locale=_LOCALES[language]))


def recipients(count: int, language: str) -> str:
    """1 recipient; 12 recipients; 1 destinataire; 12 destinataires."""
    one = "recipient" if language == "en" else "destinataire"
    # Zero is singular in French.
    single = count == 1 or (language == "fr" and count == 0)
    return f"{number(count, language)}{NBSP if language == 'fr' else ' '}{one}{'' if single else 's'}"


def offset_words(offset: Offset, language: str) -> str:
    """3 working days before; 1 jour après; empty for none. `offsets.read` reads it back."""
    if not offset.count:
        return ""
    count = abs(offset.count)
    unit = _UNITS[language][offset.unit][count > 1]
    before, after = ("before", "after") if language == "en" else ("avant", "après")
    return f"{count} {unit} {before if offset.count < 0 else after}"


def calendar_name(calendar: str, language: str) -> str:
    """The calendar of Ontario (CA-ON); le calendrier de l’Ontario (CA-ON)."""
    province = PROVINCES.get(calendar.removeprefix("CA-"))
    if language == "en":
        whose = f"of {province.english}" if province else "of federally regulated workplaces"
        return f"the calendar {whose} ({calendar})"
    whose = province.of_french if province else "des milieux de travail fédéraux"
    return f"le calendrier {whose} ({calendar})"


def place_name(calendar: str, language: str) -> str:
    """Ontario; Québec; federal workplaces, for the calendar of all of Canada."""
    province = PROVINCES.get(calendar.removeprefix("CA-"))
    if province is None:
        return "milieux de travail fédéraux" if language == "fr" else "federal workplaces"
    return province.french if language == "fr" else province.english


def listed(names: list[str], language: str, most: int = 4) -> str:
    """A and B; A, B, C, D and 3 more."""
    and_ = "and" if language == "en" else "et"
    shown, more = names[:most], len(names) - most
    if more > 0:
        shown = [*shown, f"{more} more" if language == "en" else f"{more} de plus"]
    return f"{', '.join(shown[:-1])} {and_} {shown[-1]}" if len(shown) > 1 else "".join(shown)
