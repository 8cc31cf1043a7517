"""`newsletter pause`: what is under way ends, nothing new starts.

In: a campaign's number. Out: the campaign paused. Called by the command line.
"""

from __future__ import annotations

import click

from newsletter import app, cli
from newsletter.pipeline import control


@click.command()
@click.argument("campaign", type=int)
@click.option("--reason", default="", help="Why, for those who look later.")
def command(campaign: int, reason: str) -> int:
    """Stop a mailing; what is under way ends, nothing new starts."""
    with app.opened() as ctx:
        found = control.pause(ctx, campaign, reason)
    click.echo(f"Mailing {campaign} is {found.status.value}. `newsletter resume {campaign}` goes on.")
    return cli.DONE
