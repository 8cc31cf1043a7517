"""Start: whole processes, from the shell's point of view.

In: commands. Out: starts a second, CPU of each. Called by bench.child.
"""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path

from bench import peers, world
from bench.measuring import Candidate, Meter, Reading, Role, Suite


def _make(folder: Path, _size: int) -> None:
    world.workspace(folder)


def _starts(command: tuple[str, ...], folder: Path, size: int) -> Reading:
    """So many processes, one after the other."""
    run = partial(subprocess.run, command, cwd=folder, stdout=subprocess.DEVNULL, check=True)
    run()  # the files are in memory from here on
    meter = Meter(children=True)
    for _ in range(size):
        run()
    return meter.read(size)


def _python(*arguments: str) -> partial[Reading]:
    return partial(_starts, (sys.executable, *arguments))


SUITE = Suite(
    name="start",
    title="Start: a whole process",
    unit="start",
    size=10,
    make=_make,
    candidates=(
        Candidate("bare Python", Role.CEILING, _python("-c", "pass")),
        Candidate("newsletter --help", Role.OURS, _python("-m", "newsletter", "--help")),
        Candidate("newsletter campaigns", Role.OURS, _python("-m", "newsletter", "campaigns")),
        Candidate("newsletter check ISSUE", Role.OURS, _python("-m", "newsletter", "check", world.SLUG)),
        Candidate("import click alone", Role.PART, _python("-c", "import click")),
        Candidate("bare Node", Role.PEER, partial(_starts, ("node", "-e", "0")), lacking=peers.lacks_node),
    ),
)
