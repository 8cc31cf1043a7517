"""Count: how many members a segment has, of a million.

In: a filled database. Out: counts a second, as one unit. Called by bench.child.

The ceiling is the statement that somebody who knows the tables would write by hand, by the bare driver. Both say a province or a tag, and a
language.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from bench import world
from bench.measuring import Candidate, Meter, Reading, Role, Suite
from newsletter.pipeline import members

_FILLED = "counted.db"
_TIMES = 5
_SEGMENT = '(province == "ON" or "automotive" in tags) and language == "fr"'
_HAND = """
SELECT count(*) FROM members WHERE language = 'fr' AND (
    province = 'ON' OR EXISTS (SELECT 1 FROM member_tags WHERE member_id = members.id AND tag = 'automotive'))
"""


def _make(folder: Path, size: int) -> None:
    world.imported(folder, size)
    world.keep(folder, _FILLED)


def _hand(folder: Path, _size: int) -> Reading:
    world.restore(folder, _FILLED)
    with closing(world.raw(folder)) as db:
        db.execute(_HAND).fetchone()
        meter = Meter()
        for _ in range(_TIMES):
            db.execute(_HAND).fetchone()
        return meter.read(_TIMES)


def _ours(folder: Path, _size: int) -> Reading:
    world.restore(folder, _FILLED)
    with world.opened(folder) as ctx, closing(world.raw(folder)) as db:
        count, _ = members.listing(ctx, _SEGMENT, limit=1)
        assert count == db.execute(_HAND).fetchone()[0]
        meter = Meter()
        for _ in range(_TIMES):
            members.listing(ctx, _SEGMENT, limit=1)
        return meter.read(_TIMES)


SUITE = Suite(
    name="count",
    title="Count a segment of a million members",
    unit="count",
    size=1_000_000,
    make=_make,
    candidates=(
        Candidate("hand-written SQL, bare driver", Role.CEILING, _hand),
        Candidate("newsletter, a segment counted, its first member shown", Role.OURS, _ours),
    ),
)
