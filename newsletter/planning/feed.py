"""Feed: what is coming, as a calendar that other programs subscribe to (RFC 5545).

In: entries. Out: the bytes of a text/calendar document. Called by pipeline.agenda.

A mailing in readers' time stands at its local time without a zone, which is what that form means (section 3.3.5, "floating").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_PRODUCT = "-//newsletter//calendar//EN"
_LINE = 75  #: octets, section 3.1
_HOLD = "PT30M"  #: how long a mailing is drawn


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `start` is a day, a local time without a zone, or an aware instant. `uid` is the same each time it is asked for.

    `firm`: it stands; otherwise it is planned, and nobody approved it yet. `stamp` (aware) says when it was last changed.
    """

    uid: str
    start: date | datetime
    summary: str
    stamp: datetime
    description: str = ""
    firm: bool = True


def document(entries: Iterable[Entry], name: str) -> bytes:
    """The whole calendar, in the order of the entries. `name` is shown by programs that ask for one."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{_PRODUCT}", "CALSCALE:GREGORIAN"]
    # RFC 7986: a name, and how often it is worth asking again; the X- form is the one that older programs read.
    lines += [f"NAME:{_text(name)}", f"X-WR-CALNAME:{_text(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT6H"]
    for entry in entries:
        lines += _event(entry)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _event(entry: Entry) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(entry.uid)}"
    yield f"DTSTAMP:{entry.stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield from _span(entry.start)
    yield f"SUMMARY:{_text(entry.summary)}"
    if entry.description:
        yield f"DESCRIPTION:{_text(entry.description)}"
    yield f"STATUS:{'CONFIRMED' if entry.firm else 'TENTATIVE'}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _span(start: date | datetime) -> Iterator[str]:
    if not isinstance(start, datetime):
        yield f"DTSTART;VALUE=DATE:{start:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{start + timedelta(days=1):%Y%m%d}"
        return
    zone = "" if start.tzinfo is None else "Z"
    local = start if start.tzinfo is None else start.astimezone(UTC)
    yield f"DTSTART:{local:%Y%m%dT%H%M%S}{zone}"
    yield f"DURATION:{_HOLD}"


def _text(value: str) -> str:
    """A TEXT value (section 3.3.11): marks escaped, no control characters."""
    plain = "".join(
        sign for sign in value.replace("\r\n", "\n") if sign == "\n" or (sign >= " " and sign != "\x7f")
    )
    escaped = plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\n", "\\n")


def _folded(line: str) -> str:
    """A line cut at 75 octets, never within a character; what follows begins with a space."""
    pieces, size = [""], 0
    for sign in line:
        octets = len(sign.encode(errors="replace"))
        if size + octets > _LINE:
            pieces.append(" ")
            size = 1
        pieces[-1] += sign
        size += octets
    return "\r\n".join(pieces)
