"""How long and how large the building of one issue may be.

In: settings. Out: one frozen value. Called by app, renderer.
"""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.host import HAS_PROCESSOR_LIMIT


@dataclass(frozen=True, slots=True)
class Limits:
    """`seconds` of a processor for one build; `megabytes` of memory for the process; `answer_megabytes` that a build may come to;
    `start_seconds` until the process must be there."""

    seconds: int = 4
    megabytes: int = 1024
    answer_megabytes: int = 64
    start_seconds: int = 60

    @property
    def wait_seconds(self) -> float:
        """How long an answer is waited for. Where the system counts a processor's seconds, a busy machine may take its time."""
        return self.seconds * (5 if HAS_PROCESSOR_LIMIT else 1.25)
