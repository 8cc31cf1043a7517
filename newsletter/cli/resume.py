"""`newsletter resume`: carry a paused, held or interrupted mailing to its end, with the text that was approved.

In: a campaign's number. Out: the campaign at its end. Called by the command line.
"""

from __future__ import annotations

import click

from newsletter import app
from newsletter.cli import running
from newsletter.pipeline import control


@click.command()
@click.argument("campaign", type=int)
def command(campaign: int) -> int:
    """Carry a paused or interrupted mailing to its end."""
    with app.opened() as ctx:
        control.resume(ctx, campaign)
        return running.run_to_end(ctx, campaign)
