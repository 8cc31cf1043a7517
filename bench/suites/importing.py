"""Import: a member file becomes members, with consent.

In: a CSV file. Out: rows a second. Called by bench.child.

The ceiling writes the very rows that the import leaves behind, ready made, by the bare driver in one transaction; beside it stands what
a script of ten lines would do: csv.reader and one plain table, nothing looked at. Django writes the same three tables as we do, and, as its own page
shows it, one plain one.
"""

from __future__ import annotations

import csv
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from bench import peers, world
from bench.measuring import Candidate, Meter, Reading, Role, Suite
from newsletter.pipeline.importing import import_members

_TABLES = ("members", "member_tags", "consents")
_FILLED = "imported.db"


def _make(folder: Path, size: int) -> None:
    world.imported(folder, size)
    world.keep(folder, _FILLED)


def _import(folder: Path, size: int) -> Reading:
    world.restore(folder, world.EMPTY)
    with world.opened(folder) as ctx:
        meter = Meter()
        with import_members(ctx, folder / world.CSV) as report:
            reading = meter.read(size)
            assert report.taken == size, report
        return reading


def _again(folder: Path, size: int) -> Reading:
    """The same file once more: everybody is known, nothing changes."""
    world.restore(folder, _FILLED)
    with world.opened(folder) as ctx:
        meter = Meter()
        with import_members(ctx, folder / world.CSV):
            return meter.read(size)


def _ready_rows(folder: Path, size: int) -> Reading:
    with closing(sqlite3.connect(folder / _FILLED)) as source:
        rows = {table: source.execute(f"SELECT * FROM {table}").fetchall() for table in _TABLES}
    world.restore(folder, world.EMPTY)
    with closing(world.raw(folder)) as db:
        meter = Meter()
        db.execute("BEGIN IMMEDIATE")
        for table in _TABLES:
            places = ",".join("?" * len(rows[table][0]))
            db.executemany(f"INSERT INTO {table} VALUES ({places})", rows[table])
        db.execute("COMMIT")
        return meter.read(size)


def _script(folder: Path, size: int) -> Reading:
    world.restore(folder, world.EMPTY)
    with closing(world.raw(folder)) as db, (folder / world.CSV).open(encoding="utf-8", newline="") as file:
        meter = Meter()
        rows = csv.reader(file)
        names = next(rows)
        db.execute(f"CREATE TABLE plain (id INTEGER PRIMARY KEY, {', '.join(names)}, UNIQUE (email))")
        db.execute("BEGIN IMMEDIATE")
        db.executemany(f"INSERT INTO plain ({', '.join(names)}) VALUES ({','.join('?' * len(names))})", rows)
        db.execute("COMMIT")
        return meter.read(size)


def _django(folder: Path, size: int) -> Reading:
    return peers.python("bulk_create.py", str(folder / world.CSV), str(folder / "django.db"), str(size))


def _django_three(folder: Path, size: int) -> Reading:
    shutil.copyfile(folder / world.EMPTY, folder / "django.db")
    return peers.python("bulk_create_three.py", str(folder / world.CSV), str(folder / "django.db"), str(size))


SUITE = Suite(
    name="import",
    title="Import members from a CSV file",
    unit="row",
    size=100_000,
    make=_make,
    candidates=(
        Candidate("executemany, our ready rows", Role.CEILING, _ready_rows),
        Candidate("newsletter members import", Role.OURS, _import),
        Candidate("the same file again", Role.OURS, _again),
        Candidate("csv.reader + executemany, 1 plain table", Role.PART, _script),
        Candidate(
            "Django bulk_create, the same 3 tables", Role.PEER, _django_three, lacking=peers.lacks_python
        ),
        Candidate("Django bulk_create, 1 plain table", Role.PEER, _django, lacking=peers.lacks_python),
    ),
)
