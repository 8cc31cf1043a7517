"""What was counted while faults were injected: kill points, seeds, runs, violations; all together and by fault.

In: what the driver of a test did, and what the judge found. Out: one line at the end of pytest, and var/faults.json. Called by
tests/faults/stage.py and tests/faults/conftest.py.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

KINDS = ("points", "seeds", "deaths", "runs", "violations")


class Tally:
    """Counts by fault (F1, F2 …). Points and seeds count once, however often they were reached."""

    def __init__(self) -> None:
        self._once: dict[str, set[tuple[str, str]]] = {"points": set(), "seeds": set()}
        self._sums: dict[str, Counter[str]] = defaultdict(Counter)

    def died(self, fault: str, point: str) -> None:
        """A process died at a point (with its place: the first, a middle, the last batch)."""
        self._once["points"].add((fault, point))
        self._sums[fault]["deaths"] += 1

    def seed(self, fault: str, seed: str) -> None:
        """A story was played from a seed."""
        self._once["seeds"].add((fault, seed))

    def killed(self, fault: str) -> None:
        """A process died wherever it was."""
        self._sums[fault]["deaths"] += 1

    def judged(self, fault: str, violations: int) -> None:
        """A run came before the judge."""
        self._sums[fault]["runs"] += 1
        self._sums[fault]["violations"] += violations

    def merge(self, other: dict[str, Any]) -> None:
        """Add what another process counted."""
        for kind, known in self._once.items():
            known.update((fault, one) for fault, one in other[kind])
        for fault, sums in other["sums"].items():
            self._sums[fault].update(sums)

    def plain(self) -> dict[str, Any]:
        """The same in plain values, for `merge`."""
        return {
            "points": sorted(self._once["points"]),
            "seeds": sorted(self._once["seeds"]),
            "sums": {fault: dict(sums) for fault, sums in self._sums.items()},
        }

    def by_fault(self) -> dict[str, dict[str, int]]:
        """The counts of each fault, in its order."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for fault, sums in self._sums.items():
            found[fault].update(sums)
        for kind, known in self._once.items():
            for fault, _ in known:
                found[fault][kind] += 1
        order = sorted(found, key=lambda name: (int(name[1:]) if name[1:].isdigit() else 0, name))
        return {name: {kind: found[name][kind] for kind in KINDS} for name in order}

    def __bool__(self) -> bool:
        return bool(self._sums)

    def line(self) -> str:
        """All of it in one line."""
        total: Counter[str] = Counter()
        for counts in self.by_fault().values():
            total.update(counts)
        each = ", ".join(f"{name} {counts['runs']}" for name, counts in self.by_fault().items())
        return (
            f"faults: kill points {total['points']}, seeds {total['seeds']}, deaths {total['deaths']}, runs {total['runs']}, "
            f"violations {total['violations']} ({each})"
        )

    def keep(self, path: Path) -> None:
        """As JSON."""
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(self.by_fault(), indent=1) + "\n", encoding="utf-8")


TALLY = Tally()
