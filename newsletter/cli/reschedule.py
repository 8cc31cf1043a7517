"""`newsletter reschedule`: another time for a mailing; for one that has begun, only for those who have not got it.

In: a campaign's number, a time or holiday. Out: the campaign with its new time, approved or waiting for that. Called by the command
line.
"""

from __future__ import annotations

import click

from newsletter import app, cli
from newsletter.cli import asking
from newsletter.cli.output import json_out, print_findings, spaced
from newsletter.cli.real import require_ready
from newsletter.model.campaign import Campaign, CampaignStatus
from newsletter.model.errors import NotAllowed
from newsletter.model.issue import ScheduleWish
from newsletter.pipeline import control, hold, lease, reschedule
from newsletter.pipeline.authoring import staff_language
from newsletter.pipeline.context import Context
from newsletter.pipeline.reschedule import Move


@click.command()
@click.argument("campaign", type=int)
@click.option("--at", default="", metavar="WHEN", help='"2020-12-21 09:00", or "09:00" beside --holiday.')
@click.option(
    "--holiday", default="", metavar="KEY", help='A holiday, such as christmas-day or "Jour de Noël".'
)
@click.option(
    "--calendar", default="", metavar="CA-ON", help="Whose holidays and working days; else as it was."
)
@click.option("--offset", default="", help='"-3 working days", "+1 day"; without it the day itself.')
@click.option(
    "--zone", default="", metavar="ZONE|member", help="America/Toronto …, or member; else as it was."
)
@click.option("--year", type=int, help="Which year's holiday; without it the next one still ahead.")
@click.option(
    "--past", type=click.Choice(["now", "next-day"]), default="now", help="Where the time has passed already."
)
@click.option(
    "--window",
    default="",
    metavar="HOURS",
    help='It leaves within these only: "weekdays 08:00-17:00"; "none": at any hour. Else as send.window says.',
)
@click.option("--dry-run", is_flag=True, help="Show every wave; change nothing.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(
    campaign: int, past: str, dry_run: bool, yes: bool, as_json: bool, **wish: str | int | None
) -> int:
    """Give a mailing another time, or those of it who have not got it."""
    with app.opened() as ctx:
        table = reschedule.timetable(ctx, campaign, ScheduleWish(**wish), past)  # type: ignore[arg-type]
        move = reschedule.look(ctx, campaign, table)
        if not as_json:
            show(ctx, move)
        found = control.find(ctx, campaign)
        if not dry_run:
            lease.require(ctx)
            require_ready(ctx)
            found = _move(ctx, move, yes=yes, quiet=as_json)
        if as_json:
            json_out(_as_json(ctx, move, found))
        elif not dry_run:
            click.echo(next_step(ctx, found))
    return cli.DONE


def show(ctx: Context, move: Move) -> None:
    """Who would get the new time, and who keeps the old one."""
    outlook = reschedule.outlook(ctx, move)
    for line in outlook.lines:
        click.echo(f"{'When':>11}  {line}", err=True)
    print_findings(outlook.remarks, staff_language(ctx))
    if move.have:
        click.echo(f"{'Have it':>11}  {spaced(move.have)} people", err=True)
    if move.fixed:
        click.echo(f"{'Stay':>11}  {spaced(move.fixed)}: under way, or not confirmed", err=True)
    click.echo(f"{'Other time':>11}  {click.style(spaced(move.moved), bold=True)} people", err=True)


def _move(ctx: Context, move: Move, *, yes: bool, quiet: bool) -> Campaign:
    """A typed count approves the new time; without a terminal or --yes it waits for `approve`."""
    confirmed = asking.can_ask(yes=yes)
    if confirmed:
        confirm(move.moved, yes=yes)
    found = reschedule.reschedule(ctx, move)
    return reschedule.approve_moved(ctx, move) if confirmed else found


def confirm(people: int, *, yes: bool) -> None:
    """The typed count. Raises NotAllowed."""
    if people == 0:
        raise NotAllowed(
            "nobody would be mailed", code="nobody", hint="`newsletter cancel` ends the mailing."
        )
    if yes:
        return
    typed = click.prompt(f"Type {people} to confirm", default="", show_default=False, err=True)
    if "".join(character for character in typed if character.isdigit()) != str(people):
        raise NotAllowed(
            "not confirmed: nothing was changed",
            code="not-confirmed",
            hint="The number was not typed as shown.",
        )


def next_step(ctx: Context, found: Campaign) -> str:
    """What happens next."""
    if found.status in {CampaignStatus.SCHEDULED, CampaignStatus.SENDING}:
        standing = hold.standing(ctx)
        told = f"Mailing {found.id} is approved for its new time. It goes out while `newsletter serve` or `newsletter work` runs."
        return f"{told}\n{hold.sentence(ctx, standing)}." if standing else told
    return f"Mailing {found.id} has its new time and waits for approval: newsletter approve {found.id}"


def _as_json(ctx: Context, move: Move, found: Campaign) -> dict[str, object]:
    outlook = reschedule.outlook(ctx, move)
    return {
        "campaign": found.id,
        "status": found.status.value,
        "reason": found.reason.partition("\n")[0],
        "accepted": move.have,
        "fixed": move.fixed,
        "moved": move.moved,
    } | {name: outlook.json[name] for name in ("local", "zone", "waves", "warnings", "notices")}
