"""Ink: what a picture with a see-through ground is drawn in.

In: what compose.pictures measured. Out: values that cross the renderer's pipe. Called by compose, checks.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ink:
    """The colours (red, green, blue, 0 to 255) of what is drawn, the most frequent first, each with its share from 0 to 1."""

    colours: tuple[tuple[tuple[int, int, int], float], ...]
