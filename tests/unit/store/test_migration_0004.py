"""Migrations: on a filled database, nothing of what was there is lost; the schema that they make is the one that the code has."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from newsletter.store import Store, holidays
from newsletter.store.database import HEAD
from newsletter.store.migrations import runner
from newsletter.store.tables import metadata
from tests.databases import only_sqlite
from tests.ledger import bench, edition
from tests.seed import people, seed

pytestmark = only_sqlite

FIRST = "0001"
CALENDAR = {"holiday_days", "holiday_changes", "holiday_words"}


def columns(db: sqlite3.Connection, table: str, schema: str = "main") -> list[str]:
    return [row[1] for row in db.execute(f"PRAGMA {schema}.table_info({table})")]


def tables_of(db: sqlite3.Connection) -> set[str]:
    found = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return {name for (name,) in found} - {"alembic_version"}


def rows(path: Path, shape: dict[str, list[str]]) -> dict[str, list[tuple[object, ...]]]:
    """The content of a database, in the tables and columns of another."""
    with closing(sqlite3.connect(path)) as db:
        return {
            table: sorted(db.execute(f"SELECT {', '.join(names)} FROM {table}").fetchall(), key=repr)
            for table, names in shape.items()
        }


def of_the_first_schema(filled: Path, path: Path) -> dict[str, list[str]]:
    """A database as the first release left it, with the content of a filled one; its tables and columns."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection, connection.begin():
        command.upgrade(runner.configuration(connection), FIRST)
    engine.dispose()
    with closing(sqlite3.connect(path)) as db:
        db.execute("ATTACH ? AS filled", (str(filled),))
        shape = {table: columns(db, table) for table in sorted(tables_of(db))}
        for table, names in shape.items():
            assert set(names) <= set(columns(db, table, "filled")), table
            db.execute(f"DELETE FROM {table}")
            db.execute(
                f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(names)} FROM filled.{table}"
            )
        db.commit()
    return shape


def test_a_filled_database_gains_the_calendar_and_loses_nothing(tmp_path: Path, database: Path) -> None:
    with bench(tmp_path / "filled", database) as desk:
        seed(desk.ctx, [one | {"tags": ("aerospace",)} for one in people(25)])
        desk.mailing(edition("news"))
        desk.start()
    path = tmp_path / "old.db"
    shape = of_the_first_schema(tmp_path / "filled" / "var" / "newsletter.db", path)
    before = rows(path, shape)
    assert len(before["deliveries"]) == len(before["members"]) == 25
    assert before["member_tags"]
    store = Store.open_file(path)
    try:
        with store.write() as db:
            assert db.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == HEAD
            assert db.exec_driver_sql("PRAGMA foreign_key_check").first() is None
            now = datetime(2027, 3, 1, tzinfo=UTC)
            holidays.say(db, "eid-al-fitr", date(2027, 3, 9), date(2027, 3, 10), now, "me")
            assert [word.day for word in holidays.words(db).values()] == [date(2027, 3, 10)]
    finally:
        store.close()
    assert rows(path, shape) == before
    copy = path.with_suffix(f".before-{FIRST}.db")
    assert rows(copy, shape) == before, "a copy was made before anything changed"


def test_the_migrations_make_what_the_code_has(tmp_path: Path) -> None:
    store = Store.open_file(tmp_path / "a.db")
    with store.engine.connect() as db:
        context = MigrationContext.configure(db, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []
        assert set(inspect(db).get_table_names()) >= CALENDAR
    store.close()


def test_head_is_the_newest_migration() -> None:
    assert ScriptDirectory.from_config(runner.configuration()).get_heads() == [HEAD]
