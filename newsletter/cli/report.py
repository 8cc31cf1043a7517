"""`newsletter report CAMPAIGN`: what came of a mailing.

In: a campaign's number. Out: a statement to forward, or JSON. Called by the command line.
"""

from __future__ import annotations

import click

from newsletter import app, cli
from newsletter.cli.output import json_out


@click.command()
@click.argument("campaign", type=int)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(campaign: int, as_json: bool) -> int:
    """Show what came of a mailing."""
    from newsletter.cli.statement import statement, together
    from newsletter.pipeline import hold, report, whole

    with app.opened() as ctx:
        made = report.report(ctx, campaign)
        found = whole.whole(ctx, campaign)
        publication = ctx.publication
        standing = None if made.campaign.status.over else hold.of_campaign(ctx, made.campaign)
        held = f"{hold.sentence(ctx, standing)}." if standing else ""
    if as_json:
        beside = {"whole": whole.as_json(found)} if found.several else {}
        json_out(report.as_json(made) | beside | ({"hold": standing.as_json()} if standing else {}))
    else:
        if held:
            click.echo(f"{held}\n")
        name = publication.name[publication.languages[0]]
        click.echo(statement(made, name, publication.time_zone), nl=False)
        if found.several:
            click.echo("\n" + together(found), nl=False)
    return cli.DONE
