"""An event as a calendar file: what a reader's calendar takes in.

In: what an author wrote of an event. Out: the text of an .ics file, the same bytes for the same event. Called by body.completing.
RFC 5545 (iCalendar), section 3.6.1; lines of at most 75 octets (3.1), texts escaped (3.3.11).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_OCTETS = 75
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": ""})
_USUAL = timedelta(hours=1)  #: how long an event lasts that says when it begins and not when it ends


@dataclass(frozen=True, slots=True)
class Appointment:
    """An event in one language. `begins` and `ends` are as written: days, or local times in `zone`; `ends` may be empty."""

    title: str
    begins: str
    ends: str
    zone: str
    place: str = ""
    text: str = ""
    url: str = ""
    organizer: str = ""


def calendar_file(event: Appointment) -> str:
    """The text of the file. An event of days is one of whole days; one of hours is written in UTC, so that no zone is guessed."""
    begins, ends = _moments(event)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//newsletter//event//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{_uid(event)}",
        f"DTSTAMP:{_stamp(begins)}",
        _line("DTSTART", begins),
        _line("DTEND", ends),
        f"SUMMARY:{_escaped(event.title)}",
        *([f"LOCATION:{_escaped(event.place)}"] if event.place else []),
        *([f"DESCRIPTION:{_escaped(event.text)}"] if event.text else []),
        *([f"URL:{event.url}"] if event.url else []),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _moments(event: Appointment) -> tuple[date, date]:
    """Begin and end: two days (the end not among them, RFC 5545 3.6.1), or two instants."""
    first = datetime.fromisoformat(event.begins)
    last = datetime.fromisoformat(event.ends) if event.ends else None
    if not _has_time(event.begins):
        return first.date(), (last or first).date() + timedelta(days=1)
    begins = _instant(first, event.zone)
    if last is None:
        return begins, begins + _USUAL
    ends = _instant(last, event.zone) if _has_time(event.ends) else begins + _USUAL
    return begins, ends if ends > begins else begins + _USUAL


def _has_time(written: str) -> bool:
    return len(written.strip()) > len("2021-01-20")


def _instant(moment: datetime, zone: str) -> datetime:
    local = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC)


def _line(name: str, moment: date) -> str:
    if isinstance(moment, datetime):
        return f"{name}:{moment:%Y%m%dT%H%M%SZ}"
    return f"{name};VALUE=DATE:{moment:%Y%m%d}"


def _stamp(begins: date) -> str:
    """DTSTAMP is needed and says when the file was made: the event's own begin, so that the same event gives the same bytes."""
    return f"{begins:%Y%m%dT%H%M%SZ}" if isinstance(begins, datetime) else f"{begins:%Y%m%d}T000000Z"


def _uid(event: Appointment) -> str:
    """The same event keeps its name when its text is corrected: a calendar then replaces it."""
    digest = hashlib.sha256(f"{event.title}|{event.begins}|{event.url}".encode()).hexdigest()
    return f"{digest[:32]}@{event.organizer or 'newsletter'}"


def _escaped(text: str) -> str:
    return text.translate(_ESCAPED)


def _folded(line: str) -> str:
    """A line in parts of at most 75 octets; no character is cut in two."""
    parts: list[str] = []
    room, part = _OCTETS, ""
    for character in line:
        size = len(character.encode())
        if size > room:
            parts.append(part)
            part, room = "", _OCTETS - 1  # a further line begins with a space
        part += character
        room -= size
    return "\r\n ".join([*parts, part])
