"""Measuring: what one candidate did, by the clock, the processor and the memory.

In: a piece of work. Out: a Reading. Called by the suites, in a process for each candidate and round.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path

_STATUS = Path("/proc/self/status")


class Role(StrEnum):
    """What a candidate is there for."""

    OURS = "ours"  #: the program as people use it
    CEILING = "ceiling"  #: what the machine could do if nothing had to be thought of
    PART = "part"  #: a step of ours, or a simpler way, to understand the figure beside it
    PEER = "peer"  #: others' software at the same work


@dataclass(frozen=True, slots=True)
class Reading:
    """One candidate in one round. `cpu` is user and system seconds of its process; `more` holds what only some suites tell."""

    units: int
    seconds: float
    cpu: float
    peak_mb: float
    more: Mapping[str, float] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Units in a second."""
        return self.units / self.seconds

    def as_json(self) -> str:
        """For the process that asked."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Reading:
        """What a process said in its last line."""
        return cls(**json.loads(text.strip().splitlines()[-1]))


Run = Callable[[Path, int], Reading]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to do the work. `run` gets the suite's folder and how many units; it prepares, then measures.

    `share`: the part of the units that a slow one is given. `lacking` says what is missing to run it, else "".
    """

    name: str
    role: Role
    run: Run
    share: float = 1.0
    lacking: Callable[[], str] = str


@dataclass(frozen=True, slots=True)
class Suite:
    """Candidates for the same work. `make` prepares what all share, once.

    `bound_ms`: how long one unit may take, where that was promised; `promise` says to whom and why.
    """

    name: str
    title: str
    unit: str
    size: int
    make: Callable[[Path, int], None]
    candidates: tuple[Candidate, ...]
    bound_ms: float = 0.0
    promise: str = ""
    least: int = 10  #: units, however small the scale


class Meter:
    """Begins to measure when it is made."""

    def __init__(self, *, children: bool = False) -> None:
        self._who = resource.RUSAGE_CHILDREN if children else resource.RUSAGE_SELF
        self._cpu = self._spent()
        self._began = time.perf_counter()

    def _spent(self) -> float:
        used = resource.getrusage(self._who)
        return used.ru_utime + used.ru_stime

    def read(self, units: int, **more: float) -> Reading:
        """What it took since."""
        seconds = time.perf_counter() - self._began
        return Reading(units, seconds, self._spent() - self._cpu, peak_mb(), more)


def peak_mb() -> float:
    """The most memory that this process held, in megabytes.

    Linux hands the figure of the parent on with getrusage, so the process's own status is asked where there is one.
    """
    if _STATUS.exists():
        line = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / (1 << 20)


def spin() -> float:
    """Milliseconds of a fixed piece of work: it shows how steady the machine is, not how fast anything else is."""
    began = time.perf_counter()
    total = 0
    for number in range(1_000_000):
        total += number
    return (time.perf_counter() - began) * 1e3
