"""`newsletter campaigns`: the list of mailings, and where each stands.

In: nothing. Out: a table, or JSON. Called by the command line.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

import click

from newsletter import app, cli
from newsletter.cli.output import json_out
from newsletter.cli.series import as_json_of, show
from newsletter.pipeline import control, hold, series
from newsletter.pipeline.progress import told


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(as_json: bool) -> int:
    """List mailings and where they stand."""
    with app.opened() as ctx:
        found = control.every(ctx)
        zone = ZoneInfo(ctx.publication.time_zone)
        standing = hold.standing(ctx)
        if standing and not as_json:
            click.echo(click.style(f"{hold.sentence(ctx, standing)}.", bold=True))
        repeated = series.listed(ctx)
    if as_json:
        rows = [
            {
                "campaign": one.id,
                "issue": one.slug,
                "status": one.status.value,
                "reason": one.reason.partition("\n")[0],
                "occurrence": one.occurrence,
                "due_at": one.due_at.isoformat().replace("+00:00", "Z") if one.due_at else None,
            }
            for one in found
        ]
        shown: dict[str, object] = {"campaigns": rows}
        if standing:
            shown["hold"] = standing.as_json()
        if repeated:
            shown["series"] = [as_json_of(one) for one in repeated]
        json_out(shown)
        return cli.DONE
    if not found:
        click.echo("No mailing yet. `newsletter send ISSUE --segment everyone` makes the first one.")
    for one in found:
        due = f"{one.due_at.astimezone(zone):%Y-%m-%d %H:%M}" if one.due_at else ""
        click.echo(f"{one.id:>4}  {one.status.value:<10} {due:<16}  {one.slug}  {told(one.reason)}".rstrip())
    if found:
        click.echo(f"Times of {zone.key}.", err=True)
    show(repeated)
    return cli.DONE
