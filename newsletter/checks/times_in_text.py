"""Times of day written out in a text, in English and French, and the names of zones beside them.

In: a text. Out: the times, with where they stand; whether a zone is named. Called by time_zone_missing, date_past, amounts_in_text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from newsletter.checks.calendar_words import GAP, SPACE

NOON = 12 * 60
DAY = 24 * 60

_TO = rf"(?:{SPACE}(?:to|until|till|and|à|et){SPACE}|{GAP}[–—-]{GAP})"
_HALF = rf"[ap]\.?{GAP}m\b\.?|[AP]\.?{GAP}M\b\.?"


def _clock(number: int) -> str:
    """`1:30 p.m.`"""
    return rf"(?P<h{number}>\d{{1,2}})(?::(?P<m{number}>[0-5]\d))?(?!\d)(?:{GAP}(?P<half{number}>{_HALF}))?"


def _hour(number: int) -> str:
    """`13 h 30`"""
    return rf"(?P<h{number}>\d{{1,2}}){GAP}h(?![^\W\d])(?:{GAP}(?P<m{number}>[0-5]\d)(?!\d|{GAP}[%$]))?"


_ENGLISH = re.compile(rf"(?<![\w.,:/$-]){_clock(1)}(?:{_TO}{_clock(2)})?(?!:\d|[\d/])")
_BARE = rf"(?P<bare>\d{{1,2}})(?=(?:{SPACE}à{SPACE}|{GAP}[–-]{GAP})\d{{1,2}}{GAP}h){_TO}"
_FRENCH = re.compile(rf"(?<![\w.,:/-])(?:{_BARE})?{_hour(1)}(?:{_TO}{_hour(2)})?")
#: before a number that is a time and no length: “à 13 h”, but not “une formation de 3 h”
_AT = re.compile(
    rf"(?:^|[\s(«,;–-])(?:at|from|by|until|before|after|between|starting|à|dès|vers|avant|après|entre|jusqu[’']à|heure{GAP}:){GAP}$",
    re.IGNORECASE,
)
_CLOSE = 20  # characters: what stands further off belongs to something else
_AWAY = re.compile(rf"{SPACE}(?:de|d’|par|from|per)\b")
_NAMES = r"Eastern|Pacific|Central|Mountain|Atlantic|Newfoundland"
_ZONE = re.compile(
    rf"(?:(?<=[\d.mMh][\s\u00a0\u202f])|(?<=\())(?:{_NAMES}|[NAECMP][SD]?T|H[NA]?[TAECRP]|UTC|GMT|CET|CEST|BST)\b|"
    rf"\b(?:{_NAMES})\s(?:Standard\s|Daylight\s)?[Tt]ime\b|\btimes?\s(?:are|is)\s(?:in\s)?(?:{_NAMES})\b|"
    r"\bheures?\s(?:normale\s|avancée\s)?(?:de\sl[’']Est|de\sl[’']Atlantique|du\sPacifique|du\sCentre|des\sRocheuses|de\sTerre-Neuve|"
    r"locale|d[’']ici|de\s[A-ZÉ]\w+)|"
    r"\b(?:[A-Z]\w+|local|your(?:\sown)?)\stime\b|\btime\szones?\b|\bfuseaux?\shoraires?\b|\bvotre\sheure\b|\bchez\svous\b"
)


@dataclass(frozen=True, slots=True)
class Clock:
    """One time of day, or the first and last of a span, in minutes after midnight. `sure`: it can be nothing else."""

    start: int
    end: int
    text: str
    times: tuple[int, ...]
    sure: bool


def clocks(text: str) -> tuple[Clock, ...]:
    """Every time of day in a text, in order."""
    found = sorted([*_english(text), *_french(text)], key=lambda clock: (clock.start, -clock.end))
    kept: list[Clock] = []
    for clock in found:
        if not kept or clock.start >= kept[-1].end:
            kept.append(clock)
    return tuple(kept)


def names_zone(text: str) -> bool:
    """True when a text says whose time it means."""
    return bool(_ZONE.search(text))


def _english(text: str) -> Iterator[Clock]:
    for match in _ENGLISH.finditer(text):
        halves = (match["half1"], match["half2"])
        minutes = (match["m1"], match["m2"] if match["h2"] else match["m1"])
        if not any(halves) and not all(minutes):
            continue
        times = _times(match)
        if times:
            sure = (
                any(halves)
                or len(times) > 1
                or bool(_AT.search(text, max(0, match.start() - _CLOSE), match.start()))
            )
            yield Clock(match.start(), match.end(), match.group(), times, sure)


def _times(match: re.Match[str]) -> tuple[int, ...]:
    """In minutes; empty when no clock shows them. “11:00 to 1:30 p.m.” begins in the morning, “1:00 to 2:30 p.m.” does not."""
    first, last = _minutes(match, 1, match["half1"]), None
    if match["h2"]:
        last = _minutes(match, 2, match["half2"])
        if match["half2"] and not match["half1"] and first is not None and last is not None:
            inherited = _minutes(match, 1, match["half2"])
            first = inherited if inherited is not None and inherited < last else first
    times = (first,) if not match["h2"] else (first, last)
    return tuple(time for time in times if time is not None) if None not in times else ()


def _minutes(match: re.Match[str], number: int, half: str | None) -> int | None:
    hour, minute = int(match[f"h{number}"]), int(match[f"m{number}"] or 0)
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.lower().startswith("p") else 0)
    return hour * 60 + minute if hour < 24 else None


def _french(text: str) -> Iterator[Clock]:
    for match in _FRENCH.finditer(text):
        numbers = [(match["bare"], None), (match["h1"], match["m1"]), (match["h2"], match["m2"])]
        times = tuple(int(hour) * 60 + int(minute or 0) for hour, minute in numbers if hour)
        if any(time > DAY for time in times):
            continue
        spanned = len(times) > 1
        placed = bool(_AT.search(text, max(0, match.start() - _CLOSE), match.start())) and not _AWAY.match(
            text, match.end()
        )
        yield Clock(match.start(), match.end(), match.group(), times, spanned or placed)
