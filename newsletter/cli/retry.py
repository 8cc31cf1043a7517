"""`newsletter retry`: try again those of a mailing whom the provider refused, and only those.

In: a campaign's number. Out: a campaign of its own in the same books, carried to its end. Called by the command line.
"""

from __future__ import annotations

import click

from newsletter.cli.completing import complete
from newsletter.model.sequel import SequelKind


@click.command()
@click.argument("campaign", type=int)
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(campaign: int, yes: bool, as_json: bool) -> int:
    """Try again those of a mailing whom the provider refused, and only those."""
    return complete(campaign, SequelKind.RETRY, yes=yes, as_json=as_json)
