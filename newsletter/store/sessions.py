"""Who is signed in: sessions by the digest of their token.

In: digests, the clock. Out: the account of a session. Called by pipeline.signing_in and pipeline.accounts.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from newsletter.model.account import Account
from newsletter.store import accounts as people
from newsletter.store.tables import accounts, staff_sessions

_LIVING = staff_sessions.c.ended_at.is_(None)


def begin(db: Connection, account: int, digest: bytes, now: datetime, until: datetime, network: str) -> None:
    """A new session."""
    values = {"digest": digest, "begun_at": now, "until_at": until, "network": network}
    db.execute(staff_sessions.insert().values(account_id=account, **values))


def account(db: Connection, digest: bytes, now: datetime) -> Account | None:
    """Whose session it is, while it lasts."""
    query = (
        select(accounts)
        .join(staff_sessions, staff_sessions.c.account_id == accounts.c.id)
        .where(
            staff_sessions.c.digest == digest,
            _LIVING,
            staff_sessions.c.until_at > now,
            accounts.c.ended_at.is_(None),
        )
    )
    row = db.execute(query).first()
    return None if row is None else people.read(row)


def end(db: Connection, digest: bytes, now: datetime, why: str) -> None:
    """End one session."""
    found = staff_sessions.update().where(staff_sessions.c.digest == digest, _LIVING)
    db.execute(found.values(ended_at=now, ended_why=why))


def end_all(db: Connection, account: int, now: datetime, why: str, but: bytes = b"") -> int:
    """End every session of an account, but one; how many ended."""
    found = staff_sessions.update().where(
        staff_sessions.c.account_id == account, _LIVING, staff_sessions.c.digest != but
    )
    return db.execute(found.values(ended_at=now, ended_why=why)).rowcount


def forget(db: Connection, before: datetime) -> None:
    """Sessions that ended long ago are forgotten."""
    db.execute(staff_sessions.delete().where(staff_sessions.c.until_at < before))
