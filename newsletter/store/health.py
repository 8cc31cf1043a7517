"""How the database stands: whether it can be written, and whether what is committed survives a power cut.

In: a Store. Out: facts. Called by pipeline.doctor.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from newsletter.model.errors import StoreUnavailable
from newsletter.store.database import Connection, Store, set_meta

_FULL = 2  # PRAGMA synchronous: 0 off, 1 normal, 2 full, 3 extra
_PROBE = "doctor.probe"


@dataclass(frozen=True, slots=True)
class DatabaseHealth:
    """`kind` is sqlite or postgresql, `path` SQLite's file. `wrong` says why it cannot be written, "" when it can.

    `durable`: a commit is on the disk before it is reported.
    """

    kind: str
    path: Path | None
    wrong: str
    durable: bool


class _Undo(Exception):
    """Ends the trial transaction."""


def look(store: Store) -> DatabaseHealth:
    """Write something, take it back, and read the settings that decide durability."""
    kind = store.engine.dialect.name
    name = store.engine.url.database
    path = Path(name) if kind == "sqlite" and name and name != ":memory:" else None
    try:
        with store.read() as db:
            durable = _durable(db, kind)
    except (DBAPIError, StoreUnavailable) as error:
        return DatabaseHealth(kind, path, _short(error), durable=False)
    return DatabaseHealth(kind, path, _try_to_write(store), durable)


def _durable(db: Connection, kind: str) -> bool:
    if kind == "sqlite":
        return int(db.exec_driver_sql("PRAGMA synchronous").scalar() or 0) >= _FULL
    settings = [db.exec_driver_sql(f"SHOW {name}").scalar() for name in ("fsync", "synchronous_commit")]
    return "off" not in settings


def _try_to_write(store: Store) -> str:
    try:
        with store.write() as db:
            set_meta(db, _PROBE, "")
            raise _Undo
    except _Undo:
        return ""
    except (DBAPIError, StoreUnavailable) as error:
        return _short(error)


def _short(error: DBAPIError | StoreUnavailable) -> str:
    if isinstance(error, StoreUnavailable):
        return error.message
    return str(error.orig).splitlines()[0] if error.orig else type(error).__name__
