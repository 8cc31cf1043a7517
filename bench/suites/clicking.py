"""Clicks: readers follow links of a mail, 64 at a time.

In: a mailing that was written down. Out: redirects a second, how long readers waited. Called by bench.child.

Ours verifies the token, finds the link in memory, and writes the hit twice a second into the database. The ceiling and nginx answer the
same to everything. CPU and memory are the server's; whoever asks takes the other processor.
"""

from __future__ import annotations

import sqlite3
import statistics
import time
from contextlib import closing
from functools import partial
from pathlib import Path

from bench import nginx, world
from bench.asking import ask, request
from bench.measuring import Candidate, Reading, Role, Suite
from bench.nginx import Nginx
from bench.servers import Server
from newsletter.model.token import of_variant, sign
from newsletter.store import campaigns

_WARM = 2000
_READERS = 5000


def _make(folder: Path, _size: int) -> None:
    world.campaign(folder, _READERS)


def _paths(folder: Path) -> list[bytes]:
    with world.opened(folder) as ctx:
        with ctx.store.read() as db:
            short = campaigns.detail(db, 1).edition_id[:12]
        key, number = ctx.keys.signing, ctx.keys.current
        tracks = [sign(key, number, of_variant(one)).track for one in _numbers("variants", folder)]
    return [request(f"/c/{short}-{link}/{track}") for track in tracks for link in (0, 1)]


def _numbers(table: str, folder: Path) -> list[int]:
    with closing(sqlite3.connect(folder / world.PREPARED)) as db:
        return [number for (number,) in db.execute(f"SELECT id FROM {table} ORDER BY id")]


def _plain_paths(folder: Path) -> list[bytes]:
    return [request(f"/c/1/{number}") for number in _numbers("deliveries", folder)]


def _serve(kind: str, folder: Path, size: int) -> Reading:
    world.restore(folder, world.PREPARED)
    requests = _plain_paths(folder) if kind == "tutorial" else _paths(folder)
    ending = b"</html>\r\n" if kind == "nginx" else b"\r\n\r\n"  # nginx adds a page for people
    with Nginx(folder) if kind == "nginx" else Server(kind, folder) as server:
        asked = partial(ask, server.port, requests, expected=b"HTTP/1.1 302 ", ending=ending)
        asked(_WARM)
        began = time.perf_counter()
        took = asked(size)
        seconds = time.perf_counter() - began
    cuts = statistics.quantiles(took, n=100)
    return Reading(
        size, seconds, server.told["cpu"], server.told["peak_mb"], {"p50_ms": cuts[49], "p99_ms": cuts[98]}
    )


SUITE = Suite(
    name="clicks",
    title="Click redirects, 64 readers at a time",
    unit="click",
    size=40_000,
    make=_make,
    candidates=(
        Candidate("a fixed answer, bare asyncio", Role.CEILING, partial(_serve, "fixed")),
        Candidate("newsletter serve", Role.OURS, partial(_serve, "ours")),
        Candidate(
            "nginx, the same redirect to all", Role.PEER, partial(_serve, "nginx"), lacking=nginx.lacks
        ),
        Candidate("Starlette + uvicorn + SQLite", Role.PEER, partial(_serve, "tutorial")),
    ),
)
