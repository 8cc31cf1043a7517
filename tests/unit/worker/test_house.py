"""The house is looked after while a mailing goes out, and does not stand in its way."""

from __future__ import annotations

import time
from collections.abc import Sequence
from threading import Event, Thread, Timer

import pytest

from newsletter.model.errors import StoreUnavailable
from newsletter.model.event import Event as Told
from newsletter.pipeline import judging, record
from newsletter.store import hooks
from newsletter.worker.house import House
from tests.ledger import Bench

MANY = 5


@pytest.fixture
def waiting(desk: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A ledger in which some hooks wait."""

    def events(_witness: object, _request: object) -> Sequence[Told]:
        return ()

    monkeypatch.setattr(type(desk.witness), "read_events", events)
    with desk.ctx.store.write() as db:
        for _ in range(MANY):
            hooks.spool(db, "witness", {}, b"[]", desk.ctx.now())
    return desk


def heard(house: House, seconds: float) -> None:
    """Let it hear for so long."""
    enough = Event()
    Timer(seconds, enough.set).start()
    house.hear(enough)


def test_a_round_while_batches_are_on_their_way_leaves_events_alone(waiting: Bench) -> None:
    house = House(waiting.ctx)
    house.keep(sending=True)
    assert record.waiting(waiting.ctx) == MANY
    heard(house, 1.0)
    assert record.waiting(waiting.ctx) == 0


def test_a_round_without_batches_takes_them_all(waiting: Bench) -> None:
    House(waiting.ctx).keep()
    assert record.waiting(waiting.ctx) == 0


@pytest.mark.parametrize(("busy", "least", "most"), [(False, 6, 11), (True, 1, 4)])
def test_events_rest_the_longer_the_more_the_batches_have_to_do(
    waiting: Bench, monkeypatch: pytest.MonkeyPatch, *, busy: bool, least: int, most: int
) -> None:
    calls: list[float] = []
    end = Event()

    def slowly(*_: object, most: int) -> record.Applied:
        assert most == 1, "a transaction that a batch can wait for"
        calls.append(time.monotonic())
        time.sleep(0.1)
        return record.Applied(1)

    def batches() -> None:
        while busy and not end.is_set():
            pass

    monkeypatch.setattr(record, "apply_new", slowly)
    other = Thread(target=batches)
    house = House(waiting.ctx)
    other.start()
    try:
        heard(house, 1.2)
    finally:
        end.set()
        other.join()
    assert least <= len(calls) <= most


def test_where_none_wait_one_looks_twice_a_second(desk: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    monkeypatch.setattr(record, "apply_new", lambda *_, **__: calls.append(1) or record.Applied())
    heard(House(desk.ctx), 0.8)
    assert len(calls) == 2


def test_what_was_applied_and_not_judged_is_judged_in_the_next_round(
    waiting: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged: list[int] = []
    house = House(waiting.ctx)
    house.keep()

    def fails(*_: object, **__: object) -> record.Applied:
        raise StoreUnavailable("in use", code="database-locked", passing=True)

    with monkeypatch.context() as patch:
        patch.setattr(record, "apply_new", fails)
        heard(house, 0.7)
    monkeypatch.setattr(judging, "judge", lambda _ctx: judged.append(1))
    house.keep(sending=True)
    house.keep(sending=True)
    assert judged == [1]
