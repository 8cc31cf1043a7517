"""The queue's tables on a server: jobs of dead workers are dropped, those of living ones stay."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import procrastinate
import pytest
from procrastinate.schema import SchemaManager
from sqlalchemy import text

from newsletter.store import Store, queue
from tests import databases

pytestmark = pytest.mark.skipif(not databases.POSTGRES, reason="the queue stands on PostgreSQL only")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = databases.fresh(tmp_path / "queue.db")
    queue.install(made, procrastinate.__version__, SchemaManager.get_schema())
    yield made
    databases.away(made)


def working(store: Store, heartbeat: str) -> None:
    """A job that somebody took, with their last sign of life."""
    with store.write() as db:
        db.execute(text("SET LOCAL search_path = procrastinate"))
        worker = db.execute(
            text(f"INSERT INTO procrastinate_workers (last_heartbeat) VALUES ({heartbeat}) RETURNING id")
        ).scalar_one()
        db.execute(
            text(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id) VALUES ('submit', 'submit', 'doing', :worker)"
            ),
            {"worker": worker},
        )


def test_only_the_jobs_of_dead_workers_are_dropped(store: Store) -> None:
    working(store, "now() - interval '31 seconds'")
    working(store, "now()")
    assert queue.reap(store, 30.0) == 1
    assert queue.reap(store, 30.0) == 0


def test_the_lead_of_a_dead_one_is_free_at_once_for_its_own_machine_only(store: Store) -> None:
    now = datetime(2020, 12, 16, 14, tzinfo=UTC)
    until = now + timedelta(seconds=30)
    with store.write() as db:
        assert queue.lead(db, "here:1:100", now, until)
        queue.vacate(db, "there:2:")
        assert not queue.lead(db, "there:2:200", now, until)
        queue.vacate(db, "here:1:")
        assert queue.lead(db, "here:1:300", now, until)
