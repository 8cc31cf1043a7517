"""A process that outlives a migration of its database: it writes nothing any more, and says why it cannot read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from newsletter.model.errors import Superseded
from newsletter.store import Store
from newsletter.store.database import get_meta, set_meta
from tests import databases


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = databases.fresh(tmp_path / "x.db")
    yield made
    databases.away(made)


def migrate(store: Store, *statements: str) -> None:
    """As another program does it, beside this one."""
    with store.engine.connect().execution_options(writing=True) as db, db.begin():
        for statement in (*statements, "UPDATE alembic_version SET version_num = '9999'"):
            db.exec_driver_sql(statement)


def test_nothing_is_written(store: Store) -> None:
    store.require_current()
    migrate(store)
    with pytest.raises(Superseded) as raised, store.write() as db:
        set_meta(db, "x", "y")
    assert raised.value.code == "database-changed"
    with pytest.raises(Superseded):
        store.require_current()
    with store.read() as db:
        assert get_meta(db, "x") is None


def test_tables_that_are_others_now_are_no_mistake_of_ours(store: Store) -> None:
    migrate(store, "ALTER TABLE meta RENAME COLUMN value TO content")
    with pytest.raises(Superseded), store.read() as db:
        get_meta(db, "x")


def test_a_database_that_is_none_of_ours_any_more_is_told_as_such(store: Store) -> None:
    with store.engine.connect().execution_options(writing=True) as db, db.begin():
        db.exec_driver_sql("ALTER TABLE alembic_version RENAME TO gone")
    with pytest.raises(Superseded):
        store.require_current()


def test_a_mistake_of_ours_stays_one(store: Store) -> None:
    with pytest.raises(DBAPIError), store.read() as db:
        db.exec_driver_sql("SELECT nothing FROM meta")
