"""Whose database it is: the same keys or none of its commands, whatever else happens at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from newsletter.model.errors import ConfigurationError
from newsletter.model.keys import Keys
from newsletter.store import Store, identity
from tests.databases import only_sqlite

pytestmark = only_sqlite

ONE = Keys(b"s" * 32, {1: b"a" * 32}, 1)
TWO = Keys(b"s" * 32, {1: b"a" * 32, 2: b"b" * 32}, 2)


@pytest.fixture
def store(tmp_path: Path, database: Path) -> Iterator[Store]:
    path = tmp_path / "x.db"
    path.write_bytes(database.read_bytes())
    made = Store.open_file(path)
    yield made
    made.close()


def settle(store: Store, keys: Keys, candidate: str = "x") -> str:
    return identity.settle(store, keys.fingerprints(), candidate)


def test_the_first_id_stays(store: Store) -> None:
    assert identity.is_fresh(store)
    assert settle(store, ONE, "first") == settle(store, ONE, "second") == "first"
    assert not identity.is_fresh(store)


def test_of_several_that_come_at_once_one_gives_the_id(store: Store) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(lambda n: settle(store, ONE, f"n{n}"), range(8)))) == 1


def test_a_key_is_added_and_never_taken_away(store: Store) -> None:
    settle(store, ONE)
    settle(store, TWO)
    with pytest.raises(ConfigurationError) as raised:
        settle(store, ONE)
    assert raised.value.code == "key-lacking"
    assert "token.2" in raised.value.message


@pytest.mark.parametrize(
    "other",
    [Keys(b"S" * 32, {1: b"a" * 32}, 1), Keys(b"s" * 32, {1: b"A" * 32}, 1)],
    ids=["suppression", "token"],
)
def test_another_key_is_refused(store: Store, other: Keys) -> None:
    settle(store, ONE)
    with pytest.raises(ConfigurationError) as raised:
        settle(store, other)
    assert raised.value.code == "key-different"


def test_a_look_waits_for_no_writer(store: Store) -> None:
    settle(store, ONE, "first")
    other = sqlite3.connect(str(store.engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        assert settle(store, ONE) == "first"
    finally:
        other.close()
