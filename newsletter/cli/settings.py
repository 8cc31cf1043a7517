"""`newsletter settings`: every setting, its value, where the value came from, and what it means.

In: the workspace and the environment. Out: a list, secrets masked. Called by the command line.
"""

from __future__ import annotations

from datetime import datetime

import click

from newsletter import app
from newsletter.cli.output import json_out
from newsletter.settings import SETTINGS, Secret, Settings

MASK = "****"


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(as_json: bool) -> None:
    """List every setting, its value and where it came from."""
    place = app.locate()
    if as_json:
        json_out({"workspace": str(place.root), "settings": listing(place.settings)})
        return
    for entry in listing(place.settings):
        value = entry["value"]
        shown = ", ".join(value) if isinstance(value, list) else str(value)
        click.echo(
            f"{click.style(str(entry['name']), bold=True)} = {shown or '(empty)'}   [{entry['origin']}]"
        )
        click.echo(f"    {entry['help']}\n    {entry['variable']}")


def listing(settings: Settings) -> list[dict[str, object]]:
    """One entry a setting, in the order of the reference; no secret's value is in it."""
    return [
        {
            "name": setting.name,
            "value": shown(settings.values[setting.name]),
            "origin": settings.origins[setting.name],
            "variable": setting.variable,
            "help": setting.help,
        }
        for setting in SETTINGS
    ]


def shown(value: object) -> object:
    """A value as JSON holds it; a secret as a mask, or empty when there is none."""
    match value:
        case Secret():
            return MASK if value else ""
        case datetime():
            return value.isoformat()
        case tuple():
            return list(value)
        case None:
            return ""
        case _:
            return value
