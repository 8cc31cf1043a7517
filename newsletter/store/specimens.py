"""Test messages that were handed over: which text went to whom.

In: an edition, a digest, addresses. Out: rows, the newest first. Called by pipeline.testing, pipeline.trying.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from newsletter.model.edition import Edition
from newsletter.store.tables import specimens


@dataclass(frozen=True, slots=True)
class Specimen:
    """One test message. `digest` is that of the text that readers read."""

    digest: str
    language: str
    address: str
    at: datetime
    actor: str


def put(db: Connection, edition: Edition, specimen: Specimen) -> None:
    """Write one down, once the provider has it."""
    db.execute(
        specimens.insert().values(
            publication=edition.publication,
            slug=edition.artwork.slug,
            edition_id=edition.id,
            digest=specimen.digest,
            language=specimen.language,
            address=specimen.address,
            at=specimen.at,
            actor=specimen.actor,
        )
    )


def newest(db: Connection, publication: str, slug: str, most: int = 50) -> Sequence[Specimen]:
    """The newest test messages of an issue."""
    rows = db.execute(
        select(
            specimens.c.digest, specimens.c.language, specimens.c.address, specimens.c.at, specimens.c.actor
        )
        .where(specimens.c.publication == publication, specimens.c.slug == slug)
        .order_by(specimens.c.id.desc())
        .limit(most)
    )
    return [Specimen(*row) for row in rows]
