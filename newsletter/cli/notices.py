"""`newsletter notices`: what staff were told by a second channel, and the proof that it works.

In: nothing. Out: a table, or JSON; a trial to everybody. Called by the command line.
"""

from __future__ import annotations

import click

from newsletter import app, cli
from newsletter.cli.output import json_out, plain

_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")


@click.group(invoke_without_command=True)
@_json_option
@click.pass_context
def command(click_ctx: click.Context, as_json: bool) -> int:
    """What staff were told by a second channel."""
    if click_ctx.invoked_subcommand is not None:
        return cli.DONE
    from newsletter.pipeline import notices, proving

    with app.opened() as ctx:
        found = notices.listed(ctx)
        at = proving.proven(ctx)
        missing = proving.unproven(ctx)
    tried = at.isoformat().replace("+00:00", "Z") if at else None
    if as_json:
        json_out({"tried_at": tried, "notices": [_as_json(one) for one in found]})
        return cli.DONE
    for line in missing:
        click.echo(line, err=True)
    if tried:
        click.echo(f"The second channel was tried on {tried} and works.", err=True)
    if not found:
        click.echo("No notice yet.")
    for one in found:
        at_text = f"{one.at:%Y-%m-%d %H:%M} UTC" if one.at else "not yet"
        campaign = f"mailing {one.campaign}" if one.campaign else ""
        who = ", ".join(one.reached)
        line = f"{at_text:<21} {one.kind.value:<9} {campaign:<12} {one.state.value:<10} {who} {one.detail}"
        click.echo(plain(line.rstrip()))
    return cli.DONE


def _as_json(one: object) -> dict[str, object]:
    from newsletter.pipeline.notices import Notice

    assert isinstance(one, Notice)  # noqa: S101 - imported late, for `--help`
    return {
        "notice": one.number,
        "kind": one.kind.value,
        "campaign": one.campaign,
        "state": one.state.value,
        "at": one.at.isoformat().replace("+00:00", "Z") if one.at else None,
        "attempts": one.attempts,
        "reached": list(one.reached),
        "detail": one.detail or None,
    }


@command.command()
@_json_option
def test(as_json: bool) -> int:
    """Send a trial to everybody who is told; when all take it, the second channel counts as tried."""
    from newsletter.pipeline import proving

    with app.opened() as ctx:
        tried = proving.prove(ctx)
    works = bool(tried) and not any(one.fault for one in tried)
    if as_json:
        rows = [{"target": one.name, "fault": one.fault or None} for one in tried]
        json_out({"works": works, "targets": rows})
    elif not tried:
        click.echo("No second channel is set up: set [notices] in newsletter.toml.", err=True)
    for one in [] if as_json else tried:
        said = f"failed: {one.fault}" if one.fault else "taken. Look whether it arrived."
        click.echo(f"{one.name}: {plain(said)}")
    return cli.DONE if works else cli.REFUSED
