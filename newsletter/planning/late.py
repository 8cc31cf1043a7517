"""Late: whether a wave may still leave.

In: when it was due, the time now, how much delay its campaign bears. Out: on time, late or too late. Called by pipeline.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

GRACE = timedelta(hours=4)  #: the default for what does not expire
PUNCTUAL = timedelta(minutes=5)  #: a delay that nobody needs to hear of


class Lateness(StrEnum):
    """How a wave stands at a moment at or after its time."""

    ON_TIME = "on_time"
    LATE = "late"  #: it leaves, and its books say that it was late
    TOO_LATE = "too_late"  #: it does not leave by itself


def deadline(due: datetime, grace: timedelta = GRACE, expires_at: datetime | None = None) -> datetime:
    """The last moment for a wave: its expiry if it has one (a greeting's is local midnight), else `grace` after it was due."""
    return expires_at if expires_at is not None else due + grace


def late(
    due: datetime, now: datetime, grace: timedelta = GRACE, expires_at: datetime | None = None
) -> Lateness:
    """How a wave stands. All times are aware. At the end of its grace it may still leave; at its expiry no more.

    Before its time a wave is on time: whether it is due at all is the caller's question.
    """
    if expires_at is not None and now >= expires_at:
        return Lateness.TOO_LATE
    if now > deadline(due, grace, expires_at):
        return Lateness.TOO_LATE
    return Lateness.LATE if now - due > PUNCTUAL else Lateness.ON_TIME
