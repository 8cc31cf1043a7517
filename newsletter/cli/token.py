"""`newsletter token`: tokens by which other programs use the API.

In: a name, scopes. Out: the secret, once; a list. Called by the command line.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

import click

from newsletter import app, cli
from newsletter.cli.output import json_out
from newsletter.model.access import Access
from newsletter.model.account import Right

_SCOPES = click.Choice([right.value for right in Right])


@click.group()
def command() -> None:
    """Tokens by which other programs use the API."""


@command.command("add")
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, required=True, type=_SCOPES, help="What it may do; several times."
)
@click.option("--days", type=int, default=90, show_default=True, help="How long it opens.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def add(name: str, scopes: tuple[str, ...], days: int, as_json: bool) -> int:
    """Make a token. Its secret is shown once, and kept nowhere."""
    from newsletter.pipeline import access

    with app.opened() as ctx:
        made = access.add(ctx, name, [Right(scope) for scope in scopes], days)
    if as_json:
        json_out(_as_json(made.access) | {"secret": made.secret})
    else:
        click.echo(made.secret)
        click.echo(f"Keep it now: it is shown once. It ends on {made.access.until:%Y-%m-%d}.", err=True)
    return cli.DONE


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def listed(as_json: bool) -> int:
    """List tokens, the newest first."""
    from newsletter.pipeline import access

    with app.opened() as ctx:
        found, now = access.every(ctx), ctx.now()
        zone = ZoneInfo(ctx.publication.time_zone)
    if as_json:
        json_out({"tokens": [_as_json(one) | {"valid": one.valid(now)} for one in found]})
        return cli.DONE
    if not found:
        click.echo("There is no token yet: newsletter token add NAME --scope look", err=True)
    for one in found:
        state = "revoked" if one.ended_at else "valid" if one.valid(now) else "ended"
        until = f"{one.until.astimezone(zone):%Y-%m-%d}"
        click.echo(f"{one.name:<24} {state:<8} until {until}  {', '.join(sorted(one.scopes))}")
    return cli.DONE


@command.command("revoke")
@click.argument("name")
def revoke(name: str) -> int:
    """End a token, at once."""
    from newsletter.pipeline import access

    with app.opened() as ctx:
        ended = access.revoke(ctx, name)
    click.echo(f"{ended.name} opens nothing any more.")
    return cli.DONE


def _as_json(one: Access) -> dict[str, object]:
    return {
        "name": one.name,
        "scopes": sorted(one.scopes),
        "made_at": one.made_at.isoformat(),
        "made_by": one.made_by,
        "until": one.until.isoformat(),
        "ended_at": one.ended_at.isoformat() if one.ended_at else None,
    }
