"""The database when it is locked, full, read-only, damaged or not there: said in words, and nothing half done; and many who write."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, IntegrityError

from newsletter.model.errors import ConfigurationError, StoreUnavailable
from newsletter.store import Store
from newsletter.store.database import get_meta, set_meta
from tests.databases import only_sqlite

pytestmark = only_sqlite


@pytest.fixture
def store(tmp_path: Path, database: Path) -> Iterator[Store]:
    path = tmp_path / "x.db"
    path.write_bytes(database.read_bytes())
    made = Store.open_file(path)
    yield made
    made.close()


def tuned(store: Store, pragma: str) -> None:
    """Every further connection is set so."""
    store.close()
    event.listen(store.engine, "connect", lambda connection, _: connection.execute(f"PRAGMA {pragma}"))


def write(store: Store, value: str | None) -> None:
    with store.write() as db:
        set_meta(db, "x", value)  # type: ignore[arg-type]


def read(store: Store) -> str | None:
    with store.read() as db:
        return get_meta(db, "x")


def test_a_locked_database_is_said_to_be_in_use(store: Store) -> None:
    tuned(store, "busy_timeout=50")
    other = sqlite3.connect(str(store.engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(StoreUnavailable) as raised:
            write(store, "y")
    finally:
        other.close()
    assert (raised.value.code, raised.value.passing) == ("database-locked", True)
    assert read(store) is None


def test_a_full_disk_is_said_to_be_full_and_leaves_nothing(store: Store) -> None:
    tuned(store, "max_page_count=1")
    with pytest.raises(StoreUnavailable) as raised:
        write(store, "y" * 1_000_000)
    assert (raised.value.code, raised.value.passing) == ("database-full", False)
    assert read(store) is None


def test_a_database_that_may_not_be_written(store: Store) -> None:
    tuned(store, "query_only=ON")
    with pytest.raises(StoreUnavailable) as raised:
        write(store, "y")
    assert raised.value.code == "database-unwritable"


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_text(
        "a letter, long enough to be taken for a database by its size alone " * 20, encoding="utf-8"
    )
    with pytest.raises(StoreUnavailable) as raised:
        Store.open_file(path)
    assert raised.value.code == "database-damaged"


def test_a_damaged_database(tmp_path: Path, database: Path) -> None:
    path = tmp_path / "x.db"
    good = database.read_bytes()
    path.write_bytes(good[:4096] + b"\xff" * (len(good) - 4096))
    with pytest.raises(StoreUnavailable) as raised:
        Store.open_file(path)
    assert raised.value.code == "database-damaged"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable) as raised:
        Store.open(f"sqlite:///{tmp_path}/nowhere/x.db")
    assert raised.value.code == "database-missing"


@pytest.mark.parametrize("url", ["nonsense", "nosuch://x/y", "mysql+nodriver://x/y"])
def test_an_address_that_cannot_be_used(url: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        Store.open(url)
    assert raised.value.code == "database-url"


def test_a_mistake_of_ours_stays_what_it_is(store: Store) -> None:
    with pytest.raises(DBAPIError, match="no such table"), store.read() as db:
        db.exec_driver_sql("SELECT * FROM nowhere")
    with pytest.raises(IntegrityError):
        write(store, None)


def test_programs_that_come_first_at_once_make_one_database(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        for made in pool.map(lambda _: Store.open_file(tmp_path / "new.db"), range(4)):
            made.close()


def test_writers_of_one_process_lose_no_step(store: Store) -> None:
    """They queue up: SQLite itself would let all but one sleep and try again, and here has no patience."""
    tuned(store, "busy_timeout=0")

    def count(_: int) -> None:
        with store.write() as db:
            set_meta(db, "count", str(int(get_meta(db, "count") or 0) + 1))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(200)))
    with store.read() as db:
        assert get_meta(db, "count") == "200"
