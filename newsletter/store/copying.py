"""Copying a whole database: for a rehearsal, and from SQLite to PostgreSQL or back.

In: a Store that is read, a Store (or a path) that is filled. Out: how many rows of each table. Called by pipeline.migrating and app.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Integer, Table, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from newsletter.model.errors import ConfigurationError, NotAllowed
from newsletter.model.said import Said
from newsletter.store.database import Store
from newsletter.store.faults import explained
from newsletter.store.tables import metadata

_PAGE = 1000


def place(url: str) -> str:
    """A database's address, for reading: without its password. Raises ConfigurationError."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError as error:
        raise ConfigurationError(
            Said(
                f"the database address is not one that can be used: {error}",
                f"l’adresse de la base de données est inutilisable\u00a0: {error}",
            ),
            code="database-url",
            hint=Said(
                "Write sqlite:///var/newsletter.db, or postgresql+psycopg://user@host/name.",
                "Écrivez sqlite:///var/newsletter.db, ou postgresql+psycopg://user@host/name.",
            ),
        ) from None


def is_missing(url: str) -> bool:
    """True for the address of an SQLite file that does not exist: opening it would make one."""
    parsed = make_url(url)
    return parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file()


def is_empty(store: Store) -> bool:
    """True when no table of a database holds a row."""
    with store.read() as db:
        return all(db.execute(select(table).limit(1)).first() is None for table in metadata.sorted_tables)


def copy(source: Store, target: Store) -> dict[str, int]:
    """Copy every row, in one view of the source and one transaction of the target. Memory does not grow with the rows.

    Raises NotAllowed unless the target is empty, or when it does not hold the same rows afterwards; StoreUnavailable.
    """
    if not is_empty(target):
        raise NotAllowed(
            Said(
                "the database that is to be filled is not empty",
                "la base de données à remplir n’est pas vide",
            ),
            code="target-not-empty",
            hint=Said(
                "Name a new one: nothing that stands in a database is ever overwritten.",
                "Nommez-en une nouvelle\u00a0: rien de ce qui est dans une base de données n’est jamais écrasé.",
            ),
        )
    with source.read() as old, target.write() as new:
        copied = {table.name: _fill(old, new, table) for table in metadata.sorted_tables}
        for table in metadata.sorted_tables:
            _require_same(new, table, copied[table.name])
            _count_on(new, table)
    return copied


def copy_file(source: Store, path: Path) -> None:
    """The same into a new SQLite file; from SQLite by pages of the file, which is quicker. Raises NotAllowed, StoreUnavailable."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if source.engine.dialect.name != "sqlite":
        filled = Store.open_file(path)
        try:
            copy(source, filled)
        finally:
            filled.close()
        return
    with explained(), source.engine.connect() as db:
        raw: Any = db.connection.driver_connection
        target = sqlite3.connect(path)
        try:
            raw.backup(target)
        finally:
            target.close()


def _fill(old: Connection, new: Connection, table: Table) -> int:
    number = 0
    for page in _pages(old, table):
        new.execute(table.insert(), page)
        number += len(page)
    return number


def _pages(old: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    """In the order of the key: a batch before the parts that were split from it."""
    rows = old.execution_options(yield_per=_PAGE).execute(select(table).order_by(*table.primary_key.columns))
    for part in rows.mappings().partitions():
        yield [dict(row) for row in part]


def _require_same(new: Connection, table: Table, number: int) -> None:
    found = new.execute(select(func.count()).select_from(table)).scalar_one()
    if found != number:
        raise NotAllowed(
            Said(
                f"{table.name}: {number} rows were read and {found} are there",
                f"{table.name}\u00a0: {number} lignes ont été lues et {found} y sont",
            ),
            code="copy-incomplete",
        )


def _count_on(new: Connection, table: Table) -> None:
    """PostgreSQL numbers new rows from a sequence, which rows that bring their numbers do not move."""
    key = list(table.primary_key.columns)
    if new.dialect.name != "postgresql" or len(key) != 1 or not isinstance(key[0].type, Integer):
        return
    name = key[0].name
    sequence = new.execute(
        text("SELECT pg_get_serial_sequence(:t, :c)"), {"t": table.name, "c": name}
    ).scalar()
    last = new.execute(select(func.max(key[0]))).scalar()
    if sequence and last is not None:
        new.execute(text("SELECT setval(:s, :n)"), {"s": sequence, "n": last})
