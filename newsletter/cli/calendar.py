"""`newsletter calendar`: what is scheduled and planned, and holidays, for calendar programs; its secret address.

In: a language. Out: an iCalendar document (RFC 5545), an address, or lines. Called by the command line.
"""

from __future__ import annotations

import click

from newsletter import app, cli
from newsletter.cli.output import json_out, plain


@click.command()
@click.option("--ics", is_flag=True, help="The whole calendar as an iCalendar document on stdout.")
@click.option(
    "--url", is_flag=True, help="The secret address under which `serve` answers with it; opened on first use."
)
@click.option("--revoke", is_flag=True, help="Close that address; the next one is another.")
@click.option("--lang", type=click.Choice(["en", "fr"]), default=None, help="English or French.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(ics: bool, url: bool, revoke: bool, lang: str | None, as_json: bool) -> int:
    """Show what is coming; feed it to calendar programs."""
    if sum((ics, url, revoke, as_json)) > 1:
        raise click.UsageError("--ics, --url, --revoke and --json exclude one another.")
    from newsletter.pipeline import agenda

    with app.opened() as ctx:
        if ics:
            click.echo(agenda.calendar(ctx, lang or ""), nl=False)
        elif url:
            click.echo(agenda.address(ctx))
        elif revoke:
            closed = agenda.revoke(ctx)
            click.echo("The address answers no more." if closed else "No address was open.", err=True)
        elif as_json:
            json_out({"entries": agenda.as_json(ctx, lang or "")})
        else:
            for line in agenda.lines(ctx, lang or ""):
                click.echo(plain(line))
    return cli.DONE
