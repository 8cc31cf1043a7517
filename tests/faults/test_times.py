"""F10, F11: not running at the planned time; clocks that change or are set in the middle of a send; consent that ends in it. Judged from the
emulator's log.

(Every order of jumps by hours and days is searched in tests/unit/pipeline/test_clocks.py, with a provider of the test's own.)
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from newsletter.model.campaign import CampaignStatus
from newsletter.pipeline import control, due
from newsletter.pipeline.context import Context
from newsletter.pipeline.importing import import_members
from newsletter.pipeline.schedule import Timetable
from newsletter.pipeline.submit import Desk, submit_next
from newsletter.planning.plan import Expiry, LocalPlan
from tests.faults.conftest import PEOPLE
from tests.faults.engines import SQLITE
from tests.faults.inside import approved, books, mailing, once, requests, work
from tests.faults.stage import Stage

ENGINES = (SQLITE,)
pytestmark = [pytest.mark.ci, pytest.mark.fault("F11")]

HOUR = timedelta(hours=1)
HEADER = "email,first_name,language,time_zone,consent_basis,consent_date,consent_evidence"


@dataclass
class Set:
    """A Context whose clock, and the far end's, stand where the test puts them."""

    stage: Stage
    ctx: Context
    at: datetime

    def put(self, at: datetime) -> None:
        self.at = at
        self.stage.emulated.ask("PUT", "/clock", {"now": at.isoformat(), "rate": 0})


@contextmanager
def clock(stage: Stage, at: datetime) -> Iterator[Set]:
    with stage.context() as ctx:
        made = Set(stage, ctx, at)
        made.ctx = replace(ctx, now=lambda: made.at)
        made.put(at)
        yield made
    stage.emulated.ask("PUT", "/clock", {"rate": 1})


def planned(local: datetime, zone: str, at: datetime, *, readers_time: bool = False) -> Timetable:
    return Timetable(LocalPlan(local, zone, readers_time, Expiry.NEVER), at)


# --- F10: nobody was there ---


@pytest.mark.fault("F10")
@pytest.mark.parametrize(("hours", "sent"), [(4, True), (5, False)])
def test_down_at_the_planned_time(stage: Stage, hours: int, sent: bool) -> None:
    """Back within the four hours of grace it leaves, late; after them it waits for a person, and not a byte leaves without."""
    begun = datetime.now(UTC).replace(microsecond=0)
    with clock(stage, begun) as desk:
        local = (begun + HOUR).replace(tzinfo=None)
        approved(desk.ctx, when=planned(local, "UTC", begun))
        work(desk.ctx)
        assert requests(stage) == [], "before its time"
        desk.put(begun + HOUR + timedelta(hours=hours))
        work(desk.ctx)
        if not sent:
            held = mailing(desk.ctx)
            assert (held.status, held.reason, requests(stage)) == (CampaignStatus.HELD, "late", [])
            control.resume(desk.ctx, 1)
            work(desk.ctx)
        assert once(stage, desk.ctx, PEOPLE).accepted == PEOPLE
        work(desk.ctx)
        assert once(stage, desk.ctx, PEOPLE).closed


# --- F11: clocks that change ---

ZONES = ("America/St_Johns", "America/Toronto", "America/Regina")
EACH = 4


def readers(stage: Stage, ctx: Context) -> None:
    """Some in each of three zones, of which one never changes its clocks, beside those who were there."""
    lines = [HEADER] + [
        f"{zone.rpartition('/')[2].lower()}{n}@reader.example,Z{n},en,{zone},express,2020-01-01,form"
        for zone in ZONES
        for n in range(EACH)
    ]
    _import(stage.folder / "zones.csv", lines, ctx)


def _import(path: Path, lines: list[str], ctx: Context) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with import_members(ctx, path) as report:
        assert list(report.refused()) == []


def got(stage: Stage) -> dict[str, list[datetime]]:
    """When each address was taken, by the far end's clock."""
    at = {one["index"]: datetime.fromtimestamp(one["at"], UTC) for one in requests(stage)}
    found: dict[str, list[datetime]] = {}
    for row in stage.emulated.ask("GET", "/deliveries")["deliveries"]:
        found.setdefault(row["address"], []).append(at[row["request"]])
    return found


@pytest.mark.parametrize(
    ("local", "walls"),
    [
        ("2027-03-14 02:30", {"03:30", "03:00"}),  # the hour that is not there
        ("2027-11-07 01:30", {"01:30"}),  # the hour that is there twice
        pytest.param("2028-02-29 09:00", {"09:00"}, marks=pytest.mark.faults),
    ],
    ids=["gap", "overlap", "leap day"],
)
@pytest.mark.parametrize(
    "jump",
    [-HOUR, pytest.param(timedelta(days=-1), marks=pytest.mark.faults)],
    ids=["an hour back", "a day back"],
)
def test_each_local_time_sends_once_whatever_the_clocks_do(
    stage: Stage, local: str, walls: set[str], jump: timedelta
) -> None:
    """In three zones, with the machine's clock set back after the first of them and right again: nobody early, nobody twice."""
    wall = datetime.fromisoformat(local)
    begun = wall.replace(tzinfo=UTC) - timedelta(hours=20)
    stage.extra["NEWSLETTER_SEND_BATCH_SIZE"] = "3"
    with clock(stage, begun) as desk:
        readers(stage, desk.ctx)
        approved(desk.ctx, when=planned(wall, "America/Toronto", begun, readers_time=True))
        moment, jumped = begun + timedelta(hours=22), False
        while moment < begun + timedelta(hours=27):
            desk.put(moment)
            work(desk.ctx)
            if got(stage) and not jumped:
                jumped = True
                desk.put(moment + jump)
                work(desk.ctx)
            moment += timedelta(minutes=30)
        assert jumped
        assert once(stage, desk.ctx, PEOPLE + EACH * len(ZONES)).closed
    for zone in ZONES:
        for n in range(EACH):
            (at,) = got(stage)[f"{zone.rpartition('/')[2].lower()}{n}@reader.example"]
            here = at.astimezone(ZoneInfo(zone))
            expected = walls if zone != "America/Regina" else {f"{wall:%H:%M}"}
            assert (here.date(), f"{here:%H:%M}" in expected) == (wall.date(), True), f"{zone}: {here}"
            assert here.fold == 0, "the first of the two"


def test_consent_that_ends_during_a_send(stage: Stage) -> None:
    """Its last day ends between two batches: who waits in the second one gets nothing, and the books say why."""
    day = datetime(2027, 6, 1, 23, 58, tzinfo=UTC)
    with clock(stage, day) as desk:
        lines = [HEADER, "asked@reader.example,Ann,en,,inquiry,2026-12-02,form"]  # six months: until 2 June
        _import(stage.folder / "asked.csv", lines, desk.ctx)
        approved(desk.ctx)
        due.start_due(desk.ctx)
        assert submit_next(Desk(desk.ctx, "one slot"))
        assert books(desk.ctx).accepted == 10
        assert "asked@reader.example" not in stage.addresses(), "it was to wait in a later batch"
        desk.put(day + timedelta(minutes=5))
        work(desk.ctx)
        told = once(stage, desk.ctx, PEOPLE + 1)
        assert (told.accepted, told.skipped) == (PEOPLE, {"consent-expired": 1})
    assert "asked@reader.example" not in stage.addresses()
