"""The audit log: who did what, append-only.

In: actor, act, subject; later a filter. Out: rows. Called by every verb that a person starts, and by pipeline.log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from newsletter.store.tables import audit


def note(
    db: Connection,
    now: datetime,
    actor: str,
    act: str,
    subject: str,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Write one line of the audit log, in the transaction of the act itself."""
    db.execute(
        audit.insert().values(at=now, actor=actor, act=act, subject=subject, detail=dict(detail or {}))
    )


def last(db: Connection, actor: str, act: str, subject: str) -> datetime | None:
    """When somebody last did this to that; None: never."""
    where = (audit.c.actor == actor, audit.c.act == act, audit.c.subject == subject)
    return db.execute(select(func.max(audit.c.at)).where(*where)).scalar()


def newest(db: Connection) -> int:
    """The number of the last line: it changes with every act."""
    return db.execute(select(func.max(audit.c.id))).scalar() or 0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log. `subject` is whatever the act was about: a mailing's number, an address, a name."""

    id: int
    at: datetime
    actor: str
    act: str
    subject: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines: of one actor, of one act, about something; older than a line's number."""

    actor: str = ""
    act: str = ""
    subject: str = ""
    before: int | None = None


def listed(db: Connection, asked: Asked, limit: int) -> list[Line]:
    """Lines of the log, newest first."""
    query = select(audit).order_by(audit.c.id.desc()).limit(limit)
    for column, wanted in ((audit.c.actor, asked.actor), (audit.c.act, asked.act)):
        if wanted:
            query = query.where(column == wanted)
    if asked.subject:
        query = query.where(audit.c.subject.contains(asked.subject, autoescape=True))
    if asked.before is not None:
        query = query.where(audit.c.id < asked.before)
    return [Line(row.id, row.at, row.actor, row.act, row.subject, row.detail) for row in db.execute(query)]


def actors(db: Connection) -> list[str]:
    """Everybody who stands in the log."""
    return list(db.execute(select(audit.c.actor).distinct().order_by(audit.c.actor)).scalars())


def acts(db: Connection) -> list[str]:
    """Everything that was done."""
    return list(db.execute(select(audit.c.act).distinct().order_by(audit.c.act)).scalars())
