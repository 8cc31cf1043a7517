"""`newsletter review ISSUE`: a link by which people without an account see an issue and comment on it.

In: an issue. Out: a link that ends by itself; or all of them revoked. Called by the command line.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import click

from newsletter import app, cli
from newsletter.cli.output import counted, json_out
from newsletter.pipeline import build, commenting, request_words
from newsletter.pipeline.authoring import staff_language

_SPAN = re.compile(r"(\d{1,4})\s*([dhw])")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def span(_ctx: click.Context, _option: click.Parameter, value: str) -> timedelta:
    """`14d`, `36h`, `2w`."""
    found = _SPAN.fullmatch(value.strip())
    if found is None:
        raise click.BadParameter("write a number and h, d or w: 36h, 14d, 2w")
    return int(found[1]) * _UNITS[found[2]]


@click.command()
@click.argument("issue")
@click.option(
    "--expires", default="14d", show_default=True, callback=span, help="How long it works: 36h, 14d, 2w."
)
@click.option("--revoke", is_flag=True, help="No link of this issue works any more.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(issue: str, expires: timedelta, revoke: bool, as_json: bool) -> int:
    """Make a link for reviewers without an account, or revoke it."""
    with app.opened() as ctx:
        slug = build.find(ctx, issue, Path.cwd())
        if revoke:
            ended = commenting.revoke(ctx, slug)
            if as_json:
                json_out({"issue": slug, "revoked": ended})
            else:
                click.echo(f"{counted(ended, 'review link')} of {slug} ended. What was said stays.")
            return cli.DONE
        link, url = commenting.make_link(ctx, slug, expires)
        until = request_words.moment(ctx, link.expires_at, staff_language(ctx))
    if as_json:
        json_out({"issue": slug, "url": url, "expires_at": link.expires_at.isoformat()})
    else:
        click.echo(url)
        click.echo(
            f"Whoever has it sees {slug} as it is and may comment on it, until {until}. `newsletter serve` answers.",
            err=True,
        )
    return cli.DONE
