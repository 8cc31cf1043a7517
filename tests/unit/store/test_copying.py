"""A copied database holds the same rows, in whichever direction; a filled one is never written into."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from newsletter.model.campaign import BatchState
from newsletter.model.errors import NotAllowed
from newsletter.store import Store, copying, tables
from tests import databases
from tests.ledger import Bench
from tests.seed import people, seed


def rows(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    with store.read() as db:
        return {
            table.name: [tuple(row) for row in db.execute(select(table).order_by(*table.primary_key.columns))]
            for table in tables.metadata.sorted_tables
        }


@pytest.fixture
def filled(desk: Bench) -> Store:
    """A ledger with a mailing of which some batches were split: parts name the batch that they were cut from."""
    seed(desk.ctx, people(30))
    desk.mailing()
    desk.start()
    with desk.ctx.store.write() as db:
        first = db.execute(select(tables.batches)).mappings().first()
        assert first is not None
        part = dict(first) | {"id": 9000, "root_id": first["id"], "state": BatchState.PLANNED.value}
        db.execute(tables.batches.insert().values(part))
    return desk.ctx.store


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    made = databases.fresh(tmp_path / "other" / "copy.db")
    yield made
    databases.away(made)


def test_every_row_is_there_with_its_values(filled: Store, empty: Store) -> None:
    counted = copying.copy(filled, empty)
    assert rows(empty) == rows(filled)
    assert counted == {name: len(found) for name, found in rows(filled).items()}
    assert counted["deliveries"] == 30


def test_numbers_go_on_behind_what_was_copied(filled: Store, empty: Store) -> None:
    copying.copy(filled, empty)
    with empty.write() as db:
        known = dict(db.execute(select(tables.batches)).mappings().first() or {})
        del known["id"]
        number = db.execute(tables.batches.insert().values(known).returning(tables.batches.c.id)).scalar_one()
    assert number > 9000


def test_a_filled_database_is_left_alone(filled: Store, empty: Store) -> None:
    copying.copy(filled, empty)
    before = rows(empty)
    with pytest.raises(NotAllowed, match="not empty"):
        copying.copy(filled, empty)
    assert rows(empty) == before


def test_a_copy_for_a_rehearsal_is_a_file_of_its_own(filled: Store, tmp_path: Path) -> None:
    before = rows(filled)
    copying.copy_file(filled, tmp_path / "rehearsal" / "newsletter.db")
    copied = Store.open_file(tmp_path / "rehearsal" / "newsletter.db")
    try:
        assert rows(copied) == before
        with copied.write() as db:
            db.execute(tables.meta.insert().values(name="changed", value="yes"))
    finally:
        copied.close()
    assert rows(filled) == before
