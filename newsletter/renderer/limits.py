"""How long and how large the building of one issue may be.

In: settings. Out: one frozen value. Called by app, renderer.
"""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.compose.request import Request
from newsletter.host import HAS_PROCESSOR_LIMIT

_PICTURES_A_SECOND = 8 << 20
_MOST_FOR_PICTURES = 60


@dataclass(frozen=True, slots=True)
class Limits:
    """`seconds` of a processor for one build; `megabytes` of memory for the process; `answer_megabytes` that a build may come to;
    `start_seconds` until the process must be there."""

    seconds: int = 4
    megabytes: int = 1024
    answer_megabytes: int = 64
    start_seconds: int = 60

    def wait_seconds(self, pictures: int = 0) -> float:
        """How long an answer is waited for. Where the system counts a processor's seconds, a busy machine may take its time."""
        return (self.seconds + pictures) * (5 if HAS_PROCESSOR_LIMIT else 1.25)


def picture_seconds(request: Request) -> int:
    """What large pictures may take beyond `seconds`: a photo of four megabytes takes a fifth of one. Decompression bombs are small
    files, and get none."""
    size = sum(len(content) for content in request.images.values())
    return min(_MOST_FOR_PICTURES, size // _PICTURES_A_SECOND)
