"""A batch is packed ahead of the commit that lets it leave; whoever leaves in between is not in what leaves."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import pytest
from msgspec.msgpack import decode as read
from sqlalchemy import bindparam, select, text

from newsletter.model.campaign import BatchState
from newsletter.model.errors import ConfigurationError, StoreUnavailable
from newsletter.pipeline import conclude, packing, submit
from newsletter.pipeline.progress import glance
from newsletter.pipeline.submit import Desk
from newsletter.store import batches, books, deliveries, selection, tables
from newsletter.store.batches import Batch
from tests.ledger import Bench, _Body
from tests.seed import people, seed


def write(desk: Bench, statement: str) -> None:
    with desk.ctx.store.write() as db:
        db.execute(text(statement))


def claimed(desk: Bench, count: int = 20) -> Batch:
    seed(desk.ctx, people(count))
    desk.mailing()
    desk.start()
    batch = submit.claim_next(desk.ctx, "me", None)
    assert batch
    return batch


LEAVE = "INSERT INTO suppressions (address_key, reason, at) SELECT address_key, 'unsubscribed', 1 FROM members WHERE id = {}"
FORGET = "UPDATE members SET consent_basis = '', consent_expires_on = NULL WHERE id = {}"


@pytest.mark.parametrize("statement", [LEAVE, FORGET, "DELETE FROM members WHERE id = {}"])
def test_who_leaves_after_the_packing_is_not_in_what_leaves(
    desk: Bench, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    batch = claimed(desk)
    with desk.ctx.store.read() as db:
        gone, member = db.execute(
            select(tables.deliveries.c.id, tables.deliveries.c.member_id)
            .where(tables.deliveries.c.batch_id == batch.id)
            .order_by(tables.deliveries.c.id.desc())
        ).first() or (0, 0)

    def meanwhile(packed: Callable[..., object]) -> Callable[..., object]:
        def wrapped(*given: object) -> object:
            found = packed(*given)
            write(desk, statement.format(member))
            return found

        return wrapped

    monkeypatch.setattr(packing, "ahead", meanwhile(packing.ahead))
    flight = submit._begin(Desk(desk.ctx, "me"), batch)
    assert flight
    sent = {delivery for delivery, _ in read(flight.parcel.body, type=_Body).people}
    assert gone not in sent
    assert sent == set(flight.deliveries)
    assert flight.parcel.members == len(sent)


def test_nobody_packs_twice_when_nobody_left(desk: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    batch, worker = claimed(desk), Desk(desk.ctx, "me")
    packed = packing.ahead(worker, batch)
    assert packed
    monkeypatch.setattr(packing, "pack", pytest.fail)
    flight = submit._begin(worker, batch)
    assert flight
    assert (flight.parcel, flight.deliveries) == (packed.parcel, packed.deliveries)


def test_the_number_of_the_attempt_is_that_of_the_commit(
    desk: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, worker = claimed(desk), Desk(desk.ctx, "me")
    packed = packing.ahead(worker, batch)
    assert packed
    write(
        desk,
        "INSERT INTO attempts (batch_id, number, epoch, sha256, members, started_at, finished_at, outcome) "
        f"VALUES ({batch.id}, 1, 0, '', 1, 1, 1, 'again')",
    )
    monkeypatch.setattr(packing, "ahead", lambda *_: packed)
    flight = submit._begin(worker, batch)
    assert flight
    assert (flight.attempt, read(flight.parcel.body, type=_Body).attempt) == (2, 2)


@pytest.mark.parametrize(
    "fault",
    [
        ConfigurationError("no key", code="key-missing"),
        StoreUnavailable("locked", code="database-locked", passing=True),
    ],
)
def test_what_goes_wrong_ahead_is_left_to_the_commit(
    desk: Bench, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    batch, worker = claimed(desk), Desk(desk.ctx, "me")

    def fails(*_given: object) -> None:
        raise fault

    with monkeypatch.context() as ahead:
        if isinstance(fault, StoreUnavailable):
            ahead.setattr(deliveries, "of_batch", fails)
        else:
            ahead.setattr(desk.witness, "encode", fails)
        assert packing.ahead(worker, batch) is None
    monkeypatch.setattr(packing, "ahead", lambda *_: None)
    flight = submit._begin(worker, batch)
    assert flight
    assert flight.parcel.members == len(flight.deliveries) > 0


def test_deliveries_come_in_the_order_of_their_numbers(desk: Bench) -> None:
    batch = claimed(desk, 60)
    with desk.ctx.store.read() as db:
        rows = db.execute(
            select(tables.deliveries.c.id, tables.deliveries.c.address, tables.deliveries.c.merge)
            .where(tables.deliveries.c.batch_id == batch.id)
            .order_by(tables.deliveries.c.id)
        ).all()
        found = deliveries.of_batch(db, batch.id)
        nobody = deliveries.of_batch(db, 999)
    assert found.numbers == [row.id for row in rows]
    assert found.addresses == [row.address for row in rows]
    assert found.merges == [json.loads(row.merge) for row in rows]
    assert found.without({0}).numbers == found.numbers[1:]
    assert (nobody.numbers, nobody.addresses, nobody.merges) == ([], [], [])


def test_who_left_is_found_whatever_the_reason(desk: Bench) -> None:
    """The quick look finds everybody of whom the rule says something, and nobody else."""
    batch = claimed(desk, 60)
    with desk.ctx.store.read() as db:
        members = [
            row.member_id
            for row in db.execute(select(tables.deliveries).where(tables.deliveries.c.batch_id == batch.id))
        ]
    expire = "UPDATE members SET consent_expires_on = '2020-12-16' WHERE id = {}"
    move = "UPDATE members SET address_key = randomblob(16) WHERE id = {}"
    if desk.ctx.store.shared:
        move = "UPDATE members SET address_key = decode(md5(id::text), 'hex') WHERE id = {}"
    ways = [
        (FORGET,),
        (expire,),
        (LEAVE,),
        (move,),
        (LEAVE, move),
        (move, LEAVE),
        (LEAVE, expire),
        (FORGET, LEAVE),
        (),
    ]
    for member, way in zip(members, ways, strict=False):
        for statement in way:
            write(desk, statement.format(member))
    write(desk, f"DELETE FROM members WHERE id = {members[-1]}")
    day = date(2020, 12, 16)
    why = selection._reason([tables.deliveries.c.address_key, tables.members.c.address_key], bindparam("day"))
    everybody = (
        select(tables.deliveries.c.id, why)
        .join_from(
            tables.deliveries,
            tables.members,
            tables.members.c.id == tables.deliveries.c.member_id,
            isouter=True,
        )
        .where(tables.deliveries.c.batch_id == batch.id)
        .order_by(tables.deliveries.c.id)
    )
    with desk.ctx.store.read() as db:
        told = [
            (number, reason) for number, reason in db.execute(everybody, {"day": day}) if reason is not None
        ]
        assert selection.left(db, batch.id, day) == told
    assert {reason for _, reason in told} == {"no-consent", "consent-expired", "unsubscribed"}
    assert len(told) == 8  # seven of these, and who is no member any more


def test_a_glance_counts_who_was_split_anew(desk: Bench) -> None:
    batch = claimed(desk, 60)
    sizes: dict[int, int] = {}
    assert glance(desk.ctx, batch.campaign, sizes).handed_over == 0
    counted = dict(sizes)
    with desk.ctx.store.write() as db:
        numbers = deliveries.of_batch(db, batch.id).numbers
        half = len(numbers) // 2
        parts = [(BatchState.READY, "", numbers[:half]), (BatchState.READY, "", numbers[half:])]
        conclude.split(db, batch, parts)
    found = glance(desk.ctx, batch.campaign, sizes)
    assert (found.prepared, found.handed_over) == (60, 0)
    assert sizes != counted
    while submit.submit_next(Desk(desk.ctx, "me")):
        pass
    found = glance(desk.ctx, batch.campaign, sizes)
    with desk.ctx.store.read() as db:
        assert (found.prepared, found.handed_over) == (60, books.books(db, batch.campaign).accepted)
        assert batches.get(db, batch.id).state is BatchState.SPLIT
