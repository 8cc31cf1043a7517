"""Who left, in sets: suppressions, withdrawals and the facts beside the books. Each keeps the earliest moment it is told of,
so that no order, number of copies or delay alters the result.

In: addresses' keys, moments. Out: rows. Called by pipeline.record, pipeline.leave.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, case, func, null, or_, select

from newsletter.model.member import SuppressionReason
from newsletter.store.events import pages
from newsletter.store.tables import consents, deliveries, facts, members, suppressions
from newsletter.store.upserts import insert

Address = tuple[bytes, str]  #: its key, and its text where we have it

COMPLAINED, UNSUBSCRIBED, LEFT = "complained", "unsubscribed", "left"


@dataclass(frozen=True, slots=True, order=True)
class Leaving:
    """An address that must not be mailed from a moment on; `source` says how we know."""

    address_key: bytes
    reason: SuppressionReason
    at: datetime
    source: str
    address: str = ""


def suppress(db: Connection, leaving: Iterable[Leaving]) -> None:
    """Put addresses on the do-not-mail list.

    One that was taken off it since (`lifted_at`) is put back only by what happened later than that.
    """
    rows = _earliest(leaving)
    if not rows:
        return
    statement = insert(db, suppressions)
    new, old = statement.excluded, suppressions.c
    standing = old.lifted_at.is_(None)
    earlier = or_(new.at < old.at, and_(new.at == old.at, new.source < old.source))
    again = and_(~standing, new.at > old.lifted_at)
    changes = or_(and_(standing, earlier), again)
    db.execute(
        statement.on_conflict_do_update(
            index_elements=["address_key", "reason"],
            set_={
                "at": new.at,
                "source": new.source,
                "address": case((new.address != "", new.address), else_=old.address),
                "lifted_at": case((again, null()), else_=old.lifted_at),
            },
            where=changes,
        ),
        [
            {
                "address_key": one.address_key,
                "reason": one.reason.value,
                "at": one.at,
                "source": one.source,
                "address": one.address,
            }
            for one in rows
        ],
    )


def _earliest(leaving: Iterable[Leaving]) -> list[Leaving]:
    first: dict[tuple[bytes, SuppressionReason], Leaving] = {}
    for one in sorted(leaving):
        first.setdefault((one.address_key, one.reason), one)
    return list(first.values())


def is_suppressed(db: Connection, address_key: bytes, reason: SuppressionReason) -> bool:
    """Whether an address is on the do-not-mail list for this reason."""
    query = select(suppressions.c.at).where(
        suppressions.c.address_key == address_key,
        suppressions.c.reason == reason.value,
        suppressions.c.lifted_at.is_(None),
    )
    return db.execute(query).first() is not None


def withdraw(db: Connection, leaving: Iterable[Leaving], evidence: str, actor: str) -> None:
    """Write down that consent was withdrawn: one line of the consent log for each."""
    rows = [
        {
            "address_key": one.address_key,
            "at": one.at,
            "kind": "withdrawn",
            "evidence": evidence,
            "source": one.source,
            "actor": actor,
        }
        for one in sorted(leaving)
    ]
    if rows:
        db.execute(consents.insert(), rows)


def note(db: Connection, noted: Iterable[tuple[int, str, datetime]]) -> None:
    """Note facts about deliveries (number, kind, moment); of several the earliest stands."""
    first: dict[tuple[int, str], datetime] = {}
    for number, kind, at in noted:
        key = (number, kind)
        first[key] = min(at, first.get(key, at))
    if not first:
        return
    statement = insert(db, facts)
    db.execute(
        statement.on_conflict_do_update(
            index_elements=["delivery_id", "kind"],
            set_={"at": statement.excluded.at},
            where=statement.excluded.at < facts.c.at,
        ),
        [{"delivery_id": number, "kind": kind, "at": at} for (number, kind), at in sorted(first.items())],
    )


def counted(db: Connection, campaign: int) -> dict[str, int]:
    """How many deliveries of a campaign each kind of fact is known of."""
    query = (
        select(facts.c.kind, func.count())
        .join_from(facts, deliveries, deliveries.c.id == facts.c.delivery_id)
        .where(deliveries.c.campaign_id == campaign)
        .group_by(facts.c.kind)
    )
    return {kind: number for kind, number in db.execute(query)}  # noqa: C416 - rows, not pairs


def addresses(db: Connection, numbers: Collection[int]) -> dict[int, tuple[Address, ...]]:
    """Which address each delivery went to; after it the member's own of today, where they have another by now."""
    found: dict[int, tuple[Address, ...]] = {}
    columns = (
        deliveries.c.id, deliveries.c.address_key, deliveries.c.address, members.c.address_key, members.c.email
    )  # fmt: skip
    for page in pages(numbers):
        query = (
            select(*columns)
            .join_from(deliveries, members, members.c.id == deliveries.c.member_id, isouter=True)
            .where(deliveries.c.id.in_(page))
        )
        for number, key, text, own_key, own_text in db.execute(query):
            now = () if own_key in {None, key} else ((own_key, own_text),)
            found[number] = ((key, text), *now)
    return found


def addresses_of_now(db: Connection, address_key: bytes) -> list[Address]:
    """The other addresses that members have now who were written to at this one."""
    query = (
        select(members.c.address_key, members.c.email)
        .distinct()
        .join_from(deliveries, members, members.c.id == deliveries.c.member_id)
        .where(deliveries.c.address_key == address_key, members.c.address_key != address_key)
    )
    return [(key, text) for key, text in db.execute(query)]
