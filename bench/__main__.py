"""`python -m bench [SUITE …]`: run suites, print their tables, keep the readings under var/bench; `--page`: write the page from them.

In: names of suites, how many rounds. Out: tables on stdout; var/bench/<time>.json. Called by `make bench`.

In each round all candidates run in turn, each in a process of its own. A round that is not measured comes first: files are in
memory after it, and results are looked at (was everybody sent to, once?).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import page, showing, world
from bench.catalogue import SUITES
from bench.measuring import Candidate, Reading, Suite, spin

HOME = Path("var/bench")


def main() -> None:
    """All of it."""
    asked = _arguments()
    if asked.page:
        page.write(HOME)
        return
    HOME.mkdir(parents=True, exist_ok=True)
    before = _last()
    kept: dict[str, Any] = {"machine": showing.machine(), "rounds": asked.rounds, "suites": {}}
    spins: list[float] = []
    for name in asked.suites or SUITES:
        suite = SUITES[name]()
        size = max(int(suite.size * asked.scale), suite.least)
        lacking = {one.name: why for one in suite.candidates if (why := one.lacking())}
        readings = _rounds(suite, size, asked.rounds, lacking, spins)
        known = before.get(name, {})
        same = showing.from_json(known["readings"]) if known.get("size") == size else {}
        print(showing.table(suite, readings, lacking, same), end="\n\n", flush=True)
        kept["suites"][name] = {"size": size, "readings": showing.as_json(readings), "lacking": lacking}
    kept["spin_ms"] = spins
    path = HOME / f"{datetime.now(UTC):%Y%m%dT%H%M%S}.json"
    path.write_text(json.dumps(kept, indent=1), encoding="utf-8")
    print(f"{asked.rounds} rounds; a fixed loop took {min(spins):.0f} – {max(spins):.0f} ms. Kept: {path}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measure the program on this machine."
    )
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=f"{', '.join(SUITES)}; all when left out")
    parser.add_argument("--rounds", type=int, default=3, help="3 for a look; 5 or more for a figure to quote")
    parser.add_argument("--scale", type=float, default=1.0, help="0.1: a tenth of the work")
    parser.add_argument(
        "--page",
        action="store_true",
        help="measure nothing: write what was measured last into the page of the docs",
    )
    asked = parser.parse_args()
    if unknown := set(asked.suites) - set(SUITES):
        parser.error(f"no such suite: {', '.join(sorted(unknown))}")
    return asked


def _last() -> dict[str, Any]:
    """Each suite as it was measured last."""
    found: dict[str, Any] = {}
    for path in sorted(HOME.glob("*.json")):
        found |= json.loads(path.read_text(encoding="utf-8"))["suites"]
    return found


def _rounds(
    suite: Suite, size: int, rounds: int, lacking: dict[str, str], spins: list[float]
) -> dict[str, list[Reading]]:
    folder = (HOME / "work" / suite.name).resolve()
    shutil.rmtree(folder, ignore_errors=True)  # the program may have changed since
    folder.mkdir(parents=True)
    print(f"{suite.name}: preparing …", file=sys.stderr, flush=True)
    suite.make(folder, size)
    present = [one for one in suite.candidates if one.name not in lacking]
    readings: dict[str, list[Reading]] = {one.name: [] for one in present}
    mark = folder / world.CHECKING
    for turn in range(rounds + 1):
        mark.touch() if turn == 0 else mark.unlink(missing_ok=True)
        for one in present:
            spins.append(spin())
            print(f"{suite.name}: round {turn} of {rounds}: {one.name}", file=sys.stderr, flush=True)
            reading = _one(suite, one, folder, size)
            if turn:
                readings[one.name].append(reading)
    return readings


def _one(suite: Suite, one: Candidate, folder: Path, size: int) -> Reading:
    units = max(int(size * one.share), 1)
    command = [sys.executable, "-m", "bench.child", suite.name, one.name, str(folder), str(units)]
    # Compiled modules are kept on any machine that people use.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=environment)
    return Reading.from_json(done.stdout)


main()
