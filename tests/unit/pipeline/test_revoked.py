"""Calls that were revoked, when people, copies of the database, settings and answers come in between: nobody twice, nobody in silence."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from newsletter.model.campaign import CampaignStatus
from newsletter.model.errors import ConfigurationError
from newsletter.model.inquiry import Answered, Question, Reply
from newsletter.model.lease import Tenure
from newsletter.model.outbound import Receipt
from newsletter.pipeline import claim, conclude, control, inquiring, lease, settle
from newsletter.store import campaigns, hooks, inquiries, leases, tables
from tests.databases import only_sqlite
from tests.unit.pipeline.test_inquiring import BROKEN, Fenced, breaks, made, mailing, questions


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Fenced]:
    yield from made(tmp_path, NEWSLETTER_SEND_REVOCABLE="yes")


def everybody_once(desk: Fenced) -> bool:
    return len(desk.far.copies()) == 20 and set(desk.far.copies().values()) == {1}


@only_sqlite
def test_a_copy_that_is_claimed_proves_nothing(desk: Fenced, tmp_path: Path) -> None:
    """A snapshot from before the proof, started on another machine: what its original did since is not to be seen in it."""
    breaks(desk, taken=False)
    number = mailing(desk)
    desk.work()
    desk.pass_time(minutes=4)
    copied(desk, tmp_path / "snapshot.db", back=False)
    desk.pass_time(minutes=46)
    assert everybody_once(desk)
    copied(desk, tmp_path / "snapshot.db", back=True)
    with desk.ctx.store.write() as db:
        known = leases.known(db, lease._here(desk.ctx.root))
        leases.put(db, replace(known, machine="other", host="elsewhere"))
    shutil.rmtree(lease.folder(desk.ctx))
    assert lease.look(desk.ctx).tenure is Tenure.MACHINE
    claim.claim(desk.ctx)
    desk.pass_time(minutes=59)
    assert everybody_once(desk)
    assert desk.books(number).in_doubt == 20


def copied(desk: Fenced, snapshot: Path, *, back: bool) -> None:
    database = Path(desk.ctx.store.engine.url.database or "")
    desk.ctx.store.engine.dispose()
    source, target = (snapshot, database) if back else (database, snapshot)
    with sqlite3.connect(source) as given, sqlite3.connect(target) as taken:
        given.backup(taken)
    given.close()
    taken.close()


@pytest.mark.parametrize("who", ["a person", "the program"])
@pytest.mark.ci
def test_a_pause_outlives_a_doubt(desk: Fenced, who: str) -> None:
    """Paused while the last call was under way: that this is proven absent lets nothing go."""
    number = mailing(desk)

    def answer(_body: object) -> Receipt:
        if desk.far.handles > 1:
            return Receipt("ok")
        if who == "a person":
            control.pause(desk.ctx, number, "wrong text")
        else:
            with desk.ctx.store.write() as db:
                conclude.pause(db, number, f"{conclude.TROUBLE}40 of 400 readers reported it as unwanted")
        raise BROKEN

    desk.far.answer = answer
    desk.work()
    desk.pass_time(minutes=60)
    assert desk.campaign(number).status is CampaignStatus.PAUSED
    assert len(desk.far.posted) == 1
    assert desk.books(number).pending == 20
    control.resume(desk.ctx, number)
    desk.pass_time(minutes=30)
    assert everybody_once(desk)


def test_what_waits_for_its_proof_can_be_paused(desk: Fenced) -> None:
    breaks(desk, taken=False)
    number = mailing(desk)
    desk.work()
    assert desk.campaign(number).status is CampaignStatus.HELD
    control.pause(desk.ctx, number, "wrong text")
    desk.pass_time(minutes=60)
    assert desk.campaign(number).status is CampaignStatus.PAUSED
    assert len(desk.far.posted) == 1


@pytest.mark.ci
def test_a_log_that_knew_it_is_not_outvoted_by_one_that_is_away(desk: Fenced) -> None:
    breaks(desk, taken=True)
    desk.far.spared, desk.far.logged = True, Reply.TAKEN
    number = mailing(desk)
    desk.work()
    desk.pass_time(minutes=28)
    desk.far.logged = Reply.UNAVAILABLE
    desk.pass_time(minutes=60)
    desk.far.logged = Reply.ABSENT
    desk.pass_time(minutes=60)
    assert everybody_once(desk)
    assert desk.books(number).in_doubt == 20


def test_whoever_was_revoked_is_not_recommended_to_be_counted(desk: Fenced) -> None:
    """Revoked at once, and then nobody was there to do it again in time: no proof, but no silence either."""
    breaks(desk, taken=True)
    number = mailing(desk)
    desk.work()
    inquiring.inquire(desk.ctx)
    desk.far.logged = Reply.UNAVAILABLE
    desk.later(minutes=15)
    desk.pass_time(hours=30)
    (case,) = settle.cases(desk.ctx, number)
    assert (case.held, case.advice) == (True, settle.Advice.REVOKED)
    assert Question.CONFIRM in questions(desk)
    assert any("revoked" in line and "--again" in line for line in settle.evidence(desk.ctx, number))


@pytest.mark.ci
def test_a_window_shorter_than_the_wait_at_the_service_lets_it_through(desk: Fenced) -> None:
    number = mailing(desk)
    with desk.ctx.store.write() as db:
        campaigns.update(db, number, send_window="daily 09:00-09:15")
    for _ in range(24 * 12 + 12):
        desk.later(minutes=5)
        desk.far.leave()
        desk.work()
    assert everybody_once(desk)
    (row,) = desk.rows(tables.attempts)
    there = row.due_at.astimezone(ZoneInfo(desk.ctx.publication.time_zone))
    assert (there.hour, there.minute < 15) == (9, True)


@pytest.mark.ci
def test_a_service_that_does_not_forget_is_not_asked_for_ever(desk: Fenced) -> None:
    breaks(desk, taken=False)
    mailing(desk)
    asked: list[str] = []

    def release(handle: str) -> Answered:
        asked.append(handle)
        return Answered(Reply.UNAVAILABLE, "403: the key may not ask this")

    desk.far.release = release  # type: ignore[method-assign]
    desk.work()
    desk.pass_time(minutes=60)
    for _ in range(12 * 24):
        desk.later(minutes=5)
        inquiring.inquire(desk.ctx)
    assert len(asked) == inquiries.RELEASES


def test_no_handle_and_none_to_come_pauses(desk: Fenced) -> None:
    number = mailing(desk)

    def reserve() -> str:
        raise ConfigurationError("no such page (404)", code="revocable-refused")

    desk.far.reserve = reserve  # type: ignore[method-assign]
    desk.work()
    found = desk.campaign(number)
    assert (found.status, desk.far.posted) == (CampaignStatus.PAUSED, [])
    assert found.reason.startswith(conclude.SETUP)


def test_news_that_were_received_are_applied_before_it_goes_again(desk: Fenced) -> None:
    breaks(desk, taken=True)
    mailing(desk)
    desk.work()
    with desk.ctx.store.write() as db:
        kept = hooks.spool(db, "far", {}, b"not applied yet", desk.clock[0])
    desk.pass_time(minutes=40)
    assert len(desk.far.posted) == 1
    with desk.ctx.store.write() as db:
        hooks.conclude(db, [kept], hooks.APPLIED)
    desk.clock[0] += timedelta(minutes=1)
    desk.work()
    assert len(desk.far.posted) == 2
