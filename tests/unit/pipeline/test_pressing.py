"""The desk's verb: every way in which a mailing may stand, and what it asks of somebody."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from newsletter.model.campaign import CampaignStatus
from newsletter.pipeline import conclude, heartbeat, hold, pressing, schedule
from newsletter.pipeline.pressing import Kind
from newsletter.pipeline.schedule import Timetable
from newsletter.planning.plan import Expiry, LocalPlan
from newsletter.planning.zones import wall_clock
from newsletter.store import tables
from tests.mailed import START, Mailed, hand_over, standing, world

GREETING = "---\nsubject: A year of making it work\ntitle: 'A year'\n---\nDear all\n"


@pytest.fixture
def mailed(tmp_path: Path, database: Path) -> Iterator[Mailed]:
    (tmp_path / "var").mkdir()
    shutil.copy(database, tmp_path / "var" / "newsletter.db")  # migrated already
    (tmp_path / "issues").mkdir()
    with world(tmp_path) as made:
        yield made


def stand(mailed: Mailed, status: CampaignStatus, reason: str = "") -> None:
    with mailed.ctx.store.write() as db:
        db.execute(tables.campaigns.update().values(status=status.value, reason=reason, ended_at=START))


def kinds(mailed: Mailed) -> list[Kind]:
    return [one.kind for one in pressing.look(mailed.ctx, "en").matters]


@pytest.mark.parametrize(
    ("status", "reason", "wanted"),
    [
        (CampaignStatus.DRAFT, "", Kind.APPROVAL),
        (CampaignStatus.HELD, conclude.RESCHEDULED, Kind.APPROVAL),
        (CampaignStatus.HELD, conclude.NOT_APPROVED, Kind.APPROVAL),
        (CampaignStatus.HELD, conclude.APPROVAL_OLD, Kind.APPROVAL),
        (CampaignStatus.HELD, conclude.COUNT_OFF, Kind.APPROVAL),
        (CampaignStatus.HELD, conclude.NOT_CONFIRMED, Kind.NOT_CONFIRMED),
        (CampaignStatus.HELD, conclude.TEXT_DIFFERS, Kind.DIFFERS),
        (CampaignStatus.HELD, conclude.LATE, Kind.LATE),
        (CampaignStatus.HELD, "something nobody thought of", Kind.WAITING),
        (CampaignStatus.PAUSED, "person: Ana", Kind.PAUSED),
        (CampaignStatus.SCHEDULED, "", None),
        (CampaignStatus.SENDING, "", None),
        (CampaignStatus.FINISHED, "", None),
        (CampaignStatus.CANCELLED, "", None),
        (CampaignStatus.EXPIRED, "", None),
    ],
)
def test_a_mailing_asks_for_somebody_where_it_cannot_go_on_alone(
    mailed: Mailed, status: CampaignStatus, reason: str, wanted: Kind | None
) -> None:
    hand_over(mailed)
    stand(mailed, status, reason)
    assert kinds(mailed) == ([wanted] if wanted else [])
    coming = [one.campaign.status for one in pressing.look(mailed.ctx, "en").coming]
    goes_on = status in {CampaignStatus.SCHEDULED, CampaignStatus.SENDING}
    assert coming == ([status] if goes_on else [])


def test_what_a_hold_keeps_back_is_told_and_what_is_worst_comes_first(mailed: Mailed) -> None:
    hand_over(mailed)
    with mailed.ctx.store.write() as db:
        db.execute(tables.batches.update().values(state="ready"))
    hold.hold(mailed.ctx, "A day of mourning")
    assert kinds(mailed) == [Kind.HELD]
    stand(mailed, CampaignStatus.SENDING)
    with mailed.ctx.store.write() as db:
        db.execute(tables.campaigns.update().values(due_at=mailed.clock() - timedelta(hours=1)))
    assert kinds(mailed) == [Kind.SILENT], "due, and nobody sends"
    heartbeat.beat(mailed.ctx)
    assert kinds(mailed) == []
    mailed.clock.forward(3600)
    assert kinds(mailed) == [Kind.SILENT]


def test_how_many_people_it_is_about_is_counted(mailed: Mailed) -> None:
    hand_over(mailed)
    with mailed.ctx.store.write() as db:
        db.execute(tables.batches.update().where(tables.batches.c.id == 1).values(**standing("in_doubt")))
    stand(mailed, CampaignStatus.HELD, conclude.NOT_CONFIRMED)
    (matter,) = pressing.look(mailed.ctx, "en").matters
    assert (matter.count, matter.title) == (1, "A year of making it work")
    (told,) = pressing.look(mailed.ctx, "fr").matters
    assert told.title == "Une année"


def test_issues_and_mailings_are_one_list(mailed: Mailed) -> None:
    folder = mailed.ctx.root / "issues"
    (folder / "2021-01-20-january.en.md").write_text(GREETING, encoding="utf-8")
    (folder / "2021-01-20-january.fr.md").write_text(
        GREETING.replace("A year", "Une année"), encoding="utf-8"
    )
    (folder / "2020-01-01-old.md").write_text("no front matter at all", encoding="utf-8")
    (folder / "2020-02-01-broken.md").write_bytes(b"---\ntitle: \xff\n---\n")
    found = pressing.look(mailed.ctx, "fr")
    assert [(row.slug, row.title, row.languages) for row in found.rows] == [
        ("2021-01-20-january", "Une année", ("en", "fr")),
        ("2020-02-01-broken", "2020-02-01-broken", ()),
        ("2020-01-01-old", "2020-01-01-old", ()),
    ]
    assert not found.mailed
    hand_over(mailed)
    found = pressing.look(mailed.ctx, "en")
    assert [row.slug for row in found.rows] == [
        "2021-01-20-january",
        mailed.edition.artwork.slug,
        "2020-02-01-broken",
        "2020-01-01-old",
    ]
    row = found.rows[1]
    assert row.books is not None
    assert (row.books.accepted, found.mailed) == (3, True)


def test_looking_writes_nothing(mailed: Mailed) -> None:
    hand_over(mailed)
    before = mailed.everything()
    pressing.look(mailed.ctx, "en")
    assert mailed.everything() == before


def test_what_should_have_left_is_not_announced_any_more(mailed: Mailed) -> None:
    """Held at its time: when that was, and no sentence about a day that is to come."""
    hand_over(mailed)
    stand(mailed, CampaignStatus.HELD, conclude.NOT_APPROVED)
    now = mailed.ctx.now()
    local = wall_clock(now, "America/Toronto")
    plan = LocalPlan(local=local, zone="America/Toronto", readers_time=False, expiry=Expiry.NEVER)
    kept = schedule.stored(Timetable(plan, now))
    with mailed.ctx.store.write() as db:
        db.execute(tables.campaigns.update().values(schedule=kept, due_at=None))
    (one,) = pressing.look(mailed.ctx, "en").matters
    assert (one.said, one.at) == ("", now)
    with mailed.ctx.store.write() as db:
        db.execute(tables.campaigns.update().values(due_at=now + timedelta(hours=1)))
    (one,) = pressing.look(mailed.ctx, "en").matters
    assert one.said.startswith("Goes out ")
