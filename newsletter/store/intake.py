"""Files of members that were handed in, as rows.

In: what is known of a file; changes of state by compare-and-set. Out: Intake values. Called by pipeline.intake.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from newsletter.model.intake import Intake, IntakeState
from newsletter.store.tables import intakes

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class File:
    """What is known of a file when it is handed in."""

    name: str
    size: int
    sha256: str
    expires_at: datetime


def put(db: Connection, file: File, now: datetime, actor: str) -> int:
    """Write a file down; its number."""
    made = db.execute(
        intakes.insert()
        .values(
            name=file.name,
            size=file.size,
            sha256=file.sha256,
            state=IntakeState.NEW.value,
            created_at=now,
            created_by=actor,
            changed_at=now,
            expires_at=file.expires_at,
        )
        .returning(intakes.c.id)
    )
    return int(made.scalar_one())


def get(db: Connection, number: int) -> Intake | None:
    """The file with a number."""
    if not 0 < number <= _LARGEST:
        return None
    row = db.execute(select(intakes).where(intakes.c.id == number)).first()
    return None if row is None else _read(row)


def listed(db: Connection, limit: int = 20) -> list[Intake]:
    """The newest files, dropped ones too."""
    return [_read(row) for row in db.execute(select(intakes).order_by(intakes.c.id.desc()).limit(limit))]


def with_files(db: Connection) -> list[Intake]:
    """All that may still have a file."""
    query = select(intakes).where(intakes.c.state != IntakeState.DROPPED.value)
    return [_read(row) for row in db.execute(query)]


def change(
    db: Connection,
    number: int,
    states: Collection[IntakeState],
    to: IntakeState,
    now: datetime,
    **values: Any,
) -> bool:
    """Bring a file from one of these states into another; False when it was in none of them."""
    where = (intakes.c.id == number, intakes.c.state.in_([state.value for state in states]))
    done = db.execute(intakes.update().where(*where).values(state=to.value, changed_at=now, **values))
    return done.rowcount == 1


def _read(row: Any) -> Intake:
    columns: Mapping[str, str] = row.columns
    return Intake(
        row.id,
        row.name,
        row.size,
        row.sha256,
        {int(n): target for n, target in columns.items()},
        row.basis,
        row.evidence,
        IntakeState(row.state),
        row.result,
        row.created_at,
        row.created_by,
        row.expires_at,
        row.changed_at,
    )
