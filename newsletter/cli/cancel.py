"""`newsletter cancel`: cancel what has not been handed over; what was, stays counted.

In: a campaign's number. Out: the campaign cancelled. Called by the command line.
"""

from __future__ import annotations

import click

from newsletter import app, cli
from newsletter.cli import asking
from newsletter.cli.output import spaced
from newsletter.model.campaign import Books
from newsletter.model.errors import NotAllowed
from newsletter.pipeline import control
from newsletter.pipeline.progress import progress


@click.command()
@click.argument("campaign", type=int)
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
def command(campaign: int, yes: bool) -> int:
    """Cancel what has not been handed over yet."""
    with app.opened() as ctx:
        before = progress(ctx, campaign)
        if not yes and not before.campaign.status.over:  # what is over is refused without a question
            _ask(campaign, before.books)
        control.cancel(ctx, campaign)
        after = progress(ctx, campaign).books
    click.echo(
        f"Mailing {campaign} is cancelled: {spaced(after.cancelled)} will not get it, {spaced(after.accepted)} have it."
    )
    return cli.OPEN if after.in_doubt + after.held else cli.DONE


def _ask(campaign: int, books: Books) -> None:
    if not asking.can_ask(yes=False):
        raise NotAllowed(
            "cancelling a mailing wants a person's yes",
            code="not-confirmed",
            hint="Call it from a terminal, or add --yes.",
        )
    have = f"{spaced(books.accepted)} have it, {spaced(books.pending)} will not get it."
    said = have if books.prepared else "Nobody has it yet."
    click.confirm(f"Cancel mailing {campaign}? {said}", abort=True, err=True)
