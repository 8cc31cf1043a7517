"""On a real PostgreSQL: writers take turns, readers see one view, and what the server does wrong is said in words."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import event

from newsletter.model.errors import ConfigurationError, StoreUnavailable
from newsletter.model.notice import NoticeKind
from newsletter.store import Store, database, health, notices
from tests import databases

pytestmark = pytest.mark.ci


@pytest.fixture
def url(tmp_path: Path) -> str:
    return databases.url(tmp_path).render_as_string(hide_password=False)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    made = Store.open(url)
    yield made
    made.close()


def counter(store: Store) -> int:
    with store.read() as db:
        return int(database.get_meta(db, "counter") or 0)


def test_what_a_writer_read_still_holds_when_it_commits(store: Store) -> None:
    def add(_: int) -> None:
        with store.write() as db:
            before = int(database.get_meta(db, "counter") or 0)
            database.set_meta(db, "counter", str(before + 1))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(100)))
    assert counter(store) == 100


def test_a_reader_sees_one_view_while_others_write(store: Store) -> None:
    with store.read() as reader:
        assert database.get_meta(reader, "counter") is None
        with store.write() as db:
            database.set_meta(db, "counter", "1")
        assert database.get_meta(reader, "counter") is None
    assert counter(store) == 1


def test_a_writer_that_waits_too_long_is_told_so(store: Store, url: str) -> None:
    hurried = Store.open(url)
    event.listen(hurried.engine, "connect", lambda raw, _: raw.execute("SET lock_timeout = 50"))
    hurried.engine.dispose()
    has_it, done = Event(), Event()

    def hold() -> None:
        with store.write():
            has_it.set()
            assert done.wait(20)

    with ThreadPoolExecutor(1) as pool:
        holder = pool.submit(hold)
        assert has_it.wait(20)
        with pytest.raises(StoreUnavailable) as caught, hurried.write():
            raise AssertionError("it got a turn")
        done.set()
        holder.result()
    assert (caught.value.code, caught.value.passing) == ("database-locked", True)
    with hurried.write() as db:
        database.set_meta(db, "counter", "1")
    hurried.close()


def test_a_connection_that_was_cut_is_said_in_words_and_the_next_one_works(store: Store) -> None:
    def cut() -> None:
        with store.read() as db:
            mine = db.exec_driver_sql("SELECT pg_backend_pid()").scalar()
            with Store.read(store) as other:
                other.exec_driver_sql(f"SELECT pg_terminate_backend({mine})")
            db.exec_driver_sql("SELECT 1")

    with pytest.raises(StoreUnavailable) as caught:
        cut()
    assert caught.value.passing
    assert counter(store) == 0


def test_a_server_that_is_tuned_for_speed_does_not_take_the_promise_back(store: Store) -> None:
    """The server of these tests runs with synchronous_commit off."""
    with store.write() as db:
        assert db.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
    assert not health.look(store).durable  # fsync is the server's alone, and doctor says so


def test_the_same_notice_is_told_once(store: Store) -> None:
    for told in (True, False, False):
        with store.write() as db:
            assert notices.tell(db, NoticeKind.HELD, "1") is told


def test_other_databases_are_refused() -> None:
    with pytest.raises(ConfigurationError) as caught:
        Store.open("mysql://root@127.0.0.1/newsletter")
    assert caught.value.code == "database-url"
