"""Members written by the page: new rows, changed rows, their tags and the names of their attributes.

In: members with the keys of their addresses. Out: rows. Called by pipeline.importing and pipeline.members.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import column, func, select, table

from newsletter.model.folding import fold
from newsletter.model.member import FIELDS, Consent, Member
from newsletter.store.bulk import Bulk, inserting, parameter, updating
from newsletter.store.columns import microseconds
from newsletter.store.tables import attribute_names, member_tags, members
from newsletter.store.upserts import insert

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection

_TEXTS = (
    *FIELDS,
    "attributes",
    *(f"{name}_folded" for name in FIELDS),
    "attributes_folded",
    "consent_basis",
    "consent_on",
    "consent_evidence",
    "consent_expires_on",
    "tracking_consent",
)
_ADD = inserting(members, ["id", "address_key", *_TEXTS, "created_at", "updated_at"])
_CHANGE = updating(members, "id", [*_TEXTS, "updated_at"])
_MOVE = updating(members, "id", ["address_key"])
_ADD_TAG = Bulk(
    ["member_id", "folded", "tag"],
    lambda db: (
        insert(db, member_tags)
        .values({name: parameter(name) for name in ("member_id", "folded", "tag")})
        .on_conflict_do_nothing()
    ),
)
_ADD_NAME = Bulk(
    ["name"],
    lambda db: insert(db, attribute_names).values(name=parameter("name")).on_conflict_do_nothing(),
)
_numbers = table("sqlite_sequence", column("name"), column("seq"))
_encode = msgspec.json.Encoder(order="sorted").encode


def add(db: Connection, new: Sequence[tuple[bytes, Member]], now: datetime) -> None:
    """Write members who are new, in their order. Their addresses must not be there yet."""
    if not new:
        return
    at = microseconds(now)
    numbered = list(zip(_reserve(db, len(new)), new, strict=True))
    values = _Values()
    _ADD.run(db, [(number, key, *values.of(member), at, at) for number, (key, member) in numbered])
    _tag(db, ((number, member.tags) for number, (_, member) in numbered))
    _name(db, (member.attributes for _, member in new))


def change(db: Connection, changed: Sequence[Member], now: datetime) -> None:
    """Write members as they are now; `id` says which. Tags are added; `set_tags` takes away."""
    if not changed:
        return
    at = microseconds(now)
    values = _Values()
    _CHANGE.run(db, [(*values.of(member), at, member.id) for member in changed])
    _tag(db, ((member.id, member.tags) for member in changed))
    _name(db, (member.attributes for member in changed))


def move(db: Connection, member: Member, address_key: bytes) -> None:
    """Give a member another address."""
    _MOVE.run(db, [(address_key, member.id)])


def set_tags(db: Connection, member: Member) -> None:
    """Make a member's tags just those that it has now."""
    db.execute(member_tags.delete().where(member_tags.c.member_id == member.id))
    _tag(db, [(member.id, member.tags)])


class _Values:
    """Members as columns. Many share one Consent: each is turned once. (By identity: hashing one takes longer than turning it.)"""

    def __init__(self) -> None:
        self._consents: dict[int, tuple[str, str | None, str, str | None]] = {id(None): ("", None, "", None)}

    def of(self, member: Member) -> tuple[Any, ...]:
        """The values of _TEXTS."""
        email, first, last, company, province, language, zone, _, attributes, consent, tracking, _ = member
        columns = self._consents.get(id(consent))
        if columns is None and consent is not None:
            columns = self._consents[id(consent)] = _consent(consent)
        written, folded = _attributes(attributes) if attributes else ("{}", "{}")
        return (
            email,
            first,
            last,
            company,
            province,
            language,
            zone,
            written,
            email.lower() if email.isascii() else fold(email),  # as fold, without keeping it
            fold(first),
            fold(last),
            fold(company),
            fold(province),
            fold(language),
            fold(zone),
            folded,
            *(columns or ()),
            str(tracking),
        )


def _consent(consent: Consent) -> tuple[str, str | None, str, str | None]:
    basis, on, evidence, expires_on = consent
    return str(basis), _day(on), evidence, _day(expires_on)


def _attributes(found: Mapping[str, str]) -> tuple[str, str]:
    """As JSON, as written and folded. Plain text is folded as a whole: no sign of it is JSON's own."""
    text = _encode(found).decode()
    if text.isascii() and "\\" not in text and "  " not in text:
        return text, text.lower()
    return text, _encode({name: fold(value) for name, value in found.items()}).decode()


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _reserve(db: Connection, count: int) -> Sequence[int]:
    """Numbers for new members. They are never used again, not even when the member is erased."""
    if db.dialect.name == "sqlite":  # the writer holds the lock: nobody else can take them
        last = db.execute(select(_numbers.c.seq).where(_numbers.c.name == "members")).scalar() or 0
        return range(last + 1, last + count + 1)
    sequence = func.nextval(func.pg_get_serial_sequence("members", "id"))
    return db.execute(select(sequence).select_from(func.generate_series(1, count))).scalars().all()


def _tag(db: Connection, tagged: Iterable[tuple[int, Iterable[str]]]) -> None:
    _ADD_TAG.run(db, [(number, fold(tag), tag) for number, tags in tagged for tag in tags])


def _name(db: Connection, attributes: Iterable[Mapping[str, str]]) -> None:
    found = {name for each in attributes for name in each}
    _ADD_NAME.run(db, [(name,) for name in sorted(found)])
