"""The events that an issue tells of, and when each is over: a page that is read for years says which have taken place.

In: the outlines of an issue, the publication's zone. Out: Happening values. Called by pipeline.freeze.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from newsletter.model.edition import Happening
from newsletter.model.outline import Outline, Piece

_EVENT = "event"


def happenings(outlines: Iterable[Outline], zone: str) -> tuple[Happening, ...]:
    """Every event with a day, in the author's order; `zone` (IANA) counts where an event names none of its own."""
    return tuple(one for outline in outlines for one in _of(outline, zone))


def _of(outline: Outline, zone: str) -> Iterator[Happening]:
    for piece in outline.pieces:
        over = _over(piece, zone) if piece.name == _EVENT else None
        if over is not None:
            yield Happening(outline.language, piece.attributes.get("title", ""), over)


def _over(piece: Piece, zone: str) -> datetime | None:
    """The instant at which the last hour that is written is past; without an end that has an hour, midnight after its last day.

    None for what is no day, or lies at the edge of the calendar.
    """
    end = piece.attributes.get("end", "")
    try:
        last = datetime.fromisoformat(end or piece.attributes.get("date", ""))
        timed = bool(end) and len(end) > len("2021-02-11")
        local = last if timed else datetime.combine(last.date() + timedelta(days=1), time())
        return local.replace(tzinfo=ZoneInfo(_zone(piece, zone))).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _zone(piece: Piece, zone: str) -> str:
    """The zone that an event names, if it is one: authors also write "Eastern"."""
    written = piece.attributes.get("zone", "")
    if "/" not in written:
        return zone
    try:
        return ZoneInfo(written).key
    except (LookupError, ValueError, OSError):
        return zone
