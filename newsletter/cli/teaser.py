"""`newsletter teaser URL [ISSUE]`: a teaser from a web page, in each language, to be checked by a person.

In: an address, perhaps an issue. Out: blocks on stdout; the picture in the issue's folder. Called by the command line.
"""

from __future__ import annotations

from pathlib import Path

import click

from newsletter import app
from newsletter.cli.output import json_out


@click.command()
@click.argument("url")
@click.argument("issue", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(url: str, issue: str | None, as_json: bool) -> None:
    """Fill a teaser from a web page."""
    with app.authoring() as desk:
        from newsletter.pipeline import build, teaser
        from newsletter.pipeline.authoring import staff_language

        slug = build.find(desk, issue, Path.cwd()) if issue else ""
        made = teaser.teasers(desk, url, slug)
        spoken = staff_language(desk)
    if as_json:
        json_out({"url": url, "issue": slug or None, "teasers": [one.as_json() for one in made]})
        return
    for one in made:
        click.echo(f"{one.language}:", err=True)
        click.echo(one.markdown)
        if one.remark:
            click.echo(f"{one.language}: {one.remark.told(spoken)}", err=True)
    if not slug and any(one.facts.image for one in made):
        click.echo("Name an issue to get the picture, too: newsletter teaser URL ISSUE", err=True)
