"""The log of consent: append-only, one line for each grant, correction and withdrawal (whoever claims consent must prove it: CASL
s. 13).

In: keys of addresses, consent, how we know. Out: rows; the story of one address. Called by pipeline.importing, pipeline.members.
(Withdrawals are written by store.facts.)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from newsletter.model.member import Consent, ConsentBasis
from newsletter.store.bulk import inserting
from newsletter.store.columns import microseconds
from newsletter.store.tables import consents

if TYPE_CHECKING:
    from sqlalchemy import Connection

GRANTED, CORRECTED = "granted", "corrected"

_ADD = inserting(
    consents, ["address_key", "at", "kind", "basis", "effective_on", "evidence", "source", "actor"]
)


class Grant(NamedTuple):
    """Consent of an address, and where we have it from (`import members.csv:12`)."""

    address_key: bytes
    consent: Consent
    source: str
    kind: str = GRANTED


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log. `basis` is None for a withdrawal."""

    at: datetime
    kind: str
    basis: ConsentBasis | None
    effective_on: date | None
    evidence: str
    source: str
    actor: str


def grant(db: Connection, grants: Iterable[Grant], now: datetime, actor: str) -> None:
    """Write consent into the log."""
    at = microseconds(now)
    rows = [
        (key, at, kind, str(basis), on.isoformat() if on else None, evidence, source, actor)
        for key, (basis, on, evidence, _), source, kind in grants
    ]
    _ADD.run(db, rows)


def history(db: Connection, address_key: bytes) -> list[Line]:
    """All that is known of the consent of an address, the oldest first."""
    rows = db.execute(select(consents).where(consents.c.address_key == address_key).order_by(consents.c.id))
    return [
        Line(
            row.at,
            row.kind,
            ConsentBasis(row.basis) if row.basis else None,
            row.effective_on,
            row.evidence,
            row.source,
            row.actor,
        )
        for row in rows
    ]
