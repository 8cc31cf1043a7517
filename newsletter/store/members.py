"""Members: found, paged, counted; and the form in which a row becomes a Member.

In: keys of addresses, conditions. Out: Members by the thousand. Called by pipeline.members, importing, segments, proofs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Text, and_, case, func, or_, select, true, type_coerce
from sqlalchemy.types import NullType

from newsletter.model.folding import fold
from newsletter.model.member import FIELDS, Consent, ConsentBasis, Member, TrackingConsent
from newsletter.store.bulk import Lookup
from newsletter.store.tables import attribute_names as names_table
from newsletter.store.tables import member_tags, members

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

PAGE = 1000
_TOGETHER = 8  #: conditions of one statement, each of which may bind some thousand values
MAX_WORDS = 8  #: of one search; what comes after them is not looked for

_decode = msgspec.json.Decoder(dict[str, str]).decode

# As the driver gives them: what is in a row is turned into values below, each text once where rows repeat it.
_COLUMNS = tuple(
    type_coerce(members.c[name], NullType()).label(name)
    for name in (
        "id",
        "address_key",
        *FIELDS,
        "attributes",
        "consent_basis",
        "consent_on",
        "consent_evidence",
        "consent_expires_on",
        "tracking_consent",
    )
)
_BY_KEY = Lookup(select(*_COLUMNS), members.c.address_key)
_BY_NUMBER = Lookup(select(*_COLUMNS), members.c.id, 100)
_TAGS_OF = Lookup(select(member_tags.c.member_id, member_tags.c.tag), member_tags.c.member_id)
_TRACKING = {consent.value: consent for consent in TrackingConsent}


def find(db: Connection, address_key: bytes) -> Member | None:
    """The member with this address, if there is one."""
    return known(db, [address_key]).get(address_key)


def known(db: Connection, keys: Sequence[bytes]) -> dict[bytes, Member]:
    """The members among some thousands of addresses, by key."""
    rows = _BY_KEY.run(db, keys)
    return {row[1]: member for row, member in zip(rows, _made(db, rows), strict=True)}


def numbered(db: Connection, numbers: Sequence[int]) -> list[Member]:
    """The members with these numbers, in no order."""
    return _made(db, _BY_NUMBER.run(db, numbers))


def pages(
    db: Connection, where: ColumnElement[bool] | None = None, after: int = 0, size: int = 0
) -> Iterator[list[Member]]:
    """All members that meet a condition, by number, `size` (0: a thousand) at a time: by key, so that the last page costs what the first
    does. `after` is the number of the last member that is not wanted."""
    condition = true() if where is None else where
    while True:
        query = (
            select(*_COLUMNS)
            .where(members.c.id > after, condition)
            .order_by(members.c.id)
            .limit(size or PAGE)
        )
        rows = db.execute(query).all()
        if not rows:
            return
        yield _made(db, rows)
        after = rows[-1].id


def searched(text: str, where: ColumnElement[bool] | None = None) -> ColumnElement[bool] | None:
    """A condition, narrowed to members of whom every word of a text stands in address, name or company, or begins a further field
    (a member number)."""
    words = fold(text).split()[:MAX_WORDS]
    if not words:
        return where
    found = and_(*(_holds(word) for word in words))
    return found if where is None else and_(where, found)


def _holds(word: str) -> ColumnElement[bool]:
    columns = ("email", "first_name", "last_name", "company")
    found = [members.c[f"{name}_folded"].contains(word, autoescape=True) for name in columns]
    # In JSON only the beginning of a value stands behind these signs: quotation marks within one are escaped.
    begins = f'":"{json.dumps(word, ensure_ascii=False)[1:-1]}'
    further = type_coerce(members.c.attributes_folded, Text).contains(begins, autoescape=True)
    return or_(*found, further)


def count(db: Connection, where: ColumnElement[bool] | None = None) -> int:
    """How many members meet a condition."""
    query = select(func.count()).select_from(members)
    return db.execute(query if where is None else query.where(where)).scalar_one()


def counts(db: Connection, wheres: Sequence[ColumnElement[bool]]) -> list[int]:
    """How many members meet each of these conditions; all members are looked at once for several of them."""
    found: list[int] = []
    for start in range(0, len(wheres), _TOGETHER):
        page = wheres[start : start + _TOGETHER]
        sums = [func.coalesce(func.sum(case((where, 1), else_=0)), 0) for where in page]
        found += map(int, db.execute(select(*sums).select_from(members)).one())
    return found


def by_value(db: Connection, name: str, where: ColumnElement[bool] | None = None) -> dict[str, int]:
    """How many members there are for each value of a field, the most frequent first."""
    number = func.count()
    query = select(members.c[name], number).group_by(members.c[name]).order_by(number.desc(), members.c[name])
    return dict(db.execute(query if where is None else query.where(where)).all())


def attribute_names(db: Connection) -> frozenset[str]:
    """The names of all attributes that any member has had."""
    return frozenset(db.execute(select(names_table.c.name)).scalars())


def _made(db: Connection, rows: Sequence[Sequence[Any]]) -> list[Member]:
    tags = _tags(db, [row[0] for row in rows])
    return [_member(row, tags.get(row[0], frozenset())) for row in rows]


def _tags(db: Connection, ids: Sequence[int]) -> dict[int, frozenset[str]]:
    found: dict[int, list[str]] = {}
    for number, tag in _TAGS_OF.run(db, ids):
        found.setdefault(number, []).append(tag)
    return {number: frozenset(tags) for number, tags in found.items()}


def _member(row: Sequence[Any], tags: frozenset[str]) -> Member:
    number, _, email, first, last, company, province, language, zone, attributes, *grounds, tracking = row
    return Member(
        email,
        first,
        last,
        company,
        province,
        language,
        zone,
        tags,
        {} if attributes == "{}" else _decode(attributes),
        _consent(*grounds),
        _TRACKING[tracking],
        number,
    )


@lru_cache(maxsize=4096)
def _consent(
    basis: str, on: date | str | None, evidence: str, expires_on: date | str | None
) -> Consent | None:
    return Consent(ConsentBasis(basis), _day(on), evidence, _day(expires_on)) if basis else None


def _day(value: date | str | None) -> date | None:
    """PostgreSQL's driver gives days, SQLite's text."""
    return date.fromisoformat(value) if isinstance(value, str) else value
