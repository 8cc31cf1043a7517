"""`newsletter approve`: approve a planned mailing, or the new text of one that was held for it.

In: a campaign's number. Out: the campaign, waiting for its time. Called by the command line.
"""

from __future__ import annotations

import click

from newsletter import app, cli
from newsletter.cli import asking
from newsletter.cli import reschedule as moving
from newsletter.cli.output import print_findings
from newsletter.cli.real import require_ready
from newsletter.model.errors import NotAllowed
from newsletter.pipeline import approve, control, hold, last_time, plan, reschedule
from newsletter.pipeline.authoring import staff_language
from newsletter.pipeline.context import Context
from newsletter.pipeline.freeze import freeze


@click.command()
@click.argument("campaign", type=int)
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
def command(campaign: int, yes: bool) -> int:
    """Approve a planned mailing."""
    with app.opened() as ctx:
        if reschedule.begun(control.find(ctx, campaign)):
            return _rest(ctx, campaign, yes=yes)
        waiting = approve.waiting(ctx, campaign)
        table = approve.timetable_of(ctx, campaign)
        occasion = last_time.occasion(ctx, waiting.slug, table, campaign) if table else None
        frozen = freeze(ctx, waiting.slug, approve.planned_at(ctx, campaign), occasion, waiting.audience)
        asking.show_frozen(ctx, frozen)
        if frozen.edition is None:
            return cli.REFUSED
        ask = approve.ask_of(ctx, waiting, frozen.edition)
        counts, survey = plan.surveyed(ctx, ask)
        outlook = approve.outlook_of(ctx, ask, counts)
        asking.show(approve.answers_of(ctx, waiting), frozen.edition, counts, outlook.lines, survey)
        print_findings(outlook.remarks, staff_language(ctx))
        if frozen.edition.id != waiting.edition:
            click.echo(
                "The text is not the one that this mailing was planned with: you approve the new one.",
                err=True,
            )
        require_ready(ctx)
        asking.confirm(counts, yes=yes)
        plan.keep(ctx, frozen.edition, frozen.files)
        approve.approve(ctx, campaign, counts.zones, edition=frozen.edition.id)
        click.echo(
            f"Mailing {campaign} is approved. It goes out while `newsletter serve` or `newsletter work` runs."
        )
        standing = hold.standing(ctx)
        if standing:
            click.echo(f"{hold.sentence(ctx, standing)}.")
        return cli.DONE


def _rest(ctx: Context, campaign: int, *, yes: bool) -> int:
    """The new time of those who have not got a mailing that has begun; its text stays."""
    move = reschedule.planned(ctx, campaign)
    moving.show(ctx, move)
    require_ready(ctx)
    if not asking.can_ask(yes=yes):
        raise NotAllowed(
            "a mailing wants a person's yes",
            code="not-confirmed",
            hint="Call it from a terminal, or add --yes.",
        )
    moving.confirm(move.moved, yes=yes)
    click.echo(moving.next_step(ctx, reschedule.approve_rest(ctx, campaign)))
    return cli.DONE
