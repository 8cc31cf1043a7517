"""How a transaction begins on either database, so that both give the ledger the same promises.

In: an engine. Out: the engine, tuned. Called by store.database.

A reader sees one unchanging view. Writers take turns: on SQLite by BEGIN IMMEDIATE, on PostgreSQL by an advisory lock that ends with
the transaction, so that what a writer read still holds when it commits (docs/adr/0015-writers-take-turns.md). What is committed
before a call to the provider survives a power cut: synchronous=FULL, synchronous_commit=on.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

_PATIENCE = 30_000  # milliseconds that a writer waits for its turn
# Kibibytes of each connection, and what a sort may hold before it goes on in a file. 16 MB took as much processor time as 4 (200,000
# members imported and prepared), 2 MB a tenth more at most: what is not in it, the operating system has.
_CACHE = 2048
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={_PATIENCE}",
    f"PRAGMA cache_size=-{_CACHE}",
)
# Of a session, so that a server tuned for speed does not take the promise back.
# A program that stands still in the middle of a transaction would keep everybody's turn: the server ends it, before the others give up.
_SESSION = (
    f"SET synchronous_commit = on; SET lock_timeout = {_PATIENCE}; "
    f"SET idle_in_transaction_session_timeout = {_PATIENCE * 2 // 3}"
)
_TURN = (
    "SELECT pg_advisory_xact_lock(7954895654443381876)"  # "newslett" as a number: ours alone in this database
)


def options(kind: str) -> dict[str, Any]:
    """What create_engine is told for a kind of database. Raises LookupError for a kind that the ledger was never tried on.

    Errors go to logs, and what was to be written names people: parameters are hidden.
    """
    match kind:
        case "sqlite":
            patience = {"timeout": _PATIENCE // 1000, "check_same_thread": False}
            return {"hide_parameters": True, "connect_args": patience, "pool_use_lifo": True}
        case "postgresql":  # a server that was restarted meanwhile fails nobody
            return {"hide_parameters": True, "pool_pre_ping": True}
        case _:
            raise LookupError(f"{kind} is neither sqlite nor postgresql")


def tune(engine: Engine) -> None:
    """Make every connection durable, and every transaction begin as it must."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_session)
        event.listen(engine, "begin", _sqlite_begin)
        event.listen(engine, "checkin", _sqlite_rest)
    else:
        event.listen(engine, "connect", _postgres_session)
        event.listen(engine, "begin", _postgres_begin)


def _writes(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("writing", False))


def _sqlite_session(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun below, not guessed by the driver
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _sqlite_begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writes(connection) else "BEGIN")


def _sqlite_rest(connection: sqlite3.Connection | None, _record: object) -> None:
    """Who waits for work holds no pages: those of five connections were half of what a send grew by, and whatever another connection
    commits makes them worthless."""
    if connection is not None:
        connection.execute("PRAGMA shrink_memory")


def _postgres_session(connection: Any, _record: object) -> None:
    connection.execute(_SESSION)
    connection.commit()


def _postgres_begin(connection: Connection) -> None:
    if _writes(connection):
        connection.exec_driver_sql(_TURN)
    else:  # one view for all statements of a reader
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
