"""A hold on everything: one switch that a person turns, and the words for what waits behind it.

In: rows of `store`. Out: values. Called by pipeline, shells.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

HELD_BY = "hold: "  #: how the reason of a mailing begins that a hold on everything keeps back
CLAIMED = (
    "claim: "  #: how it begins when the database was claimed, and nobody has looked at the mailing since
)


@dataclass(frozen=True, slots=True)
class Hold:
    """Who holds everything since when, and why. After `until` (None: until it is released) nothing new is held back; what was
    held goes on waiting for a person."""

    id: int
    reason: str
    by: str
    at: datetime
    until: datetime | None = None

    def as_json(self) -> dict[str, object]:
        """The form for programs."""
        return {"reason": self.reason, "by": self.by, "at": utc(self.at), "until": utc(self.until)}


def utc(moment: datetime | None) -> str | None:
    """A moment for programs: ISO 8601 in UTC."""
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")
