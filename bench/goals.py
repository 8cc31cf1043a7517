"""Goals: what was promised of speed, as ratios within a round or figures of one unit; must and stretch.

In: readings of a suite. Out: lines that say how each goal stands. Called by bench.showing.

A candidate is named by how its name begins, so that a remark behind it may change. Memory has a command of its own: bench.million.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bench.measuring import Reading

_Readings = Mapping[str, Sequence[Reading]]


class Figure(StrEnum):
    """What a goal looks at."""

    RATIO = "×"  #: of our rate to another's in the same round: the more the better
    TIMES = "× its time"  #: of our time to another's in the same round: the less the better
    CPU = "µs CPU"  #: of one unit: the less the better, as all below
    WIRE = "B on the wire"
    P99 = "ms p99"


@dataclass(frozen=True, slots=True)
class Goal:
    """`ours` against `other` (empty where a figure stands by itself)."""

    ours: str
    other: str
    must: float
    stretch: float
    figure: Figure = Figure.RATIO

    @property
    def more(self) -> bool:
        """True where more is better."""
        return self.figure is Figure.RATIO

    def met(self, found: float, bound: float) -> bool:
        """Whether a figure keeps a bound."""
        return found >= bound if self.more else found <= bound


_SEND = "newsletter send"
GOALS: Mapping[str, tuple[Goal, ...]] = {
    "submit": (
        Goal(_SEND, "sendgrid's helpers, 1,000", 6, 10),
        Goal(_SEND, "@sendgrid/mail", 2.5, 5),
        Goal(_SEND, "ready payloads", 0.015, 0.03),
        Goal(_SEND, "", 12, 6, Figure.CPU),
        Goal(_SEND, "", 600, 430, Figure.WIRE),
    ),
    "import": (
        Goal("newsletter members import", "executemany", 0.4, 0.7),
        Goal("newsletter members import", "Django bulk_create, the same 3", 3, 5),
    ),
    "prepare": (Goal("newsletter, prepare", "INSERT … SELECT", 0.8, 0.8),),
    "count": (Goal("newsletter, a segment", "hand-written", 1 / 3, 1 / 3),),
    "events": (
        Goal("newsletter: verified", "the insert alone", 0.6, 0.8),
        Goal("of that: verified and kept", "the insert alone", 2, 2),
    ),
    "clicks": (
        Goal("newsletter serve", "nginx", 0.25, 0.4),
        Goal("newsletter serve", "Starlette", 2.5, 4),
        Goal("newsletter serve", "", 10, 7, Figure.P99),
    ),
    "build": (
        Goal("of that: compile + inline", "npm mjml + juice", 1.5, 2),
        Goal("the same by css-inline", "npm mjml + juice", 10, 18),
        Goal("newsletter build", "npm mjml command", 3, 5),
    ),
    "start": (Goal("newsletter --help", "bare Python", 6, 4, Figure.TIMES),),
}


def standing(suite: str, readings: _Readings) -> list[tuple[str, ...]]:
    """Rows for a table: the goal, the figure, must, stretch, how it stands."""
    return [_row(goal, readings) for goal in GOALS.get(suite, ())]


def _row(goal: Goal, readings: _Readings) -> tuple[str, ...]:
    name = f"{goal.ours} to {goal.other}" if goal.other else goal.ours
    found = _figure(goal, readings)
    bounds = f"{goal.must:.3g}", f"{goal.stretch:.3g}"
    if found is None:
        return (name, "–", goal.figure, *bounds, "not measured")
    verdict = (
        "stretch" if goal.met(found, goal.stretch) else "must" if goal.met(found, goal.must) else "MISSED"
    )
    return (name, f"{found:.3g}", goal.figure, *bounds, verdict)


def _named(start: str, readings: _Readings) -> Sequence[Reading]:
    return next((found for name, found in readings.items() if name.startswith(start)), ())


def _figure(goal: Goal, readings: _Readings) -> float | None:
    ours = _named(goal.ours, readings)
    theirs = _named(goal.other, readings) if goal.other else ours
    if not ours or not theirs:
        return None
    pairs = zip(ours, theirs, strict=True)
    match goal.figure:
        case Figure.RATIO:
            return statistics.median(one.rate / other.rate for one, other in pairs)
        case Figure.TIMES:
            return statistics.median(other.rate / one.rate for one, other in pairs)
        case Figure.CPU:
            return statistics.median(one.cpu / one.units * 1e6 for one in ours)
        case Figure.WIRE:
            return statistics.median(one.more["wire_bytes"] for one in ours)
        case Figure.P99:
            return statistics.median(one.more["p99_ms"] for one in ours)
