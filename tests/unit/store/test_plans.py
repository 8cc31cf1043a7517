"""How SQLite looks people up: never by reading the whole ledger for each member. With 200,000 of each that takes hours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, true

from newsletter.model.publication import TrackingMode
from newsletter.store import Store, crowding, gathering, stories, troubles
from newsletter.store.gathering import Wanted
from tests.ledger import START

TODAY = date(2020, 12, 16)
AUDIENCE = ([true()], [])
WANTED = Wanted(1, 1, 0, [true()], [], [], ("en", "fr"), "en+fr", TrackingMode.OFF, (), TODAY)
KEY = bytes(16)


def since(db: Connection) -> None:
    gathering.tally(db, WANTED)
    gathering.since(db, 1, 1)
    gathering.drop(db)


LOOKS: dict[str, Callable[[Connection], object]] = {
    "whom a mailing would reach": lambda db: gathering.count(db, WANTED),
    "beside an earlier one": since,
    "who also had another": lambda db: crowding.also_had(db, AUDIENCE, 1, TODAY),
    "what came back of a mailing": lambda db: troubles.counted(db, 1, START),
    "one person's mailings": lambda db: stories.sent(db, KEY, 1),
    "one address's mailings": lambda db: stories.excluded(db, KEY, 1),
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open_file(tmp_path / "n.db")  # the plans are SQLite's
    yield opened
    opened.close()


@pytest.mark.parametrize("look", LOOKS)
def test_nobody_is_looked_up_by_reading_all_deliveries(store: Store, look: str) -> None:
    plans: list[str] = []

    def explain(_: Any, cursor: Any, statement: str, given: Any, *__: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "INSERT")):
            asked = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", given)
            plans.extend(row[3] for row in asked)

    with store.read() as db:
        event.listen(db, "before_cursor_execute", explain)
        LOOKS[look](db)
    assert plans
    assert [plan for plan in plans if plan.startswith(("SCAN deliveries", "SCAN events"))] == []
