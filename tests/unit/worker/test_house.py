"""The house is looked after while a mailing goes out, and does not stand in its way."""

from __future__ import annotations

from newsletter.pipeline import record
from newsletter.store import hooks
from newsletter.worker.house import House
from tests.ledger import Bench

MANY = 5


def test_events_are_taken_a_hook_at_a_time_while_batches_are_on_their_way(desk: Bench) -> None:
    ctx = desk.ctx
    with ctx.store.write() as db:
        for _ in range(MANY):
            hooks.spool(db, "sendgrid", {}, b"[]", ctx.now())
    house = House(ctx)
    assert house.hears
    house.hear()
    assert record.waiting(ctx) == MANY - 1
    house.keep(sending=True)
    assert record.waiting(ctx) == MANY - 1


def test_events_rest_where_none_wait_and_a_round_without_batches_takes_them_all(desk: Bench) -> None:
    ctx = desk.ctx
    house = House(ctx)
    house.hear()
    assert not house.hears
    with ctx.store.write() as db:
        for _ in range(MANY):
            hooks.spool(db, "sendgrid", {}, b"[]", ctx.now())
    house.keep()
    assert record.waiting(ctx) == 0
