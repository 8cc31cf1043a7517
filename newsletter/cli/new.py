"""`newsletter new SLUG`: start an issue, one file for each language.

In: a slug, a template. Out: files under issues/. Called by the command line.
"""

from __future__ import annotations

import click

from newsletter import app


@click.command()
@click.argument("slug")
@click.option("--template", default="letter", show_default=True, help="One of those in templates/.")
@click.option("--title", default="", help="Subject and title to begin with; made of the slug when left out.")
def command(slug: str, template: str, title: str) -> None:
    """Start a new issue."""
    from newsletter.pipeline import start

    with app.authoring() as desk:
        paths = start.new(desk, slug, template=template, title=title)
    for path in paths:
        click.echo(path)
    click.echo(f"\nOpen them in your editor, and beside it: newsletter preview {slug}", err=True)
