"""Test messages that were handed over: which text went to whom.

In: an edition, a digest, addresses. Out: rows, the newest first. Called by pipeline.testing, pipeline.trying.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from newsletter.model.edition import Edition
from newsletter.store.tables import trials


@dataclass(frozen=True, slots=True)
class Trial:
    """One test message. `digest` is that of the text that readers read."""

    digest: str
    language: str
    address: str
    at: datetime
    actor: str


def put(db: Connection, edition: Edition, trial: Trial) -> None:
    """Write one down, once the provider has it."""
    db.execute(
        trials.insert().values(
            publication=edition.publication,
            slug=edition.artwork.slug,
            edition_id=edition.id,
            digest=trial.digest,
            language=trial.language,
            address=trial.address,
            at=trial.at,
            actor=trial.actor,
        )
    )


def newest(db: Connection, publication: str, slug: str, most: int = 50) -> Sequence[Trial]:
    """The newest test messages of an issue."""
    rows = db.execute(
        select(trials.c.digest, trials.c.language, trials.c.address, trials.c.at, trials.c.actor)
        .where(trials.c.publication == publication, trials.c.slug == slug)
        .order_by(trials.c.id.desc())
        .limit(most)
    )
    return [Trial(*row) for row in rows]
