"""`newsletter release`: end the hold on everything; let mailings go on, one by one.

In: nothing, or a campaign's number. Out: what waits, festive mailings first; or one that goes on. Called by the command line.
"""

from __future__ import annotations

import click

from newsletter import app, cli
from newsletter.cli.output import counted, json_out, plain, spaced, spoken
from newsletter.model.campaign import CampaignStatus
from newsletter.model.said import recalled
from newsletter.pipeline import hold
from newsletter.pipeline.context import Context
from newsletter.pipeline.waiting import Waiting


@click.command()
@click.argument("campaign", type=int, required=False)
@click.option("--late", is_flag=True, help="Of one mailing: also what was missed meanwhile goes out, now.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(campaign: int | None, late: bool, as_json: bool) -> int:
    """End the hold, or let one mailing go on; nothing that was missed goes out by itself."""
    if late and campaign is None:
        raise click.UsageError("--late goes with the number of a mailing.")
    with app.opened() as ctx:
        done = hold.release(ctx, campaign, late=late)
        if as_json:
            json_out(_as_json(done))
        elif done.campaign is not None:
            click.echo(_goes_on(done))
        else:
            _show(ctx, done)
    return cli.DONE


def _as_json(done: hold.Released) -> dict[str, object]:
    freed = done.campaign
    return {
        "campaign": freed.id if freed else None,
        "status": freed.status.value if freed else None,
        "hold": done.hold.as_json() if done.hold else None,
        "waiting": [one.as_json() for one in done.waiting],
    }


def _goes_on(done: hold.Released) -> str:
    freed = done.campaign
    assert freed is not None  # noqa: S101 - the caller looked
    how = "waits for its time" if freed.status is CampaignStatus.SCHEDULED else f"is {freed.status.value}"
    rest = "\nThe hold stands for all others." if done.hold else ""
    return (
        f"Mailing {freed.id} {how}. It goes on while `newsletter serve` or `newsletter work` runs; "
        f"`newsletter resume {freed.id}` carries it to its end here.{rest}"
    )


def _show(ctx: Context, done: hold.Released) -> None:
    ended = "The hold has ended." if done.hold else "No hold stood."
    if not done.waiting:
        click.echo(f"{ended} No mailing waits.")
        return
    click.echo(
        f"{ended} {counted(len(done.waiting), 'mailing')} to be looked at again; nothing goes on by itself:"
    )
    for one in done.waiting:
        click.echo("\n" + "\n".join(lines(ctx, one)))


def lines(ctx: Context, one: Waiting) -> list[str]:
    """One mailing that waits: what, to whom, when it was due, what is late, and the ways on."""
    number = one.campaign.id
    feast = click.style("  festive", bold=True) if one.festive else ""
    told = [f"{number:>4}  {plain(one.title)} ({one.campaign.slug}){feast}"]
    told.append(f"      to {spoken(one.campaign.audience)}{_numbers(one)}")
    if one.due_at is not None:
        told.append(f"      {_time(ctx, one)}")
    told.append(f"      {plain(recalled(one.campaign.reason).en)}")
    if one.expired:
        ways = [f"newsletter reschedule {number} --at …"]
    elif one.missed:
        ways = [f"newsletter release {number} --late", f"newsletter reschedule {number} --at …"]
    else:
        ways = [f"newsletter release {number}", f"newsletter reschedule {number} --at …"]
    told.append("      → " + "   or   ".join([*ways, f"newsletter cancel {number}"]))
    return told


def _numbers(one: Waiting) -> str:
    if not one.books.prepared:
        return "; nobody has it"
    return f"; {spaced(one.books.accepted)} have it, {spaced(one.books.pending)} do not"


def _time(ctx: Context, one: Waiting) -> str:
    assert one.due_at is not None  # noqa: S101 - the caller looked
    at = hold.local(ctx, one.due_at)
    if one.expired:
        return f"was due {at}; its day has passed"
    if one.missed:
        return f"was due {at}: missed"
    return f"due {at}" if one.due_at > ctx.now() else f"was due {at}, and has begun"
