"""`newsletter doctor`: whether real mailings would go well.

In: the workspace. Out: what was found, and what to do; exit 1 when something forbids a real mailing. Called by the command line.
"""

from __future__ import annotations

from collections.abc import Sequence

import click

from newsletter import app, cli
from newsletter.cli.output import json_out, plain
from newsletter.model.examination import Examination, Health, has_errors
from newsletter.pipeline import doctor

_COLOURS = {Health.OK: "green", Health.WARNING: "yellow", Health.ERROR: "red", Health.SKIPPED: "bright_black"}
_WIDTH = max(len(state) for state in Health)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(as_json: bool) -> int:
    """Check that real mailings would go well."""
    with app.opened() as ctx:
        found = doctor.examine(ctx)
        provider = ctx.settings.text("provider")
    wrong = has_errors(found)
    if as_json:
        examinations = [one.as_json() for one in found]
        json_out({"ok": not wrong, "provider": provider, "examinations": examinations})
    else:
        _show(found)
    return cli.REFUSED if wrong else cli.DONE


def _show(found: Sequence[Examination]) -> None:
    for one in found:
        state = click.style(one.state.value.ljust(_WIDTH), fg=_COLOURS[one.state])
        click.echo(f"{state}  {one.name}: {plain(one.sentence)}")
        if one.next_step:
            click.echo(f"{' ' * _WIDTH}  → {one.next_step}")
