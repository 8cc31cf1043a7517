"""`newsletter hold`: one switch that stops every mailing, until a person lets each go on.

In: a reason, perhaps an end. Out: what was stopped. Called by the command line.
"""

from __future__ import annotations

import click

from newsletter import app, cli
from newsletter.cli.output import counted, json_out
from newsletter.pipeline import hold, schedule


@click.command()
@click.option("--reason", required=True, help="Why, for everybody who wants to send meanwhile.")
@click.option(
    "--until",
    default="",
    metavar="WHEN",
    help='"2026-12-02 18:00": new mailings are free again then; what was held waits on.',
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(reason: str, until: str, as_json: bool) -> int:
    """Stop every mailing, at once; readers' pages and unsubscribes go on."""
    with app.opened() as ctx:
        end = schedule.moment_named(ctx, until) if until.strip() else None
        done = hold.hold(ctx, reason, end)
        if as_json:
            stopped = [one.as_json() for one in hold.every_waiting(ctx) if one.campaign.id in done.stopped]
            json_out({"hold": done.hold.as_json(), "stopped": stopped, "under_way": done.under_way})
            return cli.DONE
        click.echo(f"{hold.sentence(ctx, done.hold)}.")
        click.echo(f"{counted(len(done.stopped), 'mailing')} stopped.")
    if done.under_way:
        click.echo(
            f"{counted(done.under_way, 'call')} to the provider was under way and ends; no new one starts."
        )
    click.echo("Nothing goes on by itself: `newsletter release` ends the hold and shows what waits.")
    return cli.DONE
