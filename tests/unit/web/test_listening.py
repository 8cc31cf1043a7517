"""The web part of `serve` listens to the runner, and tells staff when it is silent."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest

from newsletter.model.notice import NoticeKind, NoticeState
from newsletter.pipeline import doctor, freeze, heartbeat, notices
from newsletter.pipeline.schedule import Timetable
from newsletter.planning.plan import Expiry, LocalPlan
from newsletter.planning.zones import wall_clock
from newsletter.web import serving
from tests.ledger import Bench
from tests.seed import people, seed
from tests.told import DOWN, Listener, listening


def planned(desk: Bench) -> None:
    seed(desk.ctx, people(3))
    local = wall_clock(desk.clock[0] + timedelta(days=3), "America/Toronto")
    plan = LocalPlan(local=local, zone="America/Toronto", readers_time=False, expiry=Expiry.NEVER)
    desk.mailing(when=Timetable(plan, desk.clock[0]))


def test_a_silent_runner_is_told_by_the_pages(desk: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freeze, "differs", lambda *_: False)
    monkeypatch.setattr(serving, "LISTEN_SECONDS", 0.01)
    planned(desk)
    heartbeat.beat(desk.ctx)
    broken = [ZeroDivisionError(), None]
    listen = heartbeat.listen

    def once_broken(*arguments: object) -> bool:
        if broken and (error := broken.pop(0)):
            raise error
        return listen(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(heartbeat, "listen", once_broken)
    jay = Listener(faults=[DOWN])

    async def until_told() -> None:
        task = asyncio.create_task(serving._listen_to_runner(desk.ctx))
        await asyncio.sleep(0)
        desk.later(minutes=11)
        async with asyncio.timeout(20):
            while not any(one.state is NoticeState.DELIVERED for one in notices.listed(desk.ctx)):
                await asyncio.sleep(0.01)
                desk.later(seconds=5)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    with listening(monkeypatch, jay):
        asyncio.run(until_told())
    assert jay.subjects == ["Nothing is being sent: the newsletter program is silent"]
    (row,) = notices.listed(desk.ctx)
    assert (row.kind, row.state, row.attempts) == (NoticeKind.SILENT, NoticeState.DELIVERED, 2)


def test_doctor_hears_it_too(desk: Bench) -> None:
    assert not list(doctor._runner(desk.ctx))
    planned(desk)
    (never,) = doctor._runner(desk.ctx)
    assert (never.name, never.state.value) == ("runner", "warning")
    heartbeat.beat(desk.ctx)
    assert not list(doctor._runner(desk.ctx))
    desk.later(minutes=10)
    (silent,) = doctor._runner(desk.ctx)
    assert "since 2020-12-16 14:00 UTC" in silent.sentence
