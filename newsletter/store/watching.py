"""Watching: how far a mailing is, by time group, and how fast it goes; what its pages look at every second.

In: a campaign's number. Out: rows. Called by pipeline.watching.

Nothing here reads a delivery's row: sizes of batches come from the index alone, rates from the calls. So a look at a million people
costs a fifth of their books.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from newsletter.model.campaign import PENDING, BatchState
from newsletter.store.columns import Instant
from newsletter.store.tables import attempts, batches, deliveries, events, waves

_SIZES = (
    select(
        batches.c.campaign_id,
        batches.c.wave_id,
        batches.c.state,
        func.count(deliveries.c.batch_id).label("people"),
    )
    .join(deliveries, deliveries.c.batch_id == batches.c.id)
    .where(batches.c.campaign_id.in_(bindparam("campaigns", expanding=True)))
    .group_by(batches.c.campaign_id, batches.c.wave_id, batches.c.state)
)
_TAKEN = ("accepted",)


@dataclass(frozen=True, slots=True)
class Wave:
    """One time group. `people` by the state of their batches."""

    due_at: datetime
    expires_at: datetime | None
    zones: tuple[str, ...]
    people: Mapping[str, int] = field(default_factory=dict)

    @property
    def all(self) -> int:
        """Everybody in it."""
        return sum(self.people.values())

    @property
    def pending(self) -> int:
        """Who is still to go, or on the way."""
        return sum(count for state, count in self.people.items() if BatchState(state) in PENDING)

    @property
    def unclear(self) -> int:
        """Of whom it is not known."""
        return sum(self.people.get(state.value, 0) for state in (BatchState.IN_DOUBT, BatchState.HELD))

    @property
    def taken(self) -> int:
        """Handed over."""
        return self.people.get(BatchState.ACCEPTED.value, 0)


def by_wave(db: Connection, campaign: int) -> list[Wave]:
    """The time groups of a campaign, by time."""
    sizes: dict[int, dict[str, int]] = defaultdict(dict)
    for row in db.execute(_SIZES, {"campaigns": [campaign]}):
        sizes[row.wave_id][row.state] = row.people
    rows = db.execute(select(waves).where(waves.c.campaign_id == campaign).order_by(waves.c.due_at))
    return [Wave(row.due_at, row.expires_at, tuple(row.zones), sizes.get(row.id, {})) for row in rows]


def pending_in_lanes(db: Connection, campaign: int) -> dict[str, int]:
    """How many people of each lane are still to go."""
    rows = db.execute(
        select(batches.c.lane, func.count())
        .join_from(deliveries, batches, batches.c.id == deliveries.c.batch_id)
        .where(
            batches.c.campaign_id == campaign,
            batches.c.lane != "",
            batches.c.state.in_([state.value for state in PENDING]),
        )
        .group_by(batches.c.lane)
    )
    return dict(rows.all())


def sizes(db: Connection, campaigns: Sequence[int]) -> dict[int, tuple[int, int]]:
    """How many people each of these campaigns has, and how many of them were handed over."""
    found: dict[int, tuple[int, int]] = dict.fromkeys(campaigns, (0, 0))
    for row in db.execute(_SIZES, {"campaigns": list(campaigns)}) if campaigns else ():
        people, taken = found[row.campaign_id]
        more = row.people if row.state == BatchState.ACCEPTED.value else 0
        found[row.campaign_id] = (people + row.people, taken + more)
    return found


_RECENT = (
    select(func.coalesce(func.sum(attempts.c.members), 0), func.min(attempts.c.finished_at))
    .join(batches, batches.c.id == attempts.c.batch_id)
    .where(
        batches.c.campaign_id == bindparam("campaign"),
        attempts.c.outcome.in_(_TAKEN),
        attempts.c.finished_at >= bindparam("since", type_=Instant),
    )
)


def recent(db: Connection, campaign: int, since: datetime) -> tuple[int, datetime | None]:
    """How many people were handed over since a moment, and when the first of these calls ended."""
    people, first = db.execute(_RECENT, {"campaign": campaign, "since": since}).one()
    return int(people), first


@dataclass(frozen=True, slots=True)
class Waiting:
    """People whose batches wait to be tried again, why, and until when."""

    reason: str
    people: int
    due_at: datetime | None


def waiting(db: Connection, campaign: int) -> list[Waiting]:
    """Who waits for another try, the most people first."""
    rows = db.execute(
        select(batches.c.reason, func.min(batches.c.due_at), func.count(deliveries.c.batch_id))
        .join(deliveries, deliveries.c.batch_id == batches.c.id)
        .where(batches.c.campaign_id == campaign, batches.c.state == BatchState.RETRY_WAIT.value)
        .group_by(batches.c.reason)
    )
    found = [Waiting(reason, people, due_at) for reason, due_at, people in rows]
    return sorted(found, key=lambda one: -one.people)


def in_flight(db: Connection, campaign: int) -> int:
    """How many calls of a campaign are under way."""
    query = (
        select(func.count())
        .select_from(batches)
        .where(batches.c.campaign_id == campaign, batches.c.state == BatchState.IN_FLIGHT.value)
    )
    return db.execute(query).scalar_one()


def handed_over(db: Connection, campaign: int) -> list[tuple[datetime, int]]:
    """When the last call with each batch that counts as handed over ended (or began, where its answer was lost), and how many people
    it held: together they are those who are handed over."""
    last = attempts.alias("last")
    newest = select(func.max(last.c.number)).where(last.c.batch_id == batches.c.id).scalar_subquery()
    at = func.coalesce(attempts.c.finished_at, attempts.c.started_at)
    rows = db.execute(
        select(at, attempts.c.members)
        .join(batches, batches.c.id == attempts.c.batch_id)
        .where(
            batches.c.campaign_id == campaign,
            batches.c.state == BatchState.ACCEPTED.value,
            attempts.c.number == newest,
        )
        .order_by(at)
    )
    return [(moment, members) for moment, members in rows]


def told_since(db: Connection, campaign: int, since: datetime) -> bool:
    """Whether any event about people of a campaign arrived since a moment: whether news are coming in at all."""
    query = (
        select(events.c.id)
        .join(batches, batches.c.id == events.c.batch_id)
        .where(batches.c.campaign_id == campaign, events.c.received_at >= since)
    )
    return db.execute(query.limit(1)).first() is not None
