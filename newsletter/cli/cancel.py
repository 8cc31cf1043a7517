"""`newsletter cancel`: cancel what has not been handed over; what was, stays counted.

In: a campaign's number. Out: the campaign cancelled. Called by the command line.
"""

from __future__ import annotations

import click

from newsletter import app, cli
from newsletter.cli.output import spaced
from newsletter.pipeline import control
from newsletter.pipeline.progress import progress


@click.command()
@click.argument("campaign", type=int)
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
def command(campaign: int, yes: bool) -> int:
    """Cancel what has not been handed over yet."""
    with app.opened() as ctx:
        before = progress(ctx, campaign).books
        if not yes:
            have = f"{spaced(before.accepted)} people have it, {spaced(before.pending)} will not."
            said = have if before.prepared else "Nobody has it yet."
            click.confirm(f"Cancel mailing {campaign}? {said}", abort=True, err=True)
        control.cancel(ctx, campaign)
        after = progress(ctx, campaign).books
    click.echo(
        f"Mailing {campaign} is cancelled: {spaced(after.cancelled)} will not get it, {spaced(after.accepted)} have it."
    )
    return cli.OPEN if after.in_doubt + after.held else cli.DONE
