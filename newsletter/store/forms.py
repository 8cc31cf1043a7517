"""Forms that were used, and what each was answered.

In: an account's number, a form's id. Out: whether it is the first; its answer. Called by pipeline.once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from newsletter.store import upserts
from newsletter.store.tables import used_forms


@dataclass(frozen=True, slots=True)
class Used:
    """A form that was used before. `ended_at`: None while its act is not known to have ended."""

    path: str
    begun_at: datetime
    ended_at: datetime | None
    answer: str


def begin(db: Connection, account: int, form: str, path: str, now: datetime) -> bool:
    """Write down that a form is used now; False when it was before."""
    fresh = upserts.insert(db, used_forms).values(account_id=account, form=form, path=path, begun_at=now)
    # not its row count, which PostgreSQL's driver does not tell of an insert
    return db.execute(fresh.on_conflict_do_nothing().returning(used_forms.c.form)).first() is not None


def get(db: Connection, account: int, form: str) -> Used | None:
    """A form that was used."""
    query = select(used_forms).where(used_forms.c.account_id == account, used_forms.c.form == form)
    row = db.execute(query).first()
    return None if row is None else Used(row.path, row.begun_at, row.ended_at, row.answer)


def end(db: Connection, account: int, form: str, now: datetime, answer: str) -> None:
    """Write down what it was answered."""
    found = used_forms.update().where(used_forms.c.account_id == account, used_forms.c.form == form)
    db.execute(found.values(ended_at=now, answer=answer))


def forget(db: Connection, before: datetime) -> None:
    """Forms of long ago are forgotten: no browser still holds them."""
    db.execute(used_forms.delete().where(used_forms.c.begun_at < before))
