"""The sections of the studio, in the order of the rail. One that has no routes yet is not shown.

In: the modules of sections. Out: their routes, the rail. Called by web.studio.app and tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from newsletter.web.studio import (
    desk,
    holding,
    issues,
    log,
    mailbox,
    mailing,
    people,
    review,
    schedule,
    settings,
    signing,
    staff,
)
from newsletter.web.studio.routing import Way
from newsletter.web.studio.studio import Entry


@dataclass(frozen=True, slots=True)
class Section:
    """`name`: of its words, styles and templates. `path`: where the rail leads; empty: it is not in the rail."""

    name: str
    path: str
    ways: tuple[Way, ...]


SECTIONS: tuple[Section, ...] = (
    Section("desk", "/", desk.ROUTES),
    Section("issues", "/issues", issues.ROUTES),
    Section("schedule", "/schedule", schedule.ROUTES),
    Section("people", "/recipients", people.ROUTES),
    Section("mailing", "/mailings", mailing.ROUTES),
    Section("mailbox", "/mailbox", mailbox.ROUTES),
    Section("settings", "/settings", settings.ROUTES + staff.ROUTES + log.ROUTES),
    Section("review", "", review.ROUTES),
    Section("holding", "", holding.ROUTES),
    Section("signing", "", signing.ROUTES),
)


def rail() -> tuple[Entry, ...]:
    """Where the rail leads: only where something is."""
    return tuple(Entry(one.name, one.path) for one in SECTIONS if one.path and one.ways)


def every() -> Iterator[tuple[str, Way]]:
    """Every route, with the name of its section."""
    for one in SECTIONS:
        for way in one.ways:
            yield one.name, way
