"""`newsletter resume`: carry a paused, held or interrupted mailing to its end, with the text that was approved.

In: a campaign's number. Out: the campaign at its end. Called by the command line.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

import click

from newsletter import app, cli
from newsletter.cli import running
from newsletter.model.campaign import CampaignStatus
from newsletter.pipeline import control, lease


@click.command()
@click.argument("campaign", type=int)
def command(campaign: int) -> int:
    """Carry a paused or interrupted mailing to its end."""
    with app.opened() as ctx:
        lease.require(ctx)
        found = control.resume(ctx, campaign)
        if found.status is CampaignStatus.SCHEDULED and found.due_at and found.due_at > ctx.now():
            zone = ZoneInfo(ctx.publication.time_zone)
            click.echo(
                f"Mailing {campaign} goes out {found.due_at.astimezone(zone):%Y-%m-%d %H:%M} ({zone.key}), while `newsletter serve` or `newsletter work` runs."
            )
            return cli.DONE
        return running.run_to_end(ctx, campaign)
