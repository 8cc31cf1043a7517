"""`newsletter why EMAIL [CAMPAIGN]`: the whole story of one member, in plain words.

In: an address, perhaps a campaign. Out: sentences, or JSON. Called by the command line.
"""

from __future__ import annotations

import textwrap

import click

from newsletter import app, cli
from newsletter.cli.output import json_out, plain

WIDTH = 88


@click.command()
@click.argument("email")
@click.argument("campaign", type=int, required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(email: str, campaign: int | None, as_json: bool) -> int:
    """Tell why somebody did or did not get a mailing."""
    from newsletter.pipeline import why

    with app.opened() as ctx:
        story = why.why(ctx, email, campaign)
    if as_json:
        json_out(why.as_json(story))
        return cli.DONE
    click.echo(click.style(story.email, bold=True))
    _tell(story.told)
    if story.segments:
        _tell([f"Today in these segments: {', '.join(story.segments)}."])
    for chapter in story.campaigns:
        click.echo()
        click.echo(click.style(f"Mailing {chapter.campaign}, {chapter.issue}: {chapter.outcome}", bold=True))
        _tell(chapter.told)
    if not story.campaigns:
        click.echo("\nNo mailing had to do with this address.")
    return cli.DONE


def _tell(sentences: tuple[str, ...] | list[str]) -> None:
    for sentence in sentences:
        click.echo(
            textwrap.fill(
                plain(sentence), WIDTH, initial_indent="  ", subsequent_indent="    ", break_long_words=False
            )
        )
