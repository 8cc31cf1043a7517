"""Migrations, on a database that the first release filled: nothing is lost, and what was planned with it goes out once.

`filled_0001.sql` was written by that release on 6 November 2020: a greeting planned by holiday in the readers' own time and a
mailing with a date, both more than a month ahead, one finished, one paused half way.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect

from newsletter.model.campaign import CampaignStatus
from newsletter.model.lease import Tenure
from newsletter.pipeline import control, due, lease, schedule
from newsletter.pipeline.submit import Desk, submit_next
from newsletter.store import Store, campaigns, database, holds
from newsletter.store.migrations import runner
from newsletter.store.tables import metadata
from tests.databases import only_sqlite
from tests.ledger import Bench, bench
from tests.timed import never_differs

pytestmark = only_sqlite

FILLED = Path(__file__).with_name("filled_0001.sql")
WRITTEN = datetime(2020, 11, 6, 12, tzinfo=UTC)


def load(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The database as the first release left it; all rows of every table."""
    with sqlite3.connect(path) as db:
        db.executescript(FILLED.read_text(encoding="utf-8"))
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        rows = {name: db.execute(f"SELECT * FROM {name}").fetchall() for name in names}
    db.close()
    return rows


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    never_differs(monkeypatch)
    load(tmp_path / "old.db")
    with bench(tmp_path / "w", tmp_path / "old.db", {"NEWSLETTER_SEND_BATCH_SIZE": "4"}) as made:
        made.clock[0] = WRITTEN
        yield made


def look(desk: Bench) -> None:
    """One round of the runner."""
    due.hold_late(desk.ctx)
    due.start_due(desk.ctx)
    worker = Desk(desk.ctx, "me")
    while submit_next(worker):
        pass


def test_the_newest_migration_is_the_one_that_the_program_expects() -> None:
    from alembic.script import ScriptDirectory

    assert ScriptDirectory.from_config(runner.configuration()).get_heads() == [database.HEAD]


def test_no_row_is_lost_or_changed(tmp_path: Path) -> None:
    before = load(tmp_path / "old.db")
    assert len(before["deliveries"]) == 26
    store = Store.open_file(tmp_path / "old.db")
    with store.read() as db:
        for name, rows in before.items():
            if name not in {"alembic_version", "sqlite_sequence"}:
                found = db.exec_driver_sql(f"SELECT * FROM {name}").all()
                assert (
                    Counter(tuple(row)[: len(rows[0])] for row in found) == Counter(rows)
                    if rows
                    else not found
                )
        assert db.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    store.close()
    assert (tmp_path / "old.before-0001.db").exists(), "a copy from before is kept"


def test_a_migrated_database_is_as_a_new_one(tmp_path: Path) -> None:
    load(tmp_path / "old.db")
    shapes = []
    for name in ("old.db", "new.db"):
        store = Store.open_file(tmp_path / name)
        looked = inspect(store.engine)
        shapes.append(
            {
                table: (
                    [
                        (column["name"], str(column["type"]), column["nullable"])
                        for column in looked.get_columns(table)
                    ],
                    sorted(str(index["name"]) for index in looked.get_indexes(table)),
                    sorted(str(check["name"]) for check in looked.get_check_constraints(table)),
                )
                for table in looked.get_table_names()
            }
        )
        store.close()
    assert shapes[0] == shapes[1]
    assert shapes[0].keys() - {"alembic_version"} == metadata.tables.keys()


def test_a_schedule_made_under_one_release_runs_under_the_next(desk: Bench) -> None:
    """Forty-five days later, hour by hour: everybody at nine by their own clock, once."""
    with desk.ctx.store.read() as db:
        table = schedule.read(campaigns.detail(db, 1).schedule)
    assert table is not None
    assert table.plan.holiday is not None
    assert (table.plan.holiday.holiday.key, str(table.plan.local)) == ("christmas-day", "2020-12-22 09:00:00")
    desk.clock[0] = datetime(2020, 12, 21, tzinfo=UTC)
    got: dict[str, datetime] = {}
    for _ in range(96):
        desk.later(minutes=30)
        before = len(desk.witness.taken)
        look(desk)
        for batch, _, _, address in desk.witness.taken[before:]:
            got[f"{of(desk, batch)} {address}"] = desk.clock[0]
    assert len(got) == 26
    assert (
        max(Counter((of(desk, batch), address) for batch, _, _, address in desk.witness.taken).values()) == 1
    )
    assert got["greeting far@reader.example"] == datetime(2020, 12, 22, 0, 0, tzinfo=UTC), "nine in Tokyo"
    assert got["greeting p0@reader.example"] == datetime(2020, 12, 22, 14, 0, tzinfo=UTC), "nine in Toronto"
    assert got["greeting p2@reader.example"] == datetime(2020, 12, 22, 17, 0, tzinfo=UTC), "nine in Vancouver"
    assert got["dated p0@reader.example"] == datetime(2020, 12, 21, 13, 30, tzinfo=UTC), "ten in St. John's"
    assert desk.campaign(1).status is desk.campaign(2).status is CampaignStatus.FINISHED


def of(desk: Bench, batch: int) -> str:
    """The issue that a batch belongs to."""
    with desk.ctx.store.read() as db:
        number = db.exec_driver_sql("SELECT campaign_id FROM batches WHERE id = ?", (batch,)).scalar_one()
    return desk.campaign(number).slug


def test_asleep_over_it_all_they_are_held(desk: Bench) -> None:
    desk.clock[0] = WRITTEN + timedelta(days=60)
    look(desk)
    assert not desk.witness.taken
    assert {desk.campaign(number).reason for number in (1, 2)} == {"late"}
    assert {desk.campaign(number).status for number in (1, 2)} == {CampaignStatus.HELD}


def test_a_mailing_that_was_paused_half_way_goes_on(desk: Bench) -> None:
    before = desk.books(4)
    assert (before.accepted, before.pending) == (4, 9)
    control.resume(desk.ctx, 4)
    look(desk)
    after = desk.books(4)
    assert (after.accepted, after.closed) == (13, True)
    assert set(desk.witness.copies().values()) == {1}


def test_the_first_release_knew_no_lease_and_nobody_is_asked(desk: Bench) -> None:
    assert lease.look(desk.ctx).tenure is Tenure.FREE
    control.resume(desk.ctx, 4)
    look(desk)
    assert lease.look(desk.ctx).tenure is Tenure.OURS
    with desk.ctx.store.read() as db:
        assert holds.standing(db, desk.clock[0]) is None
