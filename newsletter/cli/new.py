"""`newsletter new SLUG`: start an issue, one file for each language; empty, from a letter, or as the last one was built.

In: a slug, a template; a letter; or the last issue. Out: files under issues/. Called by the command line.
"""

from __future__ import annotations

from pathlib import Path

import click

from newsletter import app
from newsletter.cli.bringing import confirm_languages, decisions, show_account, wishes
from newsletter.pipeline.authoring import Authoring


@click.command()
@click.argument("slug")
@click.option("--template", default=None, help="One of those in templates/.  [default: letter]")
@click.option("--title", default="", help="Subject and title to begin with; made of the slug when left out.")
@click.option(
    "--from",
    "files",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="A letter to begin with: .docx, .html, .txt or .md; twice for a document in each language.",
)
@click.option(
    "--from-last", is_flag=True, help="Build it as the last issue (of this template) was built, emptied."
)
@decisions
def command(
    slug: str,
    template: str | None,
    title: str,
    files: tuple[Path, ...],
    from_last: bool,
    changes: str | None,
    comments: str | None,
    boxes: str | None,
    languages: str,
    whole: bool,
    yes: bool,
) -> None:
    """Start a new issue."""
    if files and from_last:
        raise click.UsageError("--from and --from-last begin differently: take one of them.")
    with app.authoring() as desk:
        if files:
            decided = wishes(changes, comments, boxes, languages, whole=whole)
            paths = _brought(
                desk, slug, files, decided, template or "letter", title, settled=yes or bool(languages)
            )
        elif from_last:
            from newsletter.pipeline import again

            paths = again.new(desk, slug, template=template or "", title=title)
        else:
            from newsletter.pipeline import start

            paths = start.new(desk, slug, template=template or "letter", title=title)
    for path in paths:
        click.echo(path)
    _onward(slug, brought=bool(files))


def _brought(
    desk: Authoring,
    slug: str,
    files: tuple[Path, ...],
    decided: object,
    template: str,
    title: str,
    *,
    settled: bool,
) -> tuple[str, ...]:
    from newsletter.pipeline import letters

    letters.refuse_taken(desk, slug)
    letter = letters.read(desk, files, decided)  # type: ignore[arg-type]  # Wishes, imported where it is used
    show_account(letter)
    confirm_languages(letter, settled=settled or len(files) > 1)
    return letters.write(desk, slug, letter, template=template, title=title)


def _onward(slug: str, *, brought: bool) -> None:
    if brought:
        click.echo(f"\nWhat is still to be mended: newsletter check {slug}", err=True)
        click.echo(f"When a newer letter comes:  newsletter letter update {slug} FILE", err=True)
    click.echo(f"\nOpen them in your editor, and beside it: newsletter preview {slug}", err=True)
