"""`newsletter letter update SLUG FILE`: a newer letter into an issue that was brought in from one.

In: an issue, a letter. Out: the difference, word by word; on a yes, the issue's files. Called by the command line.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter import app, cli
from newsletter.cli.bringing import decisions, show_account, wishes
from newsletter.cli.output import plain
from newsletter.model.errors import NotAllowed

if TYPE_CHECKING:
    from newsletter.pipeline.letter_update import Update

_LOOKS = {"-": ("red", "[-", "-]"), "+": ("green", "{+", "+}")}


@click.group()
def command() -> None:
    """A newer letter into an issue that was brought in from one."""


@command.command()
@click.argument("issue")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--on-conflict",
    "side",
    type=click.Choice(["mine", "letter"]),
    help="What stands where both the letter and the issue's author changed a place.",
)
@decisions
def update(
    issue: str,
    files: tuple[Path, ...],
    side: str | None,
    changes: str | None,
    comments: str | None,
    boxes: str | None,
    languages: str,
    whole: bool,
    yes: bool,
) -> int:
    """Show what a newer letter changes, and take it over; front matter and what the author added stay."""
    from newsletter.pipeline import build, letter_update

    with app.authoring() as desk:
        slug = build.find(desk, issue, Path.cwd())
        planned = letter_update.plan(
            desk, slug, files, wishes(changes, comments, boxes, languages, whole=whole), side=side or ""
        )
        show_account(planned)
        _show(planned)
        if not planned.changes:
            click.echo("The letter says nothing new.", err=True)
        if planned.changes and not (planned.conflicts and not side):
            _confirm(yes=yes)
        for path in letter_update.write(desk, planned, side=side or ""):
            click.echo(path)
    return cli.DONE


def _show(planned: Update) -> None:
    from newsletter.pipeline.letter_update import differences

    for found in differences(planned):
        if found.mine is None:
            click.echo(f"{click.style(found.language, bold=True)}  {_line(found.letter)}\n", err=True)
            continue
        both = f"{found.language}  changed in the letter and in the issue:"
        click.echo(click.style(both, fg="yellow", bold=True), err=True)
        for who, said in (("letter", found.letter), ("mine", found.mine)):
            click.echo(f"{who:>8}  {_line(said)}\n", err=True)


def _line(said: Iterable[tuple[str, str]]) -> str:
    return "".join(_word(sign, text) for sign, text in said)


def _word(sign: str, text: str) -> str:
    """Colour in a terminal that has it, and signs everywhere: what goes [-so-], what comes {+so+}."""
    clean = "\n".join(plain(line) for line in text.split("\n"))
    if sign == " " or not clean.strip():
        return clean
    colour, before, after = _LOOKS[sign]
    return click.style(f"{before}{clean}{after}", fg=colour)


def _confirm(*, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise NotAllowed(
            "taking a letter over wants a person's yes: nothing was written",
            code="not-confirmed",
            hint="Add --yes.",
        )
    if not click.confirm("Take this over?", default=True, err=True):
        raise NotAllowed("nothing was written", code="not-confirmed")
