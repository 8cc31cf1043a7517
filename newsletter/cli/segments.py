"""`newsletter segments`: who is in them.

In: the name of a segment, or an expression. Out: counts and a plain sentence, or one JSON object. Called by the command line.
"""

from __future__ import annotations

import click

from newsletter import app, cli
from newsletter.cli.importing import REASONS
from newsletter.cli.output import counted, json_out, plain, spaced

_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")


@click.group(invoke_without_command=True)
@_json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> int:
    """List segments and count who is in them."""
    if ctx.invoked_subcommand is None:
        return _listed(as_json=as_json)
    if as_json:
        raise click.UsageError(f"--json stands behind the command: segments {ctx.invoked_subcommand} --json")
    return cli.DONE


@command.command("list")
@_json_option
def list_(as_json: bool) -> int:
    """List the segments, and the fields that they can ask for."""
    return _listed(as_json=as_json)


def _listed(*, as_json: bool) -> int:
    from newsletter.pipeline import segments

    with app.opened() as ctx:
        found = segments.listed(ctx)
        fields = segments.fields(ctx)
    broken = any(line.count is None for line in found)
    if as_json:
        rows = [
            {
                "name": line.name,
                "label": line.label,
                "where": line.where,
                "count": line.count,
                "error": line.fault or None,
            }
            for line in found
        ]
        json_out({"segments": rows, "fields": fields})
        return cli.REFUSED if broken else cli.DONE
    for line in found:
        label = f"  {line.label}" if line.label else ""
        click.echo(f"{spaced(line.count) if line.count is not None else '?':>9}  {line.name}{plain(label)}")
        if line.fault:
            click.echo(line.fault, err=True)
    click.echo(f"Fields: {', '.join(fields)}.", err=True)
    return cli.REFUSED if broken else cli.DONE


@command.command()
@click.argument("name", metavar="NAME|EXPRESSION")
@_json_option
def explain(name: str, as_json: bool) -> int:
    """Say what a segment means, how many are in it, how many may be mailed, and whom it misses."""
    from newsletter.pipeline import segments

    with app.opened() as ctx:
        found = segments.explain(ctx, name)
    if as_json:
        json_out(
            {
                "name": found.name,
                "label": found.label,
                "where": found.where,
                "expression": found.expression,
                "sentence": found.sentence,
                "count": found.count,
                "mailable": found.mailable,
                "languages": found.languages,
                "excluded": found.excluded,
                "missing": found.missing,
            }
        )
        return cli.DONE
    click.echo(found.sentence)
    click.echo(f"{counted(found.count, 'member')}; {spaced(found.mailable)} may be mailed today.")
    for reason, number in found.excluded.items():
        click.echo(f"  {spaced(number)} not: {REASONS.get(reason, reason)}")
    for language, number in found.languages.items():
        click.echo(f"  {spaced(number)} in {plain(language) or 'no language: they get both'}")
    for field, number in found.missing.items():
        have, are = ("has", "is") if number == 1 else ("have", "are")
        click.echo(f"  {spaced(number)} {have} no {field} and {are} not in this segment")
    return cli.DONE


@command.command()
@click.argument("name")
@click.argument("fresh", metavar="NEW_NAME")
@_json_option
def rename(name: str, fresh: str, as_json: bool) -> int:
    """Give a segment another name in segments.toml, while nothing that is still to come uses it."""
    from newsletter.pipeline import segment_removing

    with app.opened() as ctx:
        segment_removing.rename(ctx, name, fresh)
    if as_json:
        json_out({"name": fresh, "was": name})
    else:
        click.echo(f"The segment {name} is called {fresh} now.")
    return cli.DONE


@command.command()
@click.argument("name")
@_json_option
def remove(name: str, as_json: bool) -> int:
    """Take a segment out of segments.toml, while nothing that is still to come uses it."""
    from newsletter.pipeline import segment_removing

    with app.opened() as ctx:
        segment_removing.remove(ctx, name)
    if as_json:
        json_out({"name": name, "removed": True})
    else:
        click.echo(f"The segment {name} is taken out of segments.toml.")
    return cli.DONE


@command.command()
@click.argument("name")
@click.argument("expression")
@click.option("--label", default=None, help="What staff call it. Left out: as it is.")
@_json_option
def save(name: str, expression: str, label: str | None, as_json: bool) -> int:
    """Write a segment into segments.toml, new or changed; all else in the file stays as it is."""
    from newsletter.pipeline import segment_editing, segments

    with app.opened() as ctx:
        there = name in segments.defined(ctx).by_name
        draft = segment_editing.opened(ctx, name) if there else None
        called = label if label is not None else draft.label if draft else ""
        theirs = segment_editing.save(ctx, name, called, expression, draft.seal if draft else "")
        found = segments.explain(ctx, name)
    if as_json:
        json_out({"name": name, "where": found.where, "count": found.count, "saved": theirs is None})
    else:
        click.echo(f"{found.sentence} {counted(found.count, 'member')}.")
    return cli.DONE if theirs is None else cli.REFUSED
