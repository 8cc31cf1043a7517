"""Showing: readings become a table, with ratios of values from the same round.

In: readings by candidate. Out: lines of text, and the same as JSON beside what is known of the machine. Called by bench.__main__.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench import goals
from bench.measuring import Candidate, Reading, Role, Suite

Readings = Mapping[str, Sequence[Reading]]
_SIGNS = {Role.CEILING: "▔", Role.OURS: "●", Role.PART: "·", Role.PEER: "○"}
_STEP = "step "
PAGE, FIRST, FILE = (
    "page ",
    "first ",
    "file ",
)  #: milliseconds of one address: warm, first, and of a file that is no page
_MORE = {"wire_bytes": "B on the wire", "p50_ms": "ms p50", "p95_ms": "ms p95", "p99_ms": "ms p99"}


def table(suite: Suite, readings: Readings, lacking: Mapping[str, str], before: Readings) -> str:
    """One suite for people."""
    ceiling = next(one.name for one in suite.candidates if one.role is Role.CEILING)
    ours = next(one.name for one in suite.candidates if one.role is Role.OURS)
    head = (
        "",
        f"{suite.unit}s/s",
        "min – max",
        "of ceiling",
        "ours is",
        f"CPU µs/{suite.unit}",
        "peak MB",
        "before",
        "",
    )
    rows = [head]
    for one in suite.candidates:
        if one.name in lacking:
            rows.append((_label(one), "–", "", "", "", "", "", "", f"skipped: {lacking[one.name]}"))
            continue
        found = readings[one.name]
        rows.append(
            (
                _label(one),
                number(median(found)),
                f"{number(min(r.rate for r in found))} – {number(max(r.rate for r in found))}",
                "" if one.name == ceiling else ratio(found, readings[ceiling]),
                "" if one.role is not Role.PEER else ratio(readings[ours], found) + " ×",
                number(statistics.median(r.cpu / r.units * 1e6 for r in found)),
                number(max(r.peak_mb for r in found)),
                _before(one, found, before),
                more(found) + _kept(suite, found),
            )
        )
    behind = "".join(_steps(found) + _pages(suite, found) for found in readings.values())
    return f"{suite.title}\n" + aligned(rows) + _goals(suite, readings) + behind


def _goals(suite: Suite, readings: Readings) -> str:
    """How what was promised of a suite stands."""
    rows = goals.standing(suite.name, readings)
    return "\n\n" + aligned([("goal", "", "", "must", "stretch", ""), *rows]) if rows else ""


def _steps(found: Sequence[Reading]) -> str:
    """What each step of a candidate has of its time, the longest first; nothing for one that is not told by step."""
    names = {name for reading in found for name in reading.more if name.startswith(_STEP)}
    spent = {name: statistics.median(r.more.get(name, 0.0) for r in found) for name in names}
    whole = sum(spent.values()) or 1.0
    rows = [
        (name.removeprefix(_STEP), f"{number(spent[name])} ms", f"{100 * spent[name] / whole:.1f}%")
        for name in sorted(spent, key=lambda name: -spent[name])
    ]
    return "\n\n" + aligned([("by step", "a time", "share"), *rows]) if rows else ""


def _pages(suite: Suite, found: Sequence[Reading]) -> str:
    """Each page of a candidate, the slowest first, and how many keep what was promised; nothing for one that has no pages."""
    known = sorted({name for reading in found for name in reading.more if name.startswith((PAGE, FILE))})
    rows = []
    for name in known:
        page = name.removeprefix(PAGE).removeprefix(FILE)
        warm, first = ([r.more[of] for r in found] for of in (name, FIRST + page))
        kept = name.startswith(FILE) or statistics.median(warm) <= suite.bound_ms
        rows.append(
            (statistics.median(warm), page, statistics.median(first), max(warm), "" if kept else "OVER")
        )
    if not rows:
        return ""
    lines = [
        (page, f"{number(first)} ms", f"{number(warm)} ms", f"{number(worst)} ms", mark)
        for warm, page, first, worst, mark in sorted(rows, key=lambda row: -row[0])
    ]
    over = sum(1 for line in lines if line[-1])
    said = f"{len(lines) - over} of {len(lines)} within {number(suite.bound_ms)} ms. {suite.promise}"
    return "\n\n" + aligned([("by page", "first", "then", "worst round", ""), *lines]) + f"\n{said}"


def _label(one: Candidate) -> str:
    return f"{_SIGNS[one.role]} {one.name}"


def median(found: Sequence[Reading]) -> float:
    """The rate that half of the rounds reached."""
    return statistics.median(reading.rate for reading in found)


def ratio(found: Sequence[Reading], other: Sequence[Reading]) -> str:
    """Median of the ratios within rounds: a slow moment of the machine slows both."""
    return number(statistics.median(a.rate / b.rate for a, b in zip(found, other, strict=True)))


def _before(one: Candidate, found: Sequence[Reading], before: Readings) -> str:
    known = before.get(one.name)
    return f"× {number(median(found) / median(known))}" if known else ""


def more(found: Sequence[Reading]) -> str:
    """What only some suites tell: bytes on the wire, how long readers waited."""
    return ", ".join(
        f"{number(statistics.median(reading.more[name] for reading in found))} {words}"
        for name, words in _MORE.items()
        if all(name in reading.more for reading in found)
    )


def number(value: float) -> str:
    """Three significant digits: more would promise too much."""
    if value >= 1000:
        digits = len(str(int(value))) - 3
        return f"{round(value, -digits):,.0f}"
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


def _kept(suite: Suite, found: Sequence[Reading]) -> str:
    """Whether 95 of 100 kept what was promised."""
    if not suite.bound_ms or not all("p95_ms" in reading.more for reading in found):
        return ""
    worst = statistics.median(reading.more["p95_ms"] for reading in found)
    return f", {'within' if worst <= suite.bound_ms else 'OVER'} {number(suite.bound_ms)} ms"


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Columns: the first to the left, the last as it is, all others to the right."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:-1], strict=True)]
        lines.append("  ".join([*cells, row[-1]]).rstrip())
    return "\n".join(lines)


def machine() -> dict[str, Any]:
    """What the figures depend on, besides the program."""
    return {
        "processor": _processor(),
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "load": list(os.getloadavg()) if hasattr(os, "getloadavg") else [],
        "commit": _commit(),
    }


def _processor() -> str:
    known = Path("/proc/cpuinfo")
    lines = known.read_text().splitlines() if known.exists() else []
    found = next((line for line in lines if line.startswith("model name")), "")
    return found.partition(":")[2].strip() or platform.machine()


def _commit() -> str:
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"], stdout=subprocess.PIPE, text=True, check=False
    )
    return done.stdout.strip()


def as_json(readings: Readings) -> dict[str, list[dict[str, Any]]]:
    """The readings for keeping."""
    return {name: [asdict(reading) for reading in found] for name, found in readings.items()}


def from_json(kept: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, list[Reading]]:
    """The readings that were kept."""
    return {name: [Reading(**reading) for reading in found] for name, found in kept.items()}
