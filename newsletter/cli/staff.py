"""`newsletter staff`: who may enter the studio.

In: names, addresses, roles. Out: lines, or one JSON object; links that are shown once. Called by the command line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newsletter import app, cli
from newsletter.cli.output import json_out, plain
from newsletter.model.account import Role
from newsletter.model.said import recalled

if TYPE_CHECKING:
    from newsletter.pipeline.accounts import Invitation
    from newsletter.pipeline.context import Context

_ROLES = click.Choice([role.value for role in Role])
_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")


@click.group(no_args_is_help=True)
def command() -> None:
    """Accounts of the studio: add, change, end."""


@command.command()
@click.argument("name")
@click.argument("email")
@click.option("--role", "roles", type=_ROLES, multiple=True, required=True, help="Once or several times.")
@click.option("--lang", type=click.Choice(["en", "fr"]), default="en", help="The language of their pages.")
def add(name: str, email: str, roles: tuple[str, ...], lang: str) -> int:
    """Make an account, and the link by which its person sets a password."""
    from newsletter.pipeline import accounts

    with app.opened() as ctx:
        made = accounts.add(ctx, name, email, [Role(one) for one in roles], lang)
        _show(ctx, made)
    return cli.DONE


@command.command("list")
@_json_option
def list_(as_json: bool) -> int:
    """List the accounts and their roles."""
    from newsletter.pipeline import accounts

    with app.opened() as ctx:
        found = accounts.every(ctx)
    if as_json:
        rows = [
            {
                "name": one.name,
                "email": one.email,
                "roles": sorted(one.roles),
                "language": one.language,
                "ready": one.ready,
            }
            for one in found
        ]
        json_out({"accounts": rows})
        return cli.DONE
    for one in found:
        waiting = "" if one.ready else "  (no password yet)"
        click.echo(f"{plain(one.name)} <{one.email}>  {', '.join(sorted(one.roles))}{waiting}")
    if not found:
        click.echo(
            "Nobody has an account yet: `newsletter staff link --first` makes the link for the first.",
            err=True,
        )
    return cli.DONE


@command.command()
@click.argument("email")
@click.argument("roles", type=_ROLES, nargs=-1, required=True)
def roles(email: str, roles: tuple[str, ...]) -> int:
    """Give an account these roles in place of those it has; its sessions end."""
    from newsletter.pipeline import accounts

    with app.opened() as ctx:
        found = accounts.named(ctx, email)
        after = accounts.change(ctx, found.id, found.name, found.email, [Role(one) for one in roles])
    click.echo(f"{plain(after.name)}: {', '.join(sorted(after.roles))}")
    return cli.DONE


@command.command()
@click.argument("email", required=False)
@click.option("--first", is_flag=True, help="For the first administrator, while nobody has an account.")
def link(email: str | None, first: bool) -> int:
    """Make a new link for setting a password; it works once, for 24 hours."""
    from newsletter.model.errors import NotAllowed
    from newsletter.pipeline import accounts

    if bool(email) == first:
        raise click.UsageError("Name an address, or --first.")
    with app.opened() as ctx:
        made = accounts.first_link(ctx) if first else accounts.link(ctx, accounts.named(ctx, email or "").id)
        if made is None:
            raise NotAllowed(
                "somebody has an account already",
                code="account-first",
                hint="`newsletter staff list` shows who; `newsletter staff link ADDRESS` makes a link for one of them.",
            )
        _show(ctx, made)
    return cli.DONE


@command.command()
@click.argument("email")
def remove(email: str) -> int:
    """End an account and its sessions; what was done by it stays in the log."""
    from newsletter.pipeline import accounts

    with app.opened() as ctx:
        ended = accounts.remove(ctx, accounts.named(ctx, email).id)
    click.echo(f"{plain(ended.name)} has no account any more.")
    return cli.DONE


def _show(ctx: Context, made: Invitation) -> None:
    """The link, on stdout alone, so that it can be passed on by a program."""
    from newsletter.pipeline import inviting

    base = ctx.settings.text("studio.base_url") or f"http://127.0.0.1:{ctx.settings.whole('web.staff_port')}"
    passed = inviting.pass_on(ctx, made, base)
    if made.account is not None and passed.mailed:
        click.echo(
            f"Mailed to {made.account.email}. The same link, which works once within 24 hours:", err=True
        )
    elif made.account is not None:
        click.echo(f"For {plain(made.account.name)}, once, within 24 hours:", err=True)
    if passed.fault:
        click.echo(f"It could not be mailed: {plain(recalled(passed.fault).en)}.", err=True)
    click.echo(passed.url)
