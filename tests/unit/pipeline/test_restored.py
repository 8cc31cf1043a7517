"""A backup is put back after a mailing: what is out there of the lost mailing names nobody of the next one."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from newsletter.model.errors import Uncertain
from newsletter.model.event import EventKind
from newsletter.pipeline import settle
from newsletter.pipeline.leave import leave, standing
from newsletter.pipeline.submit import Desk, submit_next
from newsletter.pipeline.view import Views
from newsletter.store import tables
from tests.databases import only_sqlite
from tests.ledger import Bench, _Body, bench, edition
from tests.seed import people, seed


def lost(_: _Body) -> None:
    raise Uncertain("the connection broke", code="provider-unclear")


def sent(desk: Bench, slug: str) -> int:
    """A mailing to everyone that is handed over; its number."""
    campaign = desk.mailing(edition(slug))
    desk.start()
    worker = Desk(desk.ctx, "me")
    while submit_next(worker):
        pass
    return campaign.id


@only_sqlite
def test_a_lost_number_never_becomes_somebody_elses(tmp_path: Path, database: Path) -> None:
    backup = tmp_path / "backup.db"
    with bench(tmp_path / "before", database) as desk:
        seed(desk.ctx, people(5))
        with desk.ctx.store.engine.connect() as db:
            db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(tmp_path / "before" / "var" / "newsletter.db", backup)
        sent(desk, "greeting")
        out_there = list(desk.witness.taken)
        variants = {row.id for row in desk.rows(tables.variants)}
    with bench(tmp_path / "after", backup) as desk:
        desk.clock[0] += timedelta(hours=1)
        desk.witness.answer = lost  # type: ignore[assignment]
        seed(desk.ctx, [{"email": "new@reader.example"}])
        campaign = sent(desk, "letter")
        known = {row.id for row in desk.rows(tables.deliveries)}
        assert len(known) == 6
        assert variants.isdisjoint(row.id for row in desk.rows(tables.variants))
        views = Views(desk.ctx)
        for batch, attempt, delivery, _address in out_there:
            assert delivery not in known
            assert standing(desk.ctx, delivery) is None
            assert leave(desk.ctx, delivery, "one-click") is None
            assert views.page(delivery) is None
            desk.event(batch, attempt, EventKind.DELIVERED, delivery)
        settle.settle(desk.ctx)
        assert desk.books(campaign).in_doubt == 6  # the news of the lost mailing prove nothing of this one
        batch, attempt = desk.witness.posted[0]
        desk.event(batch, attempt, EventKind.PROCESSED, min(known))
        settle.settle(desk.ctx)
        assert desk.books(campaign).accepted > 0


def test_numbers_go_on_where_the_clock_stands_still_or_goes_back(tmp_path: Path, database: Path) -> None:
    with bench(tmp_path, database) as desk:
        seed(desk.ctx, people(5))
        for slug in ("one", "two", "three"):
            sent(desk, slug)
            desk.clock[0] -= timedelta(days=1)
        numbers = [row.id for row in desk.rows(tables.deliveries)]
        assert len(set(numbers)) == 15
        assert max(numbers) == min(numbers) + 14
