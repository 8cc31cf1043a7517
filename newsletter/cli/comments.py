"""`newsletter comments ISSUE`: what reviewers said, by block; resolve, reopen, answer.

In: an issue. Out: its comments. Called by the command line.
"""

from __future__ import annotations

from pathlib import Path

import click

from newsletter import app, cli
from newsletter.cli.output import counted, json_out, plain
from newsletter.pipeline import build, commenting, reviewing
from newsletter.pipeline.reviewing import Reviewed, Standing, Thread

_STANDS = {
    Standing.SAME: "",
    Standing.CHANGED: " (the text has changed since)",
    Standing.GONE: " (this block is gone)",
}


@click.command()
@click.argument("issue")
@click.option("--resolve", type=int, metavar="NUMBER", help="Settle one.")
@click.option("--reopen", type=int, metavar="NUMBER", help="Open one again.")
@click.option("--answer", type=int, metavar="NUMBER", help="Answer one, with --word.")
@click.option("--word", default="", metavar="TEXT", help="What you say with it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(
    issue: str, resolve: int | None, reopen: int | None, answer: int | None, word: str, as_json: bool
) -> int:
    """Show what reviewers said; resolve it."""
    if sum(one is not None for one in (resolve, reopen, answer)) > 1:
        raise click.UsageError("One of --resolve, --reopen and --answer at a time.")
    with app.opened() as ctx:
        slug = build.find(ctx, issue, Path.cwd())
        if resolve is not None:
            commenting.resolve(ctx, resolve, word)
        if reopen is not None:
            commenting.reopen(ctx, reopen)
        if answer is not None:
            commenting.answer(ctx, answer, (ctx.actor, word))
        return _show(reviewing.review(ctx, slug), as_json=as_json)


def _show(found: Reviewed, *, as_json: bool) -> int:
    threads = [
        (sheet.language, thread)
        for sheet in found.sheets
        for thread in (*(one for block in sheet.blocks for one in block.threads), *sheet.gone)
    ]
    if as_json:
        listed = [_as_json(language, thread) for language, thread in threads]
        json_out({"issue": found.slug, "open": found.open, "comments": listed})
        return cli.DONE
    for language, thread in threads:
        _print(language, thread)
    waiting = counted(found.open, "comment")
    click.echo(
        f"{waiting} open. Open comments stand in the way of an approval."
        if found.open
        else "Nothing is open."
    )
    return cli.DONE


def _print(language: str, thread: Thread) -> None:
    head = thread.head
    state = click.style("open", fg="yellow") if head.open else click.style("resolved", fg="green")
    click.echo(f"{head.number}  {state} [{language}] “{plain(thread.words)}”{_STANDS[thread.standing]}")
    for one in (head, *thread.answers):
        click.echo(f"    {plain(one.author)}: {' '.join(plain(line) for line in one.body.splitlines())}")
    if head.resolution:
        click.echo(f"    {plain(head.resolved_by)}: {plain(' '.join(head.resolution.split()))}")


def _as_json(language: str, thread: Thread) -> dict[str, object]:
    head = thread.head
    said = [
        {"author": one.author, "body": one.body, "at": one.at.isoformat()} for one in (head, *thread.answers)
    ]
    return {
        "number": head.number,
        "language": language,
        "block": thread.words,
        "standing": thread.standing.value,
        "open": head.open,
        "said": said,
        "resolved_by": head.resolved_by or None,
        "resolution": head.resolution or None,
    }
