"""`newsletter approve`: approve a planned mailing, ask others to, or record what somebody said elsewhere.

In: a campaign's number. Out: the campaign, waiting for its time or for the next person. Called by the command line.
"""

from __future__ import annotations

from pathlib import Path

import click

from newsletter import app, cli
from newsletter.cli import asking, waiting
from newsletter.cli import reschedule as moving
from newsletter.cli.output import print_findings, spaced
from newsletter.cli.real import require_ready
from newsletter.model.approval import How, Yes
from newsletter.model.errors import NotAllowed
from newsletter.pipeline import (
    approve,
    considering,
    control,
    hold,
    plan,
    request_words,
    reschedule,
    schedule,
    signing,
)
from newsletter.pipeline.authoring import staff_language
from newsletter.pipeline.context import Context


@click.command()
@click.argument("campaign", type=int)
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.option("--for", "person", default="", metavar="NAME", help="Record the yes that NAME gave elsewhere.")
@click.option(
    "--evidence",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What proves it: a letter (.eml), a PDF, a PNG or JPEG; kept with the approval.",
)
@click.option("--ask", "asks", is_flag=True, help="Ask those who may approve, by email; approve nothing.")
@click.option("--to", "names", multiple=True, metavar="NAME", help="With --ask: only these people.")
@click.option("--deadline", default="", metavar="WHEN", help='With --ask: answers by "2026-12-02 18:00".')
def command(
    campaign: int,
    yes: bool,
    person: str,
    evidence: Path | None,
    asks: bool,
    names: tuple[str, ...],
    deadline: str,
) -> int:
    """Approve a planned mailing."""
    if bool(person.strip()) != bool(evidence):
        raise click.UsageError("--for NAME and --evidence FILE go together.")
    if (asks and person) or ((names or deadline) and not asks):
        raise click.UsageError("--to and --deadline go with --ask, and --ask with no --for.")
    with app.opened() as ctx:
        if asks:
            return _ask(ctx, campaign, names, deadline)
        given = _given(ctx, person, evidence)
        if reschedule.begun(control.find(ctx, campaign)):
            return _rest(ctx, campaign, given, yes=yes)
        return _approve(ctx, campaign, given, yes=yes)


def _given(ctx: Context, person: str, evidence: Path | None) -> Yes:
    """Whose yes it is; on paper it is somebody else's."""
    if evidence is None:
        return Yes()
    from newsletter.pipeline import evidence as proofs

    name = " ".join(person.split())
    return Yes(How.PAPER, name, evidence=proofs.keep(ctx, evidence.name, evidence.read_bytes()))


def _approve(ctx: Context, campaign: int, given: Yes, *, yes: bool) -> int:
    planned = approve.waiting(ctx, campaign)
    frozen = considering.text_of(ctx, planned, planned.audience)
    asking.show_frozen(ctx, frozen)
    if frozen.edition is None:
        return cli.REFUSED
    signing.require_reviewed(ctx, planned.slug)
    ask = approve.ask_of(ctx, planned, frozen.edition)
    counts, survey = plan.surveyed(ctx, ask)
    outlook = approve.outlook_of(ctx, ask, counts)
    asking.show(approve.answers_of(ctx, planned), frozen.edition, counts, outlook.lines, survey)
    if beside := considering.compared(ctx, planned, ask):
        at = request_words.day(ctx, beside.at, "en")
        told = (
            f"{spaced(beside.new)} new, {spaced(beside.left)} left, since mailing {beside.campaign} of {at}, "
            f"which was for {request_words.people(beside.people, 'en')}"
        )
        click.echo(f"{'Compared':>11}  {told}", err=True)
    print_findings(outlook.remarks, staff_language(ctx))
    if frozen.edition.id != planned.edition:
        click.echo(
            "The text is not the one that this mailing was planned with: you approve the new one.",
            err=True,
        )
    require_ready(ctx)
    asking.confirm(counts, yes=yes)
    plan.keep(ctx, frozen.edition, frozen.files)
    done = approve.approve(ctx, campaign, counts.zones, edition=frozen.edition.id, yes=given)
    if waiting.told(ctx, done):
        return cli.OPEN
    click.echo(
        f"Mailing {campaign} is approved. It goes out while `newsletter serve` or `newsletter work` runs."
    )
    standing = hold.standing(ctx)
    if standing:
        click.echo(f"{hold.sentence(ctx, standing)}.")
    return cli.DONE


def _rest(ctx: Context, campaign: int, given: Yes, *, yes: bool) -> int:
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
    click.echo(moving.next_step(ctx, reschedule.approve_rest(ctx, campaign, given)))
    return cli.DONE


def _ask(ctx: Context, campaign: int, names: tuple[str, ...], deadline: str) -> int:
    from newsletter.pipeline import asking as requests

    until = schedule.moment_named(ctx, deadline) if deadline.strip() else None
    language = staff_language(ctx)
    for one in requests.ask(ctx, campaign, names, until):
        by = request_words.moment(ctx, one.deadline, language)
        click.echo(f"{one.person} <{one.address}> is asked by email, to answer by {by}.")
    click.echo("The mails go out while `newsletter serve` or `newsletter work` runs.")
    return cli.DONE
