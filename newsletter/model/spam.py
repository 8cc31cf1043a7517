"""What a spam filter on this machine says of a mail.

In: nothing. Out: values. Called by pipeline.spam, which asks; judged by checks.spam_points.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Unjudged(StrEnum):
    """Why a mail has no score."""

    ABSENT = "absent"  #: the program is not on this machine
    TIME = "time"  #: it took too long
    ANSWER = "answer"  #: it answered what cannot be read


@dataclass(frozen=True, slots=True)
class SpamRule:
    """One rule that a mail met: its points (negative ones speak for the mail), its name, what it says (English)."""

    points: float
    name: str
    told: str


@dataclass(frozen=True, slots=True)
class SpamPoints:
    """The points of one text. `why` is set where there are none."""

    program: str
    points: float = 0.0
    rules: tuple[SpamRule, ...] = ()
    why: Unjudged | None = None
