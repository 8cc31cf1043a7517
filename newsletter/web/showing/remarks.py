"""Findings as the preview shows them: the worst first, each with the lines of the file that it is about.

In: a Built. Out: remarks with excerpts. Called by the preview's pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from newsletter.model.finding import Finding, Severity
from newsletter.model.place import Place

_AROUND = 2  #: lines before and after
_WIDTH = 160  #: characters of a line
_ORDER = list(Severity)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file. `here`: it is the one meant."""

    number: int
    text: str
    here: bool


@dataclass(frozen=True, slots=True)
class Remark:
    """One finding with its excerpt (empty when its file is not at hand)."""

    finding: Finding
    excerpt: tuple[Line, ...]


def remarks(findings: Iterable[Finding], sources: Mapping[str, str]) -> tuple[Remark, ...]:
    """All findings, errors first, otherwise as they came."""
    ordered = sorted(findings, key=lambda finding: _ORDER.index(finding.severity))
    return tuple(Remark(finding, excerpt(finding.place, sources)) for finding in ordered)


def excerpt(place: Place | None, sources: Mapping[str, str]) -> tuple[Line, ...]:
    """The lines around a place."""
    if place is None or not place.line or place.file not in sources:
        return ()
    lines = sources[place.file].split("\n")
    first = max(place.line - _AROUND, 1)
    shown = enumerate(lines[first - 1 : place.line + _AROUND], start=first)
    return tuple(Line(number, text[:_WIDTH], number == place.line) for number, text in shown)
