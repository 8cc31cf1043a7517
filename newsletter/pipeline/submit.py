"""Submit one batch: claim it, wait for the pace, commit that it leaves, call the provider, conclude.

In: a Context and who is working. Out: what became of the batch, stored. Called by worker.embedded, once for each free slot.

The order is the promise: what is about to leave is written down, durably, before a byte of it leaves; and whoever left is looked
for in that same transaction (docs/explanation/ledger.md).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any, TypeVar

from newsletter.dispatch.outcome import Answer
from newsletter.dispatch.pacing import gentle_rate, retry_after
from newsletter.model.campaign import BatchState, CampaignStatus, DeliveryState
from newsletter.model.errors import (
    ConfigurationError,
    Explained,
    Refused,
    StoreUnavailable,
    Superseded,
    Unavailable,
    Uncertain,
)
from newsletter.model.said import Said, kept
from newsletter.pipeline import (
    barring,
    conclude,
    hours,
    lanes,
    lease,
    packing,
    reaching,
    reserving,
    resting,
    surroundings,
)
from newsletter.pipeline.context import Context
from newsletter.pipeline.desk import Desk as Desk  # the worker knows it from here
from newsletter.pipeline.desk import Turn
from newsletter.pipeline.flight import Flight
from newsletter.pipeline.meter import Share
from newsletter.pipeline.packing import Packed
from newsletter.store import Connection, attempts, batches, campaigns, deliveries, doubts, selection, waking
from newsletter.store.batches import Batch

log = logging.getLogger(__name__)

CLAIM_LEASE = timedelta(
    minutes=5
)  #: of a claim whose process does not live any more; a living one's never lapses
FLIGHT_LEASE = timedelta(minutes=10)  #: as well; longer than the provider client's time-outs together
PATIENCE = 60  #: how often an answer is tried to be written down, a second apart, before it is given up

Written = TypeVar("Written")


def submit_next(desk: Desk, campaign: int | None = None) -> bool:
    """Submit the next batch that may leave, of one campaign or of any; False when there is nothing to do now."""
    try:
        batch = claim_next(desk.ctx, desk.owner, campaign, desk.in_hand(), desk.closed())
    except StoreUnavailable as error:
        if not error.passing:
            raise
        return False
    if batch is None:
        return False
    with desk.holding(batch):
        return _submit(desk, batch)


def _submit(desk: Desk, batch: Batch) -> bool:
    ctx = desk.ctx
    turn = _wait(desk, batch)
    if turn is not Turn.TAKEN:
        with ctx.store.write() as db:
            batches.move(db, batch, [BatchState.CLAIMED], BatchState.READY)
            if barring.keeps_back(db, campaigns.detail(db, batch.campaign), ctx.now()):
                conclude.follow(db, batch.campaign, ctx.now())
        return turn is Turn.PASSED
    flight = _begin(desk, batch)
    if flight is not None:
        answer = _call(ctx, flight)
        resting.hold_off(desk, flight, answer)
        _write_down(ctx, flight, answer)
    return True


def claim_next(
    ctx: Context,
    owner: str,
    campaign: int | None,
    in_hand: Collection[int] = (),
    closed: Collection[str] = (),
) -> Batch | None:
    """Claim a batch (compare-and-set), after waking what only waited for its time. `in_hand`: what living slots work at; `closed`:
    lanes that are passed over."""
    now = ctx.now()
    with ctx.store.write() as db:
        for lost in waking.wake(db, now, in_hand):
            conclude.follow(db, lost, now)
        return batches.claim(db, now, owner, now + CLAIM_LEASE, campaign, closed)


def _wait(desk: Desk, batch: Batch) -> Turn:
    ctx = desk.ctx
    rate = ctx.settings.whole("send.rate_per_minute")
    with ctx.store.read() as db:
        row = campaigns.detail(db, batch.campaign)
        if row.gentle:
            rate = gentle_rate(attempts.handed_over(db, batch.campaign), rate)
        # A meter without a pace asks nobody how many they are.
        members = deliveries.count_of_batch(db, batch.id) if rate or batch.lane else 0
    account = Share(row.provider, members, rate)
    return desk.wait(account, lanes.of(ctx).get(batch.lane), lambda: _wanted(ctx, batch))


def _wanted(ctx: Context, batch: Batch) -> bool:
    """Nobody paused, held or cancelled it while it waited for its turn. (What counts is asked again when it leaves.)"""
    with ctx.store.read() as db:
        row = campaigns.detail(db, batch.campaign)
        return row.status == CampaignStatus.SENDING and barring.bars(db, row, ctx.now()) is None


def _begin(desk: Desk, batch: Batch) -> Flight | None:
    """The last look, and the commit that the batch leaves; None when it does not leave after all.

    What fails here fails before a byte has left: the mailing pauses, and no other waits for it. Raises NotOurs and Superseded, which
    end the runner.
    """
    ctx = desk.ctx

    given, packed = "", None

    def commit() -> Flight | None:
        with ctx.store.write() as db:
            return _commit_to_leave(desk, db, batch, given, packed)

    try:
        given = reserving.handle(ctx, batch)
        packed = None if given else packing.ahead(desk, batch)  # a handle's time is told in the bytes
        return _insist(ctx, commit, lambda error: not error.passing or desk.stopping())
    except (StoreUnavailable, Superseded):
        raise
    except Unavailable as away:  # no handle, so nothing has left: as if the call itself had found nobody
        _put_back(desk, batch, away)
        return None
    except lease.NotOurs:  # another copy sends: the mailing, perhaps under way there, is left as it is
        with ctx.store.write() as db:
            batches.move(db, batch, [BatchState.CLAIMED], BatchState.READY)
        raise
    except Explained as error:
        reason = kept(error.said[0])
    except Exception as error:
        log.exception("batch %d could not be made ready", batch.id)
        reason = f"{type(error).__name__} while batch {batch.id} was made ready"
    with ctx.store.write() as db:
        batches.move(db, batch, [BatchState.CLAIMED], BatchState.READY)
        conclude.pause(db, batch.campaign, f"{conclude.SETUP}{reason}")
    return None


def _put_back(desk: Desk, batch: Batch, away: Unavailable) -> None:
    ctx, delay = desk.ctx, retry_after(batch.failures + 1, away.retry_after)
    with ctx.store.write() as db:
        claimed, later = [BatchState.CLAIMED], ctx.now() + delay
        batches.move(
            db,
            batch,
            claimed,
            BatchState.RETRY_WAIT,
            due_at=later,
            failures=batch.failures + 1,
            reason=kept(away.said[0]),
        )
        row = campaigns.detail(db, batch.campaign)
    desk.hold_off(row.provider, delay)


def _write_down(ctx: Context, flight: Flight, answer: Answer) -> None:
    """What the provider answered is known here only: a database that is locked or full is waited for, though not for ever."""
    tries = iter(range(PATIENCE))

    def commit() -> None:
        with ctx.store.write() as db:
            conclude.conclude(ctx, db, flight, answer)

    _insist(ctx, commit, lambda _error: next(tries, None) is None)


def _insist(
    ctx: Context, commit: Callable[[], Written], give_up: Callable[[StoreUnavailable], bool]
) -> Written:
    """Commit as soon as the database lets us. Raises StoreUnavailable when it is given up."""
    while True:
        try:
            return commit()
        except StoreUnavailable as error:
            if give_up(error):
                raise
            log.warning("%s; trying again", error.message)
            ctx.sleep(1.0)


def _commit_to_leave(
    desk: Desk, db: Connection, batch: Batch, given: str, packed: Packed | None
) -> Flight | None:
    ctx, now = desk.ctx, desk.ctx.now()
    revocable = reserving.revocable(given, now)
    leaves = revocable.due_at if revocable else now
    row = campaigns.detail(db, batch.campaign)
    number = attempts.next_number(db, batch)
    if not _may_leave(db, batch, row, now, leaves) or (number > 1 and _proven(db, batch, now)):
        return None
    if hours.puts_off(ctx, db, batch, row, now, leaves):
        return None
    reaching.require_same(ctx, row)
    surroundings.require_same(ctx, row)
    if skip_who_left(ctx, db, batch, now) or packed is None or packed.number != number:
        packed = packing.pack(desk, db, batch, number, revocable)
    if packed is None:
        conclude.follow(db, batch.campaign, now)
        return None
    if not batches.move(
        db,
        batch,
        [BatchState.CLAIMED],
        BatchState.IN_FLIGHT,
        owner=desk.owner,
        lease_until=now + FLIGHT_LEASE,
        reason="",
    ):
        return None
    attempts.begin(db, batch, number, packed.parcel, now, revocable)
    counted = lease.step(ctx, db)
    return Flight(batch, number, packed.parcel, packed.deliveries, row.provider, now, counted, revocable)


def _may_leave(db: Connection, batch: Batch, row: Any, now: datetime, leaves: datetime) -> bool:
    """Still ours, still wanted, still in time; asked in the transaction that lets it leave."""
    standing = batches.get(db, batch.id)
    if (standing.state, standing.epoch) != (BatchState.CLAIMED, batch.epoch):
        return False  # fenced: the claim ran out and another has it; nothing of it is ours to change
    if barring.keeps_back(db, row, now) or row.status != CampaignStatus.SENDING:
        batches.move(db, batch, [BatchState.CLAIMED], BatchState.READY)
        conclude.follow(db, batch.campaign, now)
        return False
    return not _expired(db, batch, now, leaves)


def _proven(db: Connection, batch: Batch, now: datetime) -> bool:
    """An event came after a person decided to send again, and says that the first attempt was taken after all."""
    if not doubts.proven(db, only=batch.id):
        return False
    conclude.accept(db, batch, now)
    conclude.follow(db, batch.campaign, now)
    return True


def _expired(db: Connection, batch: Batch, now: datetime, leaves: datetime) -> bool:
    expires_at = batches.expiry(db, batch)
    if expires_at is None or leaves < expires_at:
        return False
    claimed = [BatchState.CLAIMED]
    deliveries.stop(db, batches.is_batch(batch), BatchState.EXPIRED, "its time had passed", claimed)
    conclude.follow(db, batch.campaign, now)
    return True


def skip_who_left(ctx: Context, db: Connection, batch: Batch, now: datetime) -> bool:
    """Consent is judged when transmission starts (CASL s. 6(4)(a)): whoever may not be mailed now is skipped, with the reason. True
    when somebody was."""
    gone: dict[str, list[int]] = {}
    for delivery, reason in selection.left(db, batch.id, now.date()):
        gone.setdefault(reason, []).append(delivery)
    for reason, ids in gone.items():
        deliveries.set_apart(db, ids, DeliveryState.SKIPPED, reason)
    return bool(gone)


def _call(ctx: Context, flight: Flight) -> Answer:
    """Post the parcel, once. Whatever is not one of the documented answers is uncertain: nobody knows what was taken."""
    try:
        lease.keep(ctx, flight.counted)
    except (
        ConfigurationError
    ) as error:  # not a byte has left, and none does before a restored backup could be told
        return Unavailable(error.said[0], code=error.code)
    if late := reserving.stale(flight, ctx.now()):
        return late
    try:
        return ctx.provider(flight.provider).submit(flight.parcel)
    except (Refused, Unavailable, Uncertain) as answer:
        return answer
    except Exception as error:  # noqa: BLE001 - a bug of ours must not be taken for a refusal
        return Uncertain(
            Said(
                f"{type(error).__name__} while the parcel was handed over",
                f"{type(error).__name__} pendant la remise du lot",
            ),
            code="submit-crashed",
        )
