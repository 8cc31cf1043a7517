"""`newsletter suppressions`: the do-not-mail list.

In: addresses, files of other programs. Out: text or one JSON object. Called by the command line.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import click

from newsletter import app, cli
from newsletter.cli.members import print_bytes
from newsletter.cli.output import json_out, plain, spaced
from newsletter.model.member import SuppressionReason

_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
_REASONS = [reason.value for reason in SuppressionReason if reason is not SuppressionReason.ERASED]
_reason_option = click.option(
    "--reason", type=click.Choice(_REASONS), default=SuppressionReason.MANUAL.value, show_default=True
)


@click.group(no_args_is_help=True)
def command() -> None:
    """The do-not-mail list."""


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_reason_option
@_json_option
def import_(file: Path, reason: str, as_json: bool) -> int:
    """Add the addresses of a file: an export, or one address a line. --reason stands in for rows that name none of ours."""
    from newsletter.cli import importing
    from newsletter.pipeline.suppressions import import_suppressions

    with app.opened() as ctx, import_suppressions(ctx, file, SuppressionReason(reason)) as report:
        added = {reason.value: number for reason, number in report.added.items()}
        if as_json:
            rows = ({"line": one.line, "email": one.email, "reason": one.text} for one in report.refused())
            importing.stream_json(
                {"added": sum(added.values())}, {"refused": rows}, {"known": report.known, "reasons": added}
            )
        else:
            counts = f"{spaced(sum(added.values()))} added, {spaced(report.known)} on the list already"
            click.echo(f"{file.name}: {counts}, {spaced(report.refused_count)} refused")
            importing.remarks("refused", report.refused(), report.refused_count)
        return cli.DONE if added or report.known else cli.REFUSED


@command.command("export")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="The file; stdout when left out."
)
def export(out: Path | None) -> int:
    """Write the list as CSV. Erased addresses are known by their key only, and are not in it."""
    from newsletter.pipeline import suppressions
    from newsletter.pipeline.exporting import Export, note, write

    with app.opened() as ctx:
        note(ctx, Export.DO_NOT_MAIL)
        if out:
            write(out, suppressions.exported(ctx))
        else:
            print_bytes(suppressions.exported(ctx))
    return cli.DONE


@command.command()
@click.argument("email")
@_reason_option
@click.option("--source", default="by hand", show_default=True, help="Where we know it from.")
@_json_option
def add(email: str, reason: str, source: str, as_json: bool) -> int:
    """Never mail this address."""
    from newsletter.pipeline import suppressions

    with app.opened() as ctx:
        fresh = suppressions.add(ctx, email, SuppressionReason(reason), source)
    if as_json:
        json_out({"email": email, "reason": reason, "added": fresh})
    else:
        click.echo(f"{email}: {'put on' if fresh else 'was already on'} the do-not-mail list ({reason}).")
    return cli.DONE


@command.command()
@click.argument("email")
@click.option("--why", required=True, help="Why the entry was a mistake; kept in the audit log.")
def lift(email: str, why: str) -> int:
    """Take back an entry of our own (manual, invalid). What a person said stays."""
    from newsletter.pipeline import suppressions

    with app.opened() as ctx:
        suppressions.lift(ctx, email, why)
    click.echo(f"{email}: taken off the do-not-mail list.")
    return cli.DONE


@command.command("list")
@click.option(
    "--reason", "reasons", type=click.Choice([one.value for one in SuppressionReason]), multiple=True
)
@click.option("--limit", default=50, show_default=True, help="How many at most; 0: all.")
@_json_option
def list_(reasons: tuple[str, ...], limit: int, as_json: bool) -> int:
    """List who must not be mailed, and why."""
    from newsletter.pipeline import suppressions

    wanted = [SuppressionReason(reason) for reason in reasons]
    with app.opened() as ctx:
        counts = suppressions.counted(ctx, wanted)
        found = list(islice(suppressions.listed(ctx, wanted), limit or None))
    if as_json:
        rows = [
            {
                "email": one.address,
                "reason": one.reason.value,
                "source": one.source,
                "at": one.at.isoformat().replace("+00:00", "Z"),
            }
            for one in found
        ]
        json_out({"count": sum(counts.values()), "reasons": counts, "suppressions": rows})
        return cli.DONE
    for one in found:
        click.echo(
            f"{plain(one.address) or '(erased)'} · {one.reason.value} · {plain(one.source)} · {one.at:%Y-%m-%d}"
        )
    more = (
        f" The first {len(found)} are shown; --limit 0 shows all."
        if len(found) < sum(counts.values())
        else ""
    )
    click.echo(f"{spaced(sum(counts.values()))} on the do-not-mail list.{more}", err=True)
    return cli.DONE
