"""`newsletter db migrate`: the whole database into another one, from SQLite to PostgreSQL or back.

In: two addresses. Out: the same rows in the second; the first never sends again by itself. Called by the command line.
"""

from __future__ import annotations

import os

import click

from newsletter import app, cli
from newsletter.cli.output import spaced
from newsletter.host import FileLock
from newsletter.model.errors import NotAllowed
from newsletter.pipeline import migrating


@click.group()
def command() -> None:
    """Move the whole database, to PostgreSQL or back."""


@command.command()
@click.option("--from", "source", metavar="URL", help="The database to copy; the workspace's when not given.")
@click.option(
    "--to", "target", metavar="URL", required=True, help="An empty one: postgresql+psycopg://user@host/name."
)
def migrate(source: str | None, target: str) -> int:
    """Copy all rows into an empty database, which takes over."""
    place = app.locate()
    lock = FileLock(place.root / "var" / "runner.lock")
    if not lock.acquire():
        raise NotAllowed(
            "something is being sent: a database is copied while nothing changes it",
            code="runner-lives",
            hint="End `newsletter serve`, `work` and `send` first.",
        )
    try:
        rows = migrating.migrate(source or place.database, target)
        with app.opened(place.root, dict(os.environ) | {"NEWSLETTER_DATABASE_URL": target}) as ctx:
            migrating.take_over(ctx, rows)
    finally:
        lock.release()
    for name, number in rows.items():
        if number:
            click.echo(f"{spaced(number):>12}  {name}")
    click.echo(
        "Copied, and counted again. From now on the programs need NEWSLETTER_DATABASE_URL, or database_url in"
    )
    click.echo(
        "newsletter.toml, set to the new address. The old database sends nothing any more; keep it as a backup."
    )
    return cli.DONE
