"""INSERT that yields where a row is already there, the same on SQLite and PostgreSQL.

In: a table. Out: an insert with `on_conflict_do_nothing` and `on_conflict_do_update`. Called by the other modules of store.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table


def insert(db: Connection, table: Table) -> sqlite.Insert:
    """An insert of this database's dialect. (Both dialects have the two methods, under a type of their own.)"""
    if db.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return cast("sqlite.Insert", postgresql.insert(table))
    return sqlite.insert(table)
