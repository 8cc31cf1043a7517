"""Staff accounts, and the one-time links by which a person sets their own password.

In: names, addresses, roles, digests. Out: Account values. Called by pipeline.accounts and pipeline.signing_in.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select

from newsletter.model.account import Account, Role
from newsletter.model.folding import fold
from newsletter.store.tables import account_links, accounts


def read(row: Row[Any]) -> Account:
    """A row as a value."""
    roles = frozenset(Role(name) for name in row.roles)
    return Account(row.id, row.name, row.email, roles, row.language, bool(row.password))


def every(db: Connection) -> Sequence[Account]:
    """All accounts that have not ended, by name."""
    query = select(accounts).where(accounts.c.ended_at.is_(None)).order_by(accounts.c.name_folded)
    return [read(row) for row in db.execute(query)]


def count(db: Connection) -> int:
    """How many accounts have not ended."""
    query = select(func.count()).select_from(accounts).where(accounts.c.ended_at.is_(None))
    return int(db.execute(query).scalar_one())


def get(db: Connection, number: int) -> Account | None:
    """One that has not ended, by number."""
    query = select(accounts).where(accounts.c.id == number, accounts.c.ended_at.is_(None))
    row = db.execute(query).first()
    return None if row is None else read(row)


def by_email(db: Connection, email: str) -> tuple[Account, str] | None:
    """One that has not ended, by address, with its password's hash."""
    query = select(accounts).where(accounts.c.email_folded == fold(email), accounts.c.ended_at.is_(None))
    row = db.execute(query).first()
    return None if row is None else (read(row), row.password)


def taken(db: Connection, name: str, email: str, but: int = 0) -> bool:
    """Whether an account other than `but` has this address, or ever had this name: the log calls people by it."""
    living = and_(accounts.c.email_folded == fold(email), accounts.c.ended_at.is_(None))
    query = select(accounts.c.id).where(
        or_(living, accounts.c.name_folded == fold(name)), accounts.c.id != but
    )
    return db.execute(query.limit(1)).first() is not None


def put(db: Connection, fresh: Account, now: datetime, by: str) -> int:
    """A new account without a password; its number."""
    values = _values(fresh) | {"created_at": now, "created_by": by}
    return int(db.execute(accounts.insert().values(**values).returning(accounts.c.id)).scalar_one())


def change(db: Connection, changed: Account) -> None:
    """Write name, address, roles and language anew."""
    db.execute(accounts.update().where(accounts.c.id == changed.id).values(**_values(changed)))


def _values(one: Account) -> dict[str, object]:
    return {
        "name": one.name,
        "name_folded": fold(one.name),
        "email": one.email,
        "email_folded": fold(one.email),
        "roles": sorted(one.roles),
        "language": one.language,
    }


def set_language(db: Connection, number: int, language: str) -> None:
    """Write the language of an account's interface."""
    db.execute(accounts.update().where(accounts.c.id == number).values(language=language))


def set_password(db: Connection, number: int, password: str) -> None:
    """Write the hash of a password."""
    db.execute(accounts.update().where(accounts.c.id == number).values(password=password))


def password_of(db: Connection, number: int) -> str:
    """The hash of an account's password; empty: none is set."""
    return str(db.execute(select(accounts.c.password).where(accounts.c.id == number)).scalar() or "")


def end(db: Connection, number: int, now: datetime) -> None:
    """End an account; its name stays in what it did."""
    db.execute(accounts.update().where(accounts.c.id == number).values(ended_at=now, password=""))


def of_role(db: Connection, role: Role) -> Collection[int]:
    """The numbers of those who have a role."""
    return [one.id for one in every(db) if role in one.roles]


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time link that still opens. `account`: None for that of the first admin."""

    id: int
    account: Account | None
    until: datetime


def put_link(
    db: Connection, account: int | None, digest: bytes, made: tuple[datetime, str], until: datetime
) -> None:
    """A new link; those made before for the same account open no more (those of the first admin do, until there is one)."""
    if account is not None:
        end_links(db, account, made[0])
    values = {"made_at": made[0], "made_by": made[1], "until_at": until}
    db.execute(account_links.insert().values(account_id=account, digest=digest, **values))


def link(db: Connection, digest: bytes, now: datetime) -> Link | None:
    """A link that was neither used nor replaced nor is too old."""
    query = select(account_links).where(
        account_links.c.digest == digest, account_links.c.ended_at.is_(None), account_links.c.until_at > now
    )
    row = db.execute(query).first()
    if row is None:
        return None
    found = None if row.account_id is None else get(db, row.account_id)
    if row.account_id is not None and found is None:
        return None  # the account has ended meanwhile
    return Link(row.id, found, row.until_at)


def end_links(db: Connection, account: int | None, now: datetime) -> None:
    """No link of this account opens any more."""
    same = account_links.c.account_id.is_(None) if account is None else account_links.c.account_id == account
    db.execute(account_links.update().where(same, account_links.c.ended_at.is_(None)).values(ended_at=now))
