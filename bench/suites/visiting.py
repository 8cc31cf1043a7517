"""Visits: every page of the studio and every list of the API, asked of `newsletter serve` with 200,000 members and their mailings.

In: a staged workspace. Out: pages a second; for each page the first answer and the median of the next ones. Called by bench.child.

Each reading is a process that has just begun to answer. Every page is asked for once, and then five times more; an answer that is not
the page is an error. The client is one socket: what is measured ends with the last byte. The ceiling answers the same few bytes to everything.
"""

from __future__ import annotations

import http.client
import re
import sqlite3
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from bench import stage, visits, world
from bench.measuring import Candidate, Reading, Role, Suite
from bench.servers import Server
from bench.showing import FILE, FIRST, PAGE
from bench.visits import Visit

_AGAIN = 5
_PATIENCE = 120  #: seconds
_TOTAL = re.compile(r"[\d,]+(?= members)")
Ask = Callable[[Visit], float]


def _asker(port: int, headers: dict[str, str], expected: int = 200) -> Ask:
    """Asks on one connection that is kept; milliseconds."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)

    def ask(visit: Visit) -> float:
        began = time.perf_counter()
        line.request("GET", visit.path, headers=headers)
        answer = line.getresponse()
        if visit.stream:
            while not answer.readline().startswith(b"data:"):
                pass
        else:
            answer.read()
        took = (time.perf_counter() - began) * 1e3
        if visit.stream:
            line.close()
        if answer.status != expected:
            raise AssertionError(f"{visit.path}: {answer.status}")
        return took

    return ask


def _rounds(ask: Ask, wanted: Sequence[Visit]) -> tuple[dict[str, float], float, int]:
    """By page, milliseconds; seconds of all; how many were asked for."""
    told: dict[str, float] = {}
    whole, asked = 0.0, 0
    for visit in wanted:
        took = [ask(visit) for _ in range(1 + _AGAIN)]
        kind = FILE if visit.path.partition("?")[0] in visits.FILES else PAGE
        told[FIRST + visit.name], told[kind + visit.name] = took[0], statistics.median(took[1:])
        whole, asked = whole + sum(took) / 1e3, asked + len(took)
    return told, whole, asked


def _studio(folder: Path, _size: int) -> Reading:
    known = stage.known(folder)
    return _serve(folder, {"Cookie": known.cookie}, visits.pages(known))


def _api(folder: Path, _size: int) -> Reading:
    known = stage.known(folder)
    return _serve(folder, {"Authorization": f"Bearer {known.token}"}, visits.lists(known))


def _serve(folder: Path, headers: dict[str, str], wanted: Sequence[Visit]) -> Reading:
    world.restore(folder, stage.STAGED)
    with Server("studio", folder) as server:
        if world.checking(folder) and "Cookie" in headers:
            _look(folder, server.port, headers)
        told, seconds, asked = _rounds(_asker(server.port, headers), wanted)
    return Reading(asked, seconds, server.told["cpu"], server.told["peak_mb"], told)


def _look(folder: Path, port: int, headers: dict[str, str]) -> None:
    """Whether the number of members that is shown is theirs."""
    with closing(sqlite3.connect(folder / stage.STAGED)) as db:
        there = db.execute("SELECT count(*) FROM members").fetchone()[0]
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    line.request("GET", "/recipients", headers=headers)
    shown = _TOTAL.search(line.getresponse().read().decode())
    if shown is None or int(shown[0].replace(",", "")) != there:
        raise AssertionError(f"{shown} are shown, and there are {there} members")


def _bare(folder: Path, _size: int) -> Reading:
    with Server("fixed", folder) as server:
        ask = _asker(server.port, {}, expected=302)
        took = [ask(Visit("", "/")) for _ in range(1000)]
    return Reading(1000, sum(took) / 1e3, server.told["cpu"], server.told["peak_mb"])


SUITE = Suite(
    name="studio",
    title="Pages of the studio and lists of the API, 200,000 members, one visitor",
    unit="page",
    size=200_000,
    make=stage.make,
    candidates=(
        Candidate("a fixed answer, bare asyncio", Role.CEILING, _bare),
        Candidate("newsletter serve: the studio", Role.OURS, _studio),
        Candidate("newsletter serve: the API", Role.OURS, _api),
    ),
    bound_ms=300,
    promise="300 ms for an answer leave a tenth of a second to the browser before a click feels slow (0.4 s).",
)
