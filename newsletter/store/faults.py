"""Faults of the database itself, in words: locked, full, read-only, damaged, not there.

In: what a driver raised. Out: StoreUnavailable, or the same error where it is a mistake of ours. Called by store.database.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError

from newsletter.model.errors import StoreUnavailable
from newsletter.model.said import Said

_LIKE_SQLITE = {
    "55P03": sqlite3.SQLITE_BUSY,  # lock_not_available
    "53100": sqlite3.SQLITE_FULL,  # disk_full
    "25006": sqlite3.SQLITE_READONLY,  # read_only_sql_transaction
    "42501": sqlite3.SQLITE_PERM,  # insufficient_privilege
    "58030": sqlite3.SQLITE_IOERR,  # io_error
    "XX001": sqlite3.SQLITE_CORRUPT,  # data_corrupted
    "XX002": sqlite3.SQLITE_CORRUPT,  # index_corrupted
}


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
    if isinstance(error.orig, sqlite3.Error):
        # https://www.sqlite.org/rescode.html: the low byte is the kind.
        return _of_sqlite(getattr(error.orig, "sqlite_errorcode", 0) & 0xFF)
    # https://www.postgresql.org/docs/current/errcodes-appendix.html
    known = _LIKE_SQLITE.get(getattr(error.orig, "sqlstate", None) or "")
    if known is not None:
        return _of_sqlite(known)
    if not isinstance(error, OperationalError):
        return None
    said = str(error.orig).partition("\n")[0]
    return StoreUnavailable(
        Said(f"the database does not answer: {said}", f"la base de données ne répond pas\u00a0: {said}"),
        code="database-away",
        hint=Said("Look at its server and at database_url.", "Regardez son serveur et database_url."),
        passing=True,
    )


def _of_sqlite(kind: int) -> StoreUnavailable | None:
    found = None
    match kind:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            found = StoreUnavailable(
                Said(
                    "the database is in use by something else, and stayed so",
                    "la base de données est utilisée par autre chose, et l’est restée",
                ),
                code="database-locked",
                hint=Said(
                    "Wait for what is running (a long import, a backup), then do it again.",
                    "Attendez la fin de ce qui est en cours (une longue importation, une sauvegarde), puis recommencez.",
                ),
                passing=True,
            )
        case sqlite3.SQLITE_FULL:
            found = StoreUnavailable(
                Said("the disk with the database is full", "le disque de la base de données est plein"),
                code="database-full",
                hint=Said(
                    "Free some space; what was begun is undone, and nothing else is lost.",
                    "Libérez de l’espace; ce qui était commencé est défait, et rien d’autre n’est perdu.",
                ),
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            found = StoreUnavailable(
                Said("the database may not be written", "la base de données ne peut pas être écrite"),
                code="database-unwritable",
                hint=Said(
                    "Look at the rights of its file and folder.",
                    "Regardez les droits de son fichier et de son dossier.",
                ),
            )
        case sqlite3.SQLITE_CANTOPEN:
            found = StoreUnavailable(
                Said("the database cannot be opened", "la base de données ne peut pas être ouverte"),
                code="database-missing",
                hint=Said(
                    "Look at database_url, and at the rights of its folder.",
                    "Regardez database_url, et les droits de son dossier.",
                ),
            )
        case sqlite3.SQLITE_IOERR:
            found = StoreUnavailable(
                Said("the disk with the database fails", "le disque de la base de données est défaillant"),
                code="database-failing",
                hint=Said(
                    "Look at the disk and its space before anything else.",
                    "Regardez le disque et son espace avant toute chose.",
                ),
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            found = StoreUnavailable(
                Said(
                    "the database is damaged, or is none",
                    "la base de données est endommagée, ou n’en est pas une",
                ),
                code="database-damaged",
                hint=Said(
                    "Look at database_url; else keep a copy of the file and bring back the last backup.",
                    "Regardez database_url; sinon, gardez une copie du fichier et rétablissez la dernière sauvegarde.",
                ),
            )
    return found
