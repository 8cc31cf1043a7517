"""What is shown and asked when a letter is brought in: what was found in which language, and the account of everything done to it.

In: a Letter. Out: lines on stderr; a person's yes. Called by `new --from` and `letter update`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

from newsletter.cli.output import counted, plain
from newsletter.model.errors import NotAllowed

_COLOURS = {"found": "green", "changed": "cyan", "left out": "yellow", "to do": "red"}


def decisions(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options by which a letter's open points are decided, and its languages confirmed."""
    options = (
        click.option(
            "--accept-changes",
            "changes",
            flag_value="accept",
            default=None,
            help="Accept all tracked changes.",
        ),
        click.option("--reject-changes", "changes", flag_value="reject", help="Reject all tracked changes."),
        click.option(
            "--drop-comments", "comments", flag_value="drop", default=None, help="Leave comments out."
        ),
        click.option(
            "--text-boxes",
            "boxes",
            type=click.Choice(["inline", "drop"]),
            help="Put text boxes in the line of the text, or leave them out.",
        ),
        click.option("--languages", metavar="EN,FR", default="", help="The languages that the letter holds."),
        click.option("--one-file", "whole", is_flag=True, help="Do not part a letter by its languages."),
        click.option("--yes", is_flag=True, help="Take what was recognised as it is."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def wishes(
    changes: str | None, comments: str | None, boxes: str | None, languages: str, *, whole: bool
) -> Any:
    """The options as the verb takes them."""
    from newsletter.pipeline.letters import Wishes

    named = tuple(part.strip() for part in languages.lower().split(",") if part.strip())
    return Wishes(changes or "", comments or "", boxes or "", named, whole)


def show_account(letter: Any) -> None:
    """Everything that was found, changed, left out, and left for the author."""
    for kind, colour in _COLOURS.items():
        for remark in (one for one in letter.remarks if one.said == kind):
            text = f": “{plain(remark.text)}”" if remark.text else ""
            click.echo(f"{click.style(kind.rjust(9), fg=colour)}  {plain(remark.what)}{text}", err=True)


def confirm_languages(letter: Any, *, settled: bool) -> None:
    """Show how a letter in several languages was parted, and ask. Raises NotAllowed where nobody can be asked."""
    if len(letter.texts) < 2:
        return
    click.echo(f"The letter holds {len(letter.texts)} languages, {letter.how_parted}:", err=True)
    for text in letter.texts:
        words = counted(len(text.body.split()), "word")
        click.echo(
            f"{text.language:>9}  {words}: “{plain(text.title or text.opening)}” … “{plain(_end(text.body))}”",
            err=True,
        )
    if settled:
        return
    if not sys.stdin.isatty():
        raise NotAllowed(
            "a letter in two languages wants a person's yes to how it is parted; nothing was written",
            code="not-confirmed",
            hint="--yes takes it as shown; --languages en,fr says what it holds; --one-file does not part it.",
        )
    if not click.confirm("Is that right?", default=True, err=True):
        raise NotAllowed(
            "nothing was written",
            code="not-confirmed",
            hint="Bring one document for each language: --from a.docx --from b.docx",
        )


def _end(body: str) -> str:
    lines = [line for line in body.splitlines() if line.strip() and not line.startswith(":::")]
    return lines[-1][-60:] if lines else ""
