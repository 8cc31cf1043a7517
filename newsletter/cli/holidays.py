"""`newsletter holidays`: the days of a calendar; `holidays confirm` for those that want a person's word.

In: a calendar, a year, a language. Out: lines, or one JSON object. Called by the command line.
"""

from __future__ import annotations

from datetime import datetime

import click

from newsletter import app, cli
from newsletter.cli.output import json_out, plain

_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
_calendar_option = click.option(
    "--calendar", default="", metavar="CA-ON", help="Whose holidays; else the newsletter's own calendar."
)


@click.group(invoke_without_command=True)
@_calendar_option
@click.option("--year", type=click.IntRange(1970, 2100), help="Of one year; else the eighteen months ahead.")
@click.option("--lang", type=click.Choice(["en", "fr"]), default=None, help="English or French.")
@_json_option
@click.pass_context
def command(context: click.Context, calendar: str, year: int | None, lang: str | None, as_json: bool) -> int:
    """List holidays and observances; confirm the day of a feast."""
    if context.invoked_subcommand is not None:
        return cli.DONE
    from newsletter.pipeline import holidays

    with app.opened() as ctx:
        found = holidays.listed(ctx, calendar=calendar, year=year, language=lang or "")
    if as_json:
        json_out(holidays.as_json(found))
        return cli.DONE
    for row in found.rows:
        click.echo(plain(holidays.line(row, found.language)))
    if found.changes:
        click.echo(
            "Changed by the data:" if found.language == "en" else "Changé par les données\u00a0:", err=True
        )
    for change in found.changes:
        click.echo(f"  {plain(holidays.change_line(change, found.language))}", err=True)
    for number, slug, said in found.mailings:
        for remark in said:
            click.echo(f"{number} ({slug}): {plain(remark.message)}", err=True)
    click.echo(f"{found.calendar}, {found.data}", err=True)
    return cli.DONE


@command.command()
@click.argument("holiday")
@click.option(
    "--day",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="The day on which it is kept; else the reckoned one.",
)
@click.option("--year", type=click.IntRange(1970, 2100), help="Of which year; else the next one.")
@_calendar_option
@_json_option
def confirm(holiday: str, day: datetime | None, year: int | None, calendar: str, as_json: bool) -> int:
    """Confirm the day of a feast, or name another one near it; counts for mailings within 30 days."""
    from newsletter.pipeline import confirming, holidays

    with app.opened() as ctx:
        found = confirming.confirm(
            ctx, holiday, calendar=calendar, year=year, day=day.date() if day else None
        )
        waiting = holidays.concerned(ctx, "en")
    key = found.found.holiday.key
    if as_json:
        json_out(
            {
                "key": key,
                "day": found.day.isoformat(),
                "reckoned": found.found.day.isoformat(),
                "counts_until": found.until.isoformat(),
            }
        )
        return cli.DONE
    click.echo(
        f"{found.found.holiday.english} is {found.day:%A} {found.day}: confirmed for mailings until {found.until}."
    )
    for number, slug, said in waiting:
        for remark in said:
            click.echo(f"{number} ({slug}): {plain(remark.message)} {plain(remark.hint)}".rstrip(), err=True)
    return cli.DONE
