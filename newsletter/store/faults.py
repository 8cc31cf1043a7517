"""Faults of the database itself, in words: locked, full, read-only, damaged, not there.

In: what a driver raised. Out: StoreUnavailable, or the same error where it is a mistake of ours. Called by store.database.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError

from newsletter.model.errors import StoreUnavailable

# https://www.sqlite.org/rescode.html: the low byte is the kind.
_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_KINDS = {
    sqlite3.SQLITE_FULL: ("database-full", "the disk with the database is full", "Free some space; nothing is lost meanwhile."),
    sqlite3.SQLITE_READONLY: ("database-unwritable", "the database may not be written", "Look at the rights of its file and folder."),
    sqlite3.SQLITE_PERM: ("database-unwritable", "the database may not be written", "Look at the rights of its file and folder."),
    sqlite3.SQLITE_CANTOPEN: ("database-missing", "the database cannot be opened", "Look at database_url, and at the rights of its folder."),
    sqlite3.SQLITE_IOERR: ("database-failing", "the disk with the database fails", "Look at the disk, its space and its cables before anything else."),
    sqlite3.SQLITE_CORRUPT: ("database-damaged", "the database is damaged", "Stop here, keep a copy of the file, and bring back the last backup."),
    sqlite3.SQLITE_NOTADB: ("database-damaged", "the file is no database of ours", "Look at database_url; else bring back the last backup."),
}  # fmt: skip


@contextmanager
def explained() -> Iterator[None]:
    """Raise StoreUnavailable for what is wrong with the database; an error in a statement or a value stays what it is."""
    try:
        yield
    except DBAPIError as error:
        found = _of(error)
        if found is None:
            raise
        raise found from error


def _of(error: DBAPIError) -> StoreUnavailable | None:
    if not isinstance(error.orig, sqlite3.Error):
        lost = isinstance(error, OperationalError)
        return _away(str(error.orig).partition("\n")[0]) if lost else None
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    if code in _LOCKED:
        return StoreUnavailable(
            "the database is in use by something else, and stayed so",
            code="database-locked",
            hint="Wait for what is running (a long import, a backup), then do it again.",
            passing=True,
        )
    if code not in _KINDS:
        return None
    name, sentence, hint = _KINDS[code]
    return StoreUnavailable(sentence, code=name, hint=hint)


def _away(said: str) -> StoreUnavailable:
    return StoreUnavailable(
        f"the database does not answer: {said}",
        code="database-away",
        hint="Look at its server and at database_url.",
        passing=True,
    )
