"""Members: found, paged, counted; and the form in which a row becomes a Member.

In: keys of addresses, conditions. Out: Members by the thousand. Called by pipeline.members, importing, segments, proofs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, true

from newsletter.model.member import FIELDS, Consent, ConsentBasis, Member, TrackingConsent
from newsletter.store.bulk import Lookup
from newsletter.store.tables import attribute_names as names_table
from newsletter.store.tables import member_tags, members

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

PAGE = 1000

_COLUMNS = (
    members.c.id,
    *(members.c[name] for name in FIELDS),
    members.c.attributes,
    members.c.consent_basis,
    members.c.consent_on,
    members.c.consent_evidence,
    members.c.consent_expires_on,
    members.c.tracking_consent,
)
_BY_KEY = Lookup(select(members.c.id, members.c.address_key), members.c.address_key)


def find(db: Connection, address_key: bytes) -> Member | None:
    """The member with this address, if there is one."""
    return known(db, [address_key]).get(address_key)


def known(db: Connection, keys: Sequence[bytes]) -> dict[bytes, Member]:
    """The members among some thousands of addresses, by key."""
    found: dict[int, bytes] = dict(_BY_KEY.run(db, keys))
    numbers = sorted(found)
    members_found: dict[bytes, Member] = {}
    for start in range(0, len(numbers), PAGE):
        query = select(*_COLUMNS).where(members.c.id.in_(numbers[start : start + PAGE]))
        members_found |= {found[member.id]: member for member in _made(db, db.execute(query).all())}
    return members_found


def pages(db: Connection, where: ColumnElement[bool] | None = None, after: int = 0) -> Iterator[list[Member]]:
    """All members that meet a condition, by number, a thousand at a time: by key, so that the last page costs what the first
    does. `after` is the number of the last member that is not wanted."""
    condition = true() if where is None else where
    while True:
        query = select(*_COLUMNS).where(members.c.id > after, condition).order_by(members.c.id).limit(PAGE)
        rows = db.execute(query).all()
        if not rows:
            return
        yield _made(db, rows)
        after = rows[-1].id


def count(db: Connection, where: ColumnElement[bool] | None = None) -> int:
    """How many members meet a condition."""
    query = select(func.count()).select_from(members)
    return db.execute(query if where is None else query.where(where)).scalar_one()


def by_value(db: Connection, name: str, where: ColumnElement[bool] | None = None) -> dict[str, int]:
    """How many members there are for each value of a field, the most frequent first."""
    number = func.count()
    query = select(members.c[name], number).group_by(members.c[name]).order_by(number.desc(), members.c[name])
    return dict(db.execute(query if where is None else query.where(where)).tuples().all())


def attribute_names(db: Connection) -> frozenset[str]:
    """The names of all attributes that any member has had."""
    return frozenset(db.execute(select(names_table.c.name)).scalars())


def _made(db: Connection, rows: Sequence[Sequence[Any]]) -> list[Member]:
    tags = _tags(db, [row[0] for row in rows])
    return [_member(row, tags.get(row[0], frozenset())) for row in rows]


def _tags(db: Connection, ids: Sequence[int]) -> dict[int, frozenset[str]]:
    if not ids:
        return {}
    query = select(member_tags.c.member_id, member_tags.c.tag).where(member_tags.c.member_id.in_(ids))
    found: dict[int, list[str]] = {}
    for number, tag in db.execute(query):
        found.setdefault(number, []).append(tag)
    return {number: frozenset(tags) for number, tags in found.items()}


def _member(row: Sequence[Any], tags: frozenset[str]) -> Member:
    number, email, first, last, company, province, language, zone, attributes, *rest = row
    basis, on, evidence, expires_on, tracking = rest
    consent = Consent(ConsentBasis(basis), on, evidence, expires_on) if basis else None
    return Member(
        email,
        first,
        last,
        company,
        province,
        language,
        zone,
        tags,
        attributes,
        consent,
        TrackingConsent(tracking),
        number,
    )
