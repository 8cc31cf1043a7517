"""The audit log: who did what, append-only.

In: actor, act, subject. Out: rows. Called by every verb that a person starts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

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
