"""`newsletter settle`: look for evidence of what is not confirmed, or record what a person decides about it.

In: a campaign's number. Out: what was resolved and what is left. Called by the command line.
"""

from __future__ import annotations

import click

from newsletter import app, cli
from newsletter.cli.output import json_out, spaced
from newsletter.cli.send import summary
from newsletter.pipeline import inquiring, record, settle
from newsletter.pipeline.progress import progress


@click.command()
@click.argument("campaign", type=int)
@click.option(
    "--assume",
    "decision",
    flag_value="assume",
    help="Count what is unclear as handed over, and what was refused as refused; nobody gets two copies.",
)
@click.option(
    "--again", "decision", flag_value="again", help="Hand it over once more; some people may get two copies."
)
@click.option("--batch", type=int, help="Only this batch.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(campaign: int, decision: str | None, batch: int | None, as_json: bool) -> int:
    """Clear up what is not confirmed, from evidence or by decision."""
    with app.opened() as ctx:
        progress(ctx, campaign)  # refuses a number that is no mailing's
        record.apply_new(ctx)
        found = settle.settle(ctx, campaign)
        inquiring.inquire(ctx, campaign)
        if decision:
            settle.decide(ctx, campaign, settle.Decision(decision), batch)
        now = progress(ctx, campaign)
        unclear = now.books.in_doubt + now.books.held
        if as_json:
            told = [settle.as_json(case) for case in settle.cases(ctx, campaign)]
            json_out(summary(ctx, campaign) | {"settled": found.accepted, "cases": told})
        else:
            for line in settle.evidence(ctx, campaign):
                click.echo(line)
            click.echo(
                f"Batches proven by events: {spaced(found.accepted)}. People not confirmed: {spaced(unclear)}."
            )
            _recommend(unclear, settle.refused(ctx, campaign))
    return cli.OPEN if unclear else cli.DONE


def _recommend(unclear: int, refused: int) -> None:
    if refused:
        click.echo(
            f"{spaced(refused)} of them are in parts that the provider refused, and have nothing yet. Recommended for these: --again "
            "(with --batch N while others are in doubt), which goes on looking for the addresses at fault; --assume counts them as refused."
        )
    if unclear > refused:
        click.echo(
            "Recommended: wait a day for events, then --assume (the provider usually took what it did not refuse)."
        )
