"""What the queue of a server needs of the database: its tables in a schema of their own, who leads, what may leave, what died.

In: a Store on PostgreSQL. Out: rows. Called by pipeline.queueing. Jobs are only wishes: the ledger knows what is due, and every job
may be lost or doubled (docs/adr/0018-jobs-are-wishes.md).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from newsletter.store import batches
from newsletter.store.database import Store, get_meta, set_meta

SCHEMA = "procrastinate"
_VERSION = "queue.version"
_LEADER = "queue.leader"


def conninfo(store: Store) -> str:
    """The address of the database as psycopg takes it (libpq's URI, PostgreSQL manual 34.1.1.2)."""
    return store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


def install(store: Store, version: str, statements: str) -> None:
    """Make the queue's tables, anew when they are another version's: what was queued is queued again from the ledger."""
    with store.write() as db:
        if get_meta(db, _VERSION) == version and _there(db):
            return
        db.execute(text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))
        db.execute(text(f"CREATE SCHEMA {SCHEMA}"))
        raw: Any = db.connection.driver_connection
        raw.execute(f"SET LOCAL search_path = {SCHEMA}")
        raw.execute(statements)
        raw.execute("SET LOCAL search_path TO DEFAULT")
        set_meta(db, _VERSION, version)


def _there(db: Connection) -> bool:
    return db.execute(text(f"SELECT to_regclass('{SCHEMA}.procrastinate_jobs')")).scalar() is not None


def reap(store: Store, seconds: float) -> int:
    """Drop jobs that nobody works at any more: their worker is gone, or has shown no sign of life for so long; how many.

    What they wished for is found in the ledger again. (The queue's own look at stalled jobs leaves those whose worker was removed.)
    """
    jobs, workers = f"{SCHEMA}.procrastinate_jobs", f"{SCHEMA}.procrastinate_workers"
    alive = f"SELECT 1 FROM {workers} AS w WHERE w.id = j.worker_id AND w.last_heartbeat > now() - :silence * interval '1 second'"  # noqa: S608 - names of ours
    dead = text(f"DELETE FROM {jobs} AS j WHERE j.status = 'doing' AND NOT EXISTS ({alive})")  # noqa: S608 - names of ours
    with store.write() as db:
        db.execute(
            text(f"SET LOCAL search_path = {SCHEMA}")
        )  # its triggers name their tables without the schema
        return db.execute(dead, {"silence": seconds}).rowcount


def ready(store: Store, now: datetime, most: int, closed: Collection[str] = ()) -> Sequence[int]:
    """The next batches that may leave, at most so many; none of a lane that is closed."""
    with store.read() as db:
        return batches.next_ready(db, now, most, closed)


def skew(store: Store, now: datetime) -> float:
    """How many seconds our clock is ahead of the server's."""
    with store.read() as db:
        theirs: datetime = db.execute(text("SELECT clock_timestamp()")).scalar_one()
    return (now - theirs).total_seconds()


def led_by_another(db: Connection, owner: str, now: datetime) -> bool:
    """True while somebody else keeps house."""
    text = get_meta(db, _LEADER)
    held, by = text.split(" ", 1) if text else ("", "")
    return by not in {"", owner} and datetime.fromisoformat(held) > now


def lead(db: Connection, owner: str, now: datetime, until: datetime) -> bool:
    """Take the lead until a moment, or keep it; False when another has it. (Not a lock of a session: one that stands still keeps it.)"""
    if led_by_another(db, owner, now):
        return False
    set_meta(db, _LEADER, f"{until.isoformat()} {owner}")
    return True


def resign(db: Connection, owner: str) -> None:
    """Give the lead up, if we have it."""
    text = get_meta(db, _LEADER)
    if text and text.split(" ", 1)[1] == owner:
        set_meta(db, _LEADER, "")


def vacate(db: Connection, owners: str) -> None:
    """Take the lead from one whose name begins so, and who is dead: nobody waits for its end."""
    text = get_meta(db, _LEADER)
    if text and text.split(" ", 1)[1].startswith(owners):
        set_meta(db, _LEADER, "")
