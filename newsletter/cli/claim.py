"""`newsletter claim`: let this copy of the database send, after a person has seen what is known of it.

In: a person's yes. Out: the lease taken; what was under way is held. Called by the command line.
"""

from __future__ import annotations

import sys

import click

from newsletter import app, cli
from newsletter.cli.output import counted, json_out
from newsletter.model.errors import NotAllowed
from newsletter.model.lease import Lease, Tenure
from newsletter.pipeline import claim, hold, lease
from newsletter.pipeline.context import Context

_MEANS = {
    Tenure.FREE: "Nothing was ever sent with this database.",
    Tenure.OURS: "This database may send from here.",
    Tenure.MACHINE: "This database was last used on another machine.",
    Tenure.PATH: "This database was last used in another folder.",
    Tenure.ABSENT: "It was used here before, and what this machine remembered of it is gone.",
    Tenure.BEHIND: "More was done here than this database knows of: it is a backup that was put back.",
}


@click.command()
@click.option("--restored", is_flag=True, help="This is a backup from before something was sent.")
@click.option(
    "--beside", is_flag=True, help="Send beside the machines that do, from one database of a server."
)
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(restored: bool, beside: bool, yes: bool, as_json: bool) -> int:
    """Let a restored or copied database send from here."""
    if beside:
        return _share(restored=restored, as_json=as_json)
    with app.opened() as ctx:
        found = lease.look(ctx)
        if not as_json:
            _show(ctx, found)
        if found.tenure.may_send and not restored:
            if as_json:
                json_out(_as_json(found, None))
            return cli.DONE
        _confirm(yes=yes)
        done = claim.claim(ctx, restored=restored)
    if as_json:
        json_out(_as_json(found, done))
        return cli.DONE
    click.echo("This copy sends from now on.")
    if done.doubted:
        click.echo(
            f"Of {counted(len(done.doubted), 'mailing')} something may have left after the backup was made: "
            "`newsletter settle` clears that up, nobody is mailed twice."
        )
    if done.held:
        click.echo(f"{counted(len(done.held), 'mailing')} held: `newsletter release` shows what waits.")
    return cli.DONE


def _share(*, restored: bool, as_json: bool) -> int:
    if restored:
        raise click.UsageError("--restored and --beside exclude one another.")
    with app.opened() as ctx:
        found = lease.look(ctx)
        done = claim.share(ctx)
    if as_json:
        json_out(_as_json(found, claim.Claimed(found, done, (), ())))
    else:
        click.echo("This machine sends beside the others from now on. Nothing was held.")
    return cli.DONE


def _show(ctx: Context, found: lease.Look) -> None:
    click.echo(_MEANS[found.tenure], err=True)
    for label, one in (("Last used", found.known), ("Remembered here", found.kept), ("Here", found.here)):
        click.echo(f"{label:>16}  {_told(ctx, one)}", err=True)


def _told(ctx: Context, one: Lease | None) -> str:
    if one is None:
        return "nothing"
    when = f", {hold.local(ctx, one.at)}" if one.at else ""
    counter = f", counter {one.counter}" if one.counter else ""
    return f"{one.host} {one.path}{counter}{when}"


def _confirm(*, yes: bool) -> None:
    """The word typed. Raises NotAllowed without a yes."""
    if yes:
        return
    hint = "Call it from a terminal, or add --yes."
    if sys.stdin.isatty():
        click.echo(
            "Only one copy may send: whatever was planned goes out once from each. Mailings under way are held.",
            err=True,
        )
        if click.prompt("Type claim to confirm", default="", show_default=False, err=True).strip() == "claim":
            return
        hint = "The word was not typed."
    raise NotAllowed("a claim wants a person's yes", code="not-confirmed", hint=hint)


def _as_json(found: lease.Look, done: claim.Claimed | None) -> dict[str, object]:
    counters = {"database": found.known, "machine": found.kept, "now": done.lease if done else None}
    return {
        "tenure": found.tenure.value,
        "claimed": done is not None,
        "last": f"{found.known.host} {found.known.path}" if found.known else None,
        "here": f"{found.here.host} {found.here.path}",
        "counters": {name: one.counter if one else 0 for name, one in counters.items()},
        "held": list(done.held) if done else [],
        "in_doubt": list(done.doubted) if done else [],
    }
