"""Access tokens, and the answers that requests with an idempotency key were given.

In: digests, names, scopes. Out: Access values, answers. Called by pipeline.access and pipeline.answering.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from newsletter.model.access import Access
from newsletter.model.account import Right
from newsletter.model.folding import fold
from newsletter.store import upserts
from newsletter.store.tables import access_tokens, api_answers


def _read(row: Row[Any]) -> Access:
    scopes = frozenset(Right(name) for name in row.scopes)
    return Access(row.id, row.name, scopes, row.made_at, row.made_by, row.until_at, row.ended_at)


def every(db: Connection) -> Sequence[Access]:
    """All tokens, ended ones too, the newest first."""
    return [_read(row) for row in db.execute(select(access_tokens).order_by(access_tokens.c.id.desc()))]


def named(db: Connection, name: str) -> Access | None:
    """The token of a name that has not been revoked."""
    query = select(access_tokens).where(
        access_tokens.c.name_folded == fold(name), access_tokens.c.ended_at.is_(None)
    )
    row = db.execute(query.order_by(access_tokens.c.id.desc()).limit(1)).first()
    return None if row is None else _read(row)


def by_digest(db: Connection, digest: bytes) -> Access | None:
    """The token with this digest (SHA-256 of its secret)."""
    row = db.execute(select(access_tokens).where(access_tokens.c.digest == digest)).first()
    return None if row is None else _read(row)


def put(db: Connection, fresh: Access, digest: bytes) -> int:
    """A new token; its number."""
    values = {
        "name": fresh.name,
        "name_folded": fold(fresh.name),
        "digest": digest,
        "scopes": sorted(fresh.scopes),
        "made_at": fresh.made_at,
        "made_by": fresh.made_by,
        "until_at": fresh.until,
    }
    return int(db.execute(access_tokens.insert().values(**values).returning(access_tokens.c.id)).scalar_one())


def end(db: Connection, number: int, now: datetime, by: str) -> None:
    """Revoke one."""
    db.execute(access_tokens.update().where(access_tokens.c.id == number).values(ended_at=now, ended_by=by))


@dataclass(frozen=True, slots=True)
class Given:
    """What a request with this key was answered. `ended_at`: None while it is not known to have ended."""

    digest: bytes
    begun_at: datetime
    ended_at: datetime | None
    status: int
    answer: str


def begin(db: Connection, access: int, key: str, digest: bytes, now: datetime) -> bool:
    """Write down that a request is acted on now; False when one with its key was before."""
    values = {"access_id": access, "key": key, "digest": digest, "begun_at": now}
    fresh = upserts.insert(db, api_answers).values(**values).on_conflict_do_nothing()
    return db.execute(fresh).rowcount == 1


def given(db: Connection, access: int, key: str) -> Given | None:
    """What was answered to a key."""
    query = select(api_answers).where(api_answers.c.access_id == access, api_answers.c.key == key)
    row = db.execute(query).first()
    return None if row is None else Given(row.digest, row.begun_at, row.ended_at, row.status, row.answer)


def answer(db: Connection, access: int, key: str, now: datetime, answered: tuple[int, str]) -> None:
    """Write down what it was answered: status, body."""
    found = api_answers.update().where(api_answers.c.access_id == access, api_answers.c.key == key)
    db.execute(found.values(ended_at=now, status=answered[0], answer=answered[1]))


def withdraw(db: Connection, access: int, key: str) -> None:
    """A request that was surely not acted on may be sent again with its key."""
    db.execute(api_answers.delete().where(api_answers.c.access_id == access, api_answers.c.key == key))


def forget(db: Connection, before: datetime) -> None:
    """Answers of long ago."""
    db.execute(api_answers.delete().where(api_answers.c.begun_at < before))
