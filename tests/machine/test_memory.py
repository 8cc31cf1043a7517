"""Memory: ten times as many members take no more of it, whatever is done with them.

Each step of the whole way, from the file to the export, is a process of its own; told is the most that it held. What grows with the
members, a list of all of them say, is seen at these sizes already: a member takes some hundred bytes at least. (`python -m bench.million`
carries a million.)
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bench import journey, million
from tests.databases import POSTGRES

STEPS = ("import", "approve", "prepare", "send", "settle", "report", "export")
FEW, MANY = 4_000, 40_000
MOST = 10.0  #: megabytes that may be added: caches that were not full yet, and what the allocator did not give back (at most 7, seen
#: on a busy machine); a list of all members adds 20 (numbers and addresses) to 41 (all they are)


def _made(folder: Path, count: int) -> Path:
    folder.mkdir()
    journey.make(folder, count)
    return folder


def _peaks(folder: Path, count: int) -> dict[str, float]:
    made = million.whole(folder, count, dict(os.environ), STEPS)
    return {name: one.peak_mb for name, one in made.items()}


@(
    pytest.mark.faults if POSTGRES else pytest.mark.ci
)  # on a server what grows with the members is the server's own
@pytest.mark.timeout(400)  # fifteen seconds on a machine at rest
def test_memory_does_not_grow_with_the_members(tmp_path: Path) -> None:
    folders = {count: _made(tmp_path / str(count), count) for count in (FEW, MANY)}
    with ThreadPoolExecutor(2) as pool:
        few, many = (pool.submit(_peaks, folder, count) for count, folder in folders.items())
        grown = {name: peak - few.result()[name] for name, peak in many.result().items()}
    assert {name: grew for name, grew in grown.items() if grew > MOST} == {}, grown
