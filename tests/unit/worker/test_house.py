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
    house.keep(sending=True)  # no time has passed: one, so that none waits for ever
    assert record.waiting(ctx) == MANY - 1
    house.keep()
    assert record.waiting(ctx) == 0
