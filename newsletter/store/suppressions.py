"""The do-not-mail list, read: who is on it and why. (store.facts puts addresses on it.)

In: keys of addresses. Out: reasons that stand; the list by the page. Called by pipeline.importing, members, suppressions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select

from newsletter.model.member import SuppressionReason
from newsletter.store.bulk import Lookup
from newsletter.store.tables import suppressions

if TYPE_CHECKING:
    from sqlalchemy import Connection

PAGE = 1000

_STANDING = suppressions.c.lifted_at.is_(None)
_BY_KEY = Lookup(
    select(suppressions.c.address_key, suppressions.c.reason).where(_STANDING), suppressions.c.address_key
)


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list. `address` is empty where we know only its key (an erased member)."""

    address_key: bytes
    reason: SuppressionReason
    address: str
    source: str
    at: datetime
    lifted_at: datetime | None = None


def standing(db: Connection, keys: Sequence[bytes]) -> dict[bytes, frozenset[SuppressionReason]]:
    """Why these addresses must not be mailed, for those of them that are on the list."""
    if db.execute(select(suppressions.c.address_key).limit(1)).first() is None:
        return {}
    found: dict[bytes, set[SuppressionReason]] = {}
    for key, reason in _BY_KEY.run(db, keys):
        found.setdefault(key, set()).add(SuppressionReason(reason))
    return {key: frozenset(reasons) for key, reasons in found.items()}


def of(db: Connection, address_key: bytes) -> list[Listed]:
    """All lines about an address, those that were lifted too, in the order of precedence."""
    rows = db.execute(select(suppressions).where(suppressions.c.address_key == address_key))
    order = list(SuppressionReason)
    return sorted((_listed(row) for row in rows), key=lambda one: order.index(one.reason))


def pages(
    db: Connection,
    reasons: Collection[SuppressionReason] = (),
    after: tuple[bytes, str] = (b"", ""),
    size: int = 0,
) -> Iterator[list[Listed]]:
    """The list as it stands, `size` lines (0: a thousand) at a time. `after`: key and reason of the last line that is not wanted."""
    key, reason = suppressions.c.address_key, suppressions.c.reason
    wanted = reason.in_([one.value for one in reasons or SuppressionReason])
    last = after
    while True:
        beyond = or_(key > last[0], (key == last[0]) & (reason > last[1]))
        query = (
            select(suppressions).where(_STANDING, wanted, beyond).order_by(key, reason).limit(size or PAGE)
        )
        rows = db.execute(query).all()
        if not rows:
            return
        yield [_listed(row) for row in rows]
        last = (rows[-1].address_key, rows[-1].reason)


def newest(
    db: Connection, reasons: Collection[SuppressionReason], before: tuple[datetime, bytes] | None, limit: int
) -> list[Listed]:
    """The list as it stands, the newest entries first; behind the one with this moment and key."""
    at, key = suppressions.c.at, suppressions.c.address_key
    query = select(suppressions).where(_STANDING)
    if reasons:
        query = query.where(suppressions.c.reason.in_([one.value for one in reasons]))
    if before is not None:
        query = query.where(or_(at < before[0], (at == before[0]) & (key < before[1])))
    rows = db.execute(query.order_by(at.desc(), key.desc()).limit(limit)).all()
    return [_listed(row) for row in rows]


def count(db: Connection) -> dict[SuppressionReason, int]:
    """How many addresses stand on the list, by reason."""
    query = select(suppressions.c.reason, func.count()).where(_STANDING).group_by(suppressions.c.reason)
    return {SuppressionReason(reason): number for reason, number in db.execute(query)}


def lift(db: Connection, address_key: bytes, reasons: Collection[SuppressionReason], now: datetime) -> int:
    """Take an address off the list for these reasons; how many lines that ended."""
    named = suppressions.c.reason.in_([one.value for one in reasons])
    done = db.execute(
        suppressions.update()
        .where(suppressions.c.address_key == address_key, _STANDING, named)
        .values(lifted_at=now)
    )
    return done.rowcount


def _listed(row: Sequence[Any]) -> Listed:
    key, reason, address, source, at, lifted_at = row
    return Listed(key, SuppressionReason(reason), address, source, at, lifted_at)
