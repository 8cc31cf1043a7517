"""The page: what was measured last of each suite, as tables in docs/explanation/performance.md.

In: readings kept under var/bench. Out: the part of the page between its two marks. Called by `python -m bench --page`.

Each suite has its latest run, with its day, machine, rounds and load beside it: figures of different runs are never divided by one another.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bench import goals, showing
from bench.catalogue import SUITES
from bench.measuring import Role, Suite

PAGE = Path("docs/explanation/performance.md")
BEGIN, END = "<!-- measured: python -m bench --page -->", "<!-- end of what was measured -->"
_ABOUT = {Role.OURS: "**{}**", Role.CEILING: "{} (the ceiling)", Role.PART: "{}", Role.PEER: "{}"}


@dataclass(frozen=True, slots=True)
class Run:
    """The latest run of a suite: its readings, and under what conditions they were taken."""

    day: str
    machine: Mapping[str, Any]
    rounds: int
    spins: Sequence[float]
    size: int
    readings: showing.Readings
    lacking: Mapping[str, str]


def latest(home: Path) -> dict[str, Run]:
    """Each suite as it was measured last."""
    found: dict[str, Run] = {}
    for path in sorted(home.glob("*.json")):
        kept = json.loads(path.read_text(encoding="utf-8"))
        day = datetime.strptime(path.stem, "%Y%m%dT%H%M%S").strftime("%Y-%m-%d")
        for name, one in kept["suites"].items():
            readings = showing.from_json(one["readings"])
            spins = kept.get("spin_ms", [])
            found[name] = Run(
                day, kept["machine"], kept["rounds"], spins, one["size"], readings, one["lacking"]
            )
    return found


def write(home: Path, page: Path = PAGE) -> None:
    """Put the tables of all suites that were measured between the marks of the page. Raises ValueError where it has none."""
    before, begun, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not (begun and ended):
        raise ValueError(f"{page} has no place for what was measured: {BEGIN} … {END}")
    runs = latest(home)
    tables = [section(SUITES[name](), runs[name]) for name in SUITES if name in runs]
    page.write_text(f"{before}{BEGIN}\n\n{''.join(tables)}{END}{after}", encoding="utf-8")


def section(suite: Suite, run: Run) -> str:
    """One suite in Markdown."""
    head = (
        "",
        f"{suite.unit}s/s",
        "least – most",
        "of the ceiling",
        "ours is",
        f"CPU µs/{suite.unit}",
        "peak MB",
        "",
    )
    rows = [head, *_candidates(suite, run)]
    standing = [("goal", "figure", "", "must", "stretch", ""), *goals.standing(suite.name, run.readings)]
    promised = f"{_table(standing, plain=3)}\n" if len(standing) > 1 else ""
    return f"### {suite.title}\n\n{_table(rows)}\n{promised}{_conditions(suite, run)}\n\n"


def _candidates(suite: Suite, run: Run) -> Iterator[tuple[str, ...]]:
    ceiling, ours = (
        next(one.name for one in suite.candidates if one.role is role) for role in (Role.CEILING, Role.OURS)
    )
    for one in suite.candidates:
        name, found = _ABOUT[one.role].format(one.name), run.readings.get(one.name)
        if not found:
            why = run.lacking.get(one.name, "not measured then")
            yield (name, "–", "", "", "", "", "", why)
            continue
        rates = [reading.rate for reading in found]
        yield (
            name,
            showing.number(showing.median(found)),
            f"{showing.number(min(rates))} – {showing.number(max(rates))}",
            "" if one.name == ceiling else showing.ratio(found, run.readings[ceiling]),
            f"{showing.ratio(run.readings[ours], found)} ×"
            if one.role is Role.PEER and ours in run.readings
            else "",
            showing.number(statistics.median(r.cpu / r.units * 1e6 for r in found)),
            showing.number(max(r.peak_mb for r in found)),
            showing.more(found),
        )


def _conditions(suite: Suite, run: Run) -> str:
    machine = run.machine
    load = f", a load of {machine['load'][0]:.1f} when it began" if machine.get("load") else ""
    loop = f"; a fixed loop took {min(run.spins):.0f} – {max(run.spins):.0f} ms" if run.spins else ""
    return (
        f"{run.day}, `{machine['commit']}`: {run.size:,} {suite.unit}s, {run.rounds} rounds, medians. {machine['processors']} × "
        f"{machine['processor']}, Python {machine['python']}{load}{loop}."
    )


def _table(rows: Sequence[Sequence[str]], *, plain: int = 1) -> str:
    """A table: numbers to the right, the first column and the last to the left."""
    head, *others = rows
    aligned = ["---" if place in {0, plain - 1, len(head) - 1} else "--:" for place in range(len(head))]
    return "".join(f"| {' | '.join(row)} |\n" for row in (head, aligned, *others))
