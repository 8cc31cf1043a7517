"""Events: signed posts of the provider are verified, kept, answered, and applied.

In: hooks of up to 1,400 events (768 kB is where SendGrid posts), signed; a mailing that they are about. Out: events a second. Called
by bench.child.

Each recipient has a `processed` and a `delivered` or another end; a twentieth of the events comes twice. The ceiling inserts
ready rows into the same table, one durable transaction a post.
"""

from __future__ import annotations

import json
import random
import sqlite3
from contextlib import closing
from pathlib import Path

from bench import hooks, world
from bench.measuring import Candidate, Meter, Reading, Role, Suite
from newsletter.pipeline import record

_HOOKS = "hooks.json"
_KEY = "webhook.key"
_SPOOLED, _APPLIED = "spooled.db", "applied.db"


def _make(folder: Path, size: int) -> None:
    world.campaign(folder, size // 2)
    made = hooks.signed(hooks.events(folder / world.PREPARED, size))
    (folder / _KEY).write_text(made.key)
    (folder / _HOOKS).write_text(json.dumps(made.posts))
    world.restore(folder, world.PREPARED)
    with _opened(folder) as ctx:
        hooks.receive(ctx, json.loads((folder / _HOOKS).read_text()))
    world.keep(folder, _SPOOLED)
    with _opened(folder) as ctx:
        hooks.apply(ctx)
    world.keep(folder, _APPLIED)


def _opened(folder: Path):
    return world.opened(folder, NEWSLETTER_SENDGRID_WEBHOOK_PUBLIC_KEY=(folder / _KEY).read_text())


def _both(folder: Path, size: int) -> Reading:
    world.restore(folder, world.PREPARED)
    posts = [(one["headers"], one["body"].encode()) for one in json.loads((folder / _HOOKS).read_text())]
    with _opened(folder) as ctx:
        ctx.provider("sendgrid")
        meter = Meter()
        for headers, body in posts:
            record.receive(ctx, "sendgrid", headers, body)
        hooks.apply(ctx)
        return meter.read(size)


def _spool(folder: Path, size: int) -> Reading:
    world.restore(folder, world.PREPARED)
    posts = [(one["headers"], one["body"].encode()) for one in json.loads((folder / _HOOKS).read_text())]
    with _opened(folder) as ctx:
        ctx.provider("sendgrid")
        meter = Meter()
        for headers, body in posts:
            record.receive(ctx, "sendgrid", headers, body)
        return meter.read(size)


def _applying(folder: Path, size: int) -> Reading:
    world.restore(folder, _SPOOLED)
    with _opened(folder) as ctx:
        ctx.provider("sendgrid")
        meter = Meter()
        hooks.apply(ctx)
        return meter.read(size)


def _insert(folder: Path, size: int) -> Reading:
    with closing(sqlite3.connect(folder / _APPLIED)) as source:
        found = source.execute("SELECT * FROM events")
        names = [column[0] for column in found.description][1:]  # numbered anew, in the order of arrival
        rows = [row[1:] for row in found]
    random.Random(1).shuffle(rows)
    world.restore(folder, world.PREPARED)
    with closing(world.raw(folder)) as db:
        places = ",".join("?" * len(names))
        statement = f"INSERT INTO events ({', '.join(names)}) VALUES ({places}) ON CONFLICT DO NOTHING"
        meter = Meter()
        for start in range(0, len(rows), hooks.EACH):
            db.execute("BEGIN IMMEDIATE")
            page = rows[start : start + hooks.EACH]
            db.executemany(statement, page)
            db.execute("COMMIT")
        return meter.read(len(rows))


SUITE = Suite(
    name="events",
    title="Signed events of the provider",
    unit="event",
    size=100_000,
    make=_make,
    candidates=(
        Candidate("the insert alone", Role.CEILING, _insert),
        Candidate("newsletter: verified, kept, applied", Role.OURS, _both),
        Candidate("of that: verified and kept (then answered)", Role.PART, _spool),
        Candidate("of that: applied", Role.PART, _applying),
    ),
)
