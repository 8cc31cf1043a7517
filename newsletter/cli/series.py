"""`newsletter series`: mailings that come back every year, and the end of one.

In: the number of a series. Out: a table, or JSON. Called by the command line.
"""

from __future__ import annotations

from collections.abc import Sequence

import click

from newsletter import app, cli
from newsletter.cli.output import counted, json_out, plain, spoken
from newsletter.model.said import recalled
from newsletter.pipeline import series
from newsletter.pipeline.series import Series

_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")


@click.group(no_args_is_help=True)
def command() -> None:
    """Mailings that come back every year."""


@command.command("list")
@_json_option
def list_(as_json: bool) -> int:
    """List the series, each with its next mailing."""
    with app.opened() as ctx:
        found = series.listed(ctx)
    if as_json:
        json_out({"series": [as_json_of(one) for one in found]})
        return cli.DONE
    if not found:
        click.echo(
            "No series. `newsletter schedule ISSUE --holiday christmas-day --at 09:00 --every year` begins one."
        )
    show(found)
    return cli.DONE


@command.command()
@click.argument("number", type=int, metavar="SERIES")
@_json_option
def end(number: int, as_json: bool) -> int:
    """End a series: no further mailing of it is prepared, and drafts that nobody approved are cancelled."""
    with app.opened() as ctx:
        cancelled, kept = series.end(ctx, number)
    if as_json:
        json_out({"ended": number, "cancelled": cancelled, "approved": kept})
        return cli.DONE
    click.echo(f"Series {number} has ended.")
    if cancelled:
        click.echo(f"Cancelled, as nobody had approved it: mailing {', '.join(map(str, cancelled))}.")
    for campaign in kept:
        click.echo(f"Mailing {campaign} is approved and still goes out: newsletter cancel {campaign}")
    return cli.DONE


def as_json_of(one: Series) -> dict[str, object]:
    """A series for programs."""
    return {
        "series": one.number,
        "issue": one.slug,
        "include": list(one.audience.include),
        "exclude": list(one.audience.exclude),
        "next": one.next_at.isoformat(timespec="minutes") if one.next_at else None,
        "zone": "member" if one.readers_time else one.zone,
        "campaign": one.campaign,
        "status": one.status.value if one.status else None,
        "made": one.occurrences,
        "trouble": recalled(one.trouble).en or None,
    }


def show(found: Sequence[Series]) -> None:
    """Every series in a line or two, for people."""
    for one in found:
        when = f"{one.next_at:%Y-%m-%d %H:%M}" if one.next_at else "no further day"
        where = "each reader's own time" if one.readers_time else one.zone
        status = f"mailing {one.campaign}, {one.status.value}" if one.status else "no draft yet"
        made = counted(one.occurrences, "mailing")
        click.echo(
            f"Every year (series {one.number}): {one.slug} to {spoken(one.audience)}; next {when}, {where} ({status}); {made} so far"
        )
        if one.trouble:
            click.echo(f"    not prepared: {plain(recalled(one.trouble).en)}")
