"""The plan: a wish understood, in local time. Local time is the truth; instants are made from it.

In: what when read. Out: frozen values. Called by when, waves and words; pipeline stores their fields.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from newsletter.model.place import Place
from newsletter.planning.holidays import HolidayDay
from newsletter.planning.offsets import THE_DAY_ITSELF, Offset


class Expiry(StrEnum):
    """When what has not left does not leave any more."""

    NEVER = "never"  #: the campaign's grace decides
    LOCAL_MIDNIGHT = "local-midnight"  #: with the local day of the send: a greeting is not for tomorrow


class Repeat(StrEnum):
    """How often a mailing comes back."""

    NEVER = ""
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class LocalPlan:
    """When a mailing leaves, by the clock on the wall.

    `local` is naive. With `readers_time` each reader gets it at that local time, and `zone` (the publication's) is where
    "still ahead" is judged and where readers without a zone are put; otherwise everybody gets it at that time in `zone`.
    `occurrence` is empty for a single mailing, else the local date (ISO). `moved_leap_day`: 29 February was asked for.
    `observed`: it goes by the day on which the holiday is observed, not by the day itself. `window`: the hours within which it leaves,
    as they were written; empty: those of the setting.
    """

    local: datetime
    zone: str
    readers_time: bool
    expiry: Expiry
    occurrence: str = ""
    repeat: Repeat = Repeat.NEVER
    calendar: str = ""
    holiday: HolidayDay | None = None
    offset: Offset = THE_DAY_ITSELF
    moved_leap_day: bool = False
    place: Place | None = None
    observed: bool = False
    window: str = ""

    @property
    def day(self) -> date:
        """The local day of the send."""
        return self.local.date()
