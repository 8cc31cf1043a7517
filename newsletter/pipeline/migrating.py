"""Migrating: all rows of one database into another, SQLite or PostgreSQL.

In: the addresses of two databases. Out: how many rows of each table. Called by `newsletter db migrate`.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack

from newsletter.model.errors import ConfigurationError, NotAllowed
from newsletter.model.said import Said
from newsletter.pipeline import lease
from newsletter.pipeline.context import Context
from newsletter.store import Store, audit, copying


def migrate(source: str, target: str) -> Mapping[str, int]:
    """Copy every row into an empty database. Raises ConfigurationError, NotAllowed, StoreUnavailable; then the target is as it was."""
    if copying.place(source) == copying.place(target):
        raise NotAllowed(
            Said(
                "both addresses name the same database", "les deux adresses nomment la même base de données"
            ),
            code="same-database",
            hint=Said("--to wants a new, empty one.", "--to en demande une nouvelle, vide."),
        )
    if copying.is_missing(
        source
    ):  # opening a misspelt file would make one, and an empty database would be copied
        raise ConfigurationError(
            Said(
                f"there is no database {copying.place(source)}",
                f"il n’y a pas de base de données {copying.place(source)}",
            ),
            code="database-absent",
            hint=Said("Look at the path after sqlite:///.", "Regardez le chemin après sqlite:///."),
        )
    with ExitStack() as stack:
        old = Store.open(source)
        stack.callback(old.close)
        new = Store.open(target)
        stack.callback(new.close)
        return copying.copy(old, new)


def take_over(ctx: Context, rows: Mapping[str, int]) -> None:
    """The new database counts on, so that the old one is known to be the older: it never sends again by itself."""
    lease.require(ctx)
    with lease.acting(ctx) as db:
        audit.note(db, ctx.now(), ctx.actor, "migrate", "", {"rows": sum(rows.values())})
