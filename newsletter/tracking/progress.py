"""How far a delivery got: facts in any order, number of copies and delay give one result.

In: events. Out: ranks by delivery, that only ever rise. Called by pipeline.record.
"""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.model.campaign import Progress
from newsletter.model.event import Event, EventKind

# Who complains, leaves, opens or clicks has the mail: the missing `delivered` may be hours late, or lost with its hook.
_SAYS = {
    EventKind.PROCESSED: Progress.NO_NEWS,
    EventKind.DEFERRED: Progress.DEFERRED,
    EventKind.DROPPED: Progress.DROPPED,
    EventKind.DELIVERED: Progress.DELIVERED,
    EventKind.COMPLAINED: Progress.DELIVERED,
    EventKind.UNSUBSCRIBED: Progress.DELIVERED,
    EventKind.OPENED: Progress.DELIVERED,
    EventKind.CLICKED: Progress.DELIVERED,
    EventKind.BOUNCED: Progress.BOUNCED,
}


_RANKS = {kind: progress.rank for kind, progress in _SAYS.items()}


def says(event: Event) -> Progress:
    """What an event proves of its delivery's way; NO_NEWS when nothing."""
    return _SAYS.get(event.kind, Progress.NO_NEWS)


def advances(events: Iterable[Event]) -> dict[int, int]:
    """The highest rank that these events prove, by delivery; deliveries without one are left out."""
    found: dict[int, int] = {}
    for event in events:
        rank = _RANKS.get(event.kind, 0)
        if event.delivery is not None and rank > found.get(event.delivery, 0):
            found[event.delivery] = rank
    return found
