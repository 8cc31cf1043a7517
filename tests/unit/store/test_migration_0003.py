"""Migration 0003 on a database that was used: nothing of it changes, and the new tables stand beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from newsletter.model.campaign import CampaignStatus
from newsletter.model.notice import NoticeKind
from newsletter.store import Store, campaigns, notices, tables
from newsletter.store.migrations.runner import configuration
from newsletter.store.tables import metadata
from tests.databases import only_sqlite

pytestmark = only_sqlite

NOW = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A database of schema 0001 with an occasion, an edition and campaigns in it."""
    path = tmp_path / "var" / "newsletter.db"
    path.parent.mkdir()
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        with connection.begin():
            command.upgrade(configuration(connection), "0001")
        connection.execute(text("INSERT INTO editions VALUES ('e1', 'ngen', 'greeting', x'00', 1)"))
        connection.execute(
            text("INSERT INTO occasions (id, publication, slug) VALUES (1, 'ngen', 'greeting')")
        )
        for number, status in ((1, "finished"), (2, "sending"), (3, "draft")):
            connection.execute(
                text(
                    "INSERT INTO campaigns (id, occasion_id, edition_id, include, exclude, provider, tracking, key_id, status, "
                    "grace_seconds, created_at) VALUES (:id, 1, 'e1', '[]', '[]', 'outbox', 'off', 1, :status, 60, 1)"
                ),
                {"id": number, "status": status},
            )
        connection.commit()
    engine.dispose()
    return path


def test_what_was_there_is_there(filled: Path) -> None:
    store = Store.open_file(filled)
    with store.read() as db:
        found = {one.id: one.status.value for one in campaigns.listed(db)}
        assert db.execute(text("SELECT version_num FROM alembic_version")).scalar_one() >= "0003"
        assert compare_metadata(MigrationContext.configure(db), metadata) == []
        assert notices.listed(db) == []
    assert found == {1: "finished", 2: "sending", 3: "draft"}
    assert (filled.parent / "newsletter.before-0001.db").exists()
    store.close()


def test_a_campaign_from_before_is_told_of(filled: Path) -> None:
    store = Store.open_file(filled)
    with store.write() as db:
        assert campaigns.change(db, 2, [CampaignStatus.SENDING], CampaignStatus.HELD, reason="late")
    with store.read() as db:
        (row,) = notices.listed(db)
    assert (row.kind, row.campaign_id, row.data, row.state) == ("held", 2, {"reason": "late"}, "waiting")
    store.close()


def test_one_open_series_of_an_issue_and_audience(filled: Path) -> None:
    store = Store.open_file(filled)
    row = {
        "publication": "ngen", "slug": "greeting", "include": ["everyone"], "exclude": [], "provider": "outbox", "wish": {},
        "past": "now", "look_at": NOW, "created_at": NOW, "created_by": "me",
    }  # fmt: skip
    with store.write() as db:
        db.execute(tables.series.insert().values(**row, ended_at=NOW))
        db.execute(tables.series.insert().values(**row))
    with pytest.raises(IntegrityError), store.write() as db:
        db.execute(tables.series.insert().values(**row))
    store.close()


def test_each_event_is_told_once_and_each_change_by_itself(filled: Path) -> None:
    store = Store.open_file(filled)
    sending, held = CampaignStatus.SENDING, CampaignStatus.HELD
    with store.write() as db:
        assert notices.tell(db, NoticeKind.DAY, "2:x", campaign=2)
        assert not notices.tell(db, NoticeKind.DAY, "2:x", campaign=2)
        for reason in ("late", "late", "not-confirmed"):
            campaigns.change(db, 2, [sending, held], held, reason=reason)
        campaigns.change(db, 2, [held], sending, reason="")
        campaigns.change(db, 2, [sending], held, reason="late")
        campaigns.change(db, 2, [sending], CampaignStatus.PAUSED, reason="it is held, so nothing changes")
    with store.read() as db:
        told = [(row.kind, row.data.get("reason")) for row in reversed(notices.listed(db))]
    assert told == [("day", None), ("held", "late"), ("held", "not-confirmed"), ("held", "late")]
    store.close()


def test_a_change_that_is_taken_back_is_not_told(filled: Path) -> None:
    store = Store.open_file(filled)

    def broken() -> None:
        with store.write() as db:
            campaigns.change(db, 2, [CampaignStatus.SENDING], CampaignStatus.PAUSED, reason="x")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    with store.read() as db:
        assert notices.listed(db) == []
    store.close()
