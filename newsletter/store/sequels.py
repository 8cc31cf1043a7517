"""Sequels: the mailings that complete others, and whom each may hold, as an expression that INSERT … SELECT can carry.

In: a mailing, a kind. Out: rows; a condition over `members`. Called by pipeline.sequels, plan, prepare and report.

Whom a sequel is for is read from the ledger in the transaction that writes its recipients down: so its people are exactly those
whom the mailing before it gave up, whatever happened between its approval and its start.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select

from newsletter.model.campaign import PENDING, BatchState, CampaignStatus, DeliveryState, Progress
from newsletter.model.sequel import Sequel, SequelKind
from newsletter.store import doubts
from newsletter.store.tables import batches, campaigns, deliveries, exclusions, members, sequels

_OVER = [status.value for status in CampaignStatus if status.over]
_BATCHED = deliveries.c.state == DeliveryState.BATCHED.value
_MISSED = [Progress.DROPPED.rank, Progress.BOUNCED.rank]


def _read(row: Row[Any]) -> Sequel:
    return Sequel(SequelKind(row.kind), row.follows_id, row.root_id, row.campaign_id)


def of(db: Connection, campaign: int) -> Sequel | None:
    """What a mailing completes; None for one that stands for itself."""
    row = db.execute(select(sequels).where(sequels.c.campaign_id == campaign)).first()
    return None if row is None else _read(row)


def family(db: Connection, root: int) -> list[Sequel]:
    """All sequels of a first mailing, oldest first."""
    query = select(sequels).where(sequels.c.root_id == root).order_by(sequels.c.campaign_id)
    return [_read(row) for row in db.execute(query)]


def every(db: Connection) -> dict[int, Sequel]:
    """All sequels, by their own numbers."""
    return {row.campaign_id: _read(row) for row in db.execute(select(sequels))}


def unfinished(db: Connection, root: int) -> list[Sequel]:
    """The sequels of a first mailing that are not over, oldest first."""
    query = (
        select(sequels)
        .join(campaigns, campaigns.c.id == sequels.c.campaign_id)
        .where(sequels.c.root_id == root, campaigns.c.status.not_in(_OVER))
        .order_by(sequels.c.campaign_id)
    )
    return [_read(row) for row in db.execute(query)]


def put(db: Connection, sequel: Sequel) -> None:
    """Write down what a mailing completes."""
    db.execute(
        sequels.insert().values(
            campaign_id=sequel.campaign,
            follows_id=sequel.follows,
            root_id=sequel.root,
            kind=sequel.kind.value,
        )
    )


def turn(db: Connection, campaign: int, kind: SequelKind) -> None:
    """A sequel of which nothing has begun becomes one of another kind."""
    db.execute(sequels.update().where(sequels.c.campaign_id == campaign).values(kind=kind.value))


def under_way(db: Connection, campaign: int) -> bool:
    """True while something of a mailing may still leave or come back: who is left of it is not known yet."""
    pending = [state.value for state in PENDING]
    query = select(batches.c.id).where(batches.c.campaign_id == campaign, batches.c.state.in_(pending))
    return db.execute(query.limit(1)).first() is not None


def waits(db: Connection, sequel: Sequel | None) -> bool:
    """True while it is not known yet whom a sequel is for. Late joiners are known whatever becomes of the others."""
    return sequel is not None and sequel.kind is not SequelKind.LATE and under_way(db, sequel.follows)


def those(sequel: Sequel) -> ColumnElement[bool]:
    """Members whom a sequel may hold, and no others."""
    if sequel.kind is SequelKind.LATE:
        return _joined_since(sequel.root)
    chosen = (
        select(deliveries.c.member_id)
        .join(batches, batches.c.id == deliveries.c.batch_id)
        .where(batches.c.campaign_id == sequel.follows, _wanted(sequel.kind))
    )
    return members.c.id.in_(chosen)


def left_over(db: Connection, sequel: Sequel) -> int:
    """How many deliveries of the mailing before it a sequel is about."""
    query = (
        select(func.count())
        .select_from(deliveries)
        .join(batches, batches.c.id == deliveries.c.batch_id)
        .where(batches.c.campaign_id == sequel.follows, _wanted(sequel.kind))
    )
    return db.execute(query).scalar_one()


def _wanted(kind: SequelKind) -> ColumnElement[bool]:
    if kind is SequelKind.RETRY:  # who was refused after a call of which nobody knows what became may have it
        whole = and_(_BATCHED, batches.c.state == BatchState.REJECTED.value)
        return and_(or_(whole, deliveries.c.state == DeliveryState.REJECTED.value), ~doubts.unresolved())
    if kind is SequelKind.TOLD:
        has = and_(batches.c.state == BatchState.ACCEPTED.value, deliveries.c.progress.not_in(_MISSED))
        may = batches.c.state.in_([BatchState.IN_DOUBT.value, BatchState.HELD.value])
        return and_(_BATCHED, or_(has, may))
    return and_(_BATCHED, batches.c.state == BatchState.CANCELLED.value)


def _joined_since(root: int) -> ColumnElement[bool]:
    """Neither written down as recipients nor as excluded, by any mailing of the family."""
    others = select(sequels.c.campaign_id).where(sequels.c.root_id == root)
    had = (
        select(deliveries.c.member_id)
        .join(batches, batches.c.id == deliveries.c.batch_id)
        .where(or_(batches.c.campaign_id == root, batches.c.campaign_id.in_(others)))
    )
    out = select(exclusions.c.member_id).where(
        or_(exclusions.c.campaign_id == root, exclusions.c.campaign_id.in_(others))
    )
    return and_(members.c.id.not_in(had), members.c.id.not_in(out))
