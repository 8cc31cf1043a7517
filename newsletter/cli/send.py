"""`newsletter send`: check, freeze, count, ask, prepare, and submit to the end.

In: an issue, segments. Out: a campaign carried to its end. Called by the command line. The same command again mails nobody twice.
"""

from __future__ import annotations

from pathlib import Path

import click

from newsletter import app, cli
from newsletter.cli import asking, rehearsal, running, waiting
from newsletter.cli.output import json_out
from newsletter.cli.real import require_ready
from newsletter.model.campaign import AudienceRule, Campaign, CampaignStatus
from newsletter.model.errors import NotAllowed
from newsletter.pipeline import approve, asked, barring, build, control, hours, lanes, lease, plan, signing
from newsletter.pipeline.context import Context
from newsletter.pipeline.freeze import Frozen, freeze
from newsletter.pipeline.progress import progress
from newsletter.pipeline.testing import show_staff


@click.command()
@click.argument("issue")
@click.option(
    "--segment", "-s", "segments", multiple=True, help="Who gets it; several add up. `everyone` is built in."
)
@click.option("--exclude", "-x", "excluded", multiple=True, help="Who does not, whatever else they are in.")
@click.option(
    "--again", metavar="REASON", callback=asking.reason, help="One more copy for everybody, with the reason."
)
@click.option("--gentle", is_flag=True, help="Start gently also where no real people are reached.")
@click.option("--at-once", is_flag=True, help="No gentle start.")
@click.option(
    "--window",
    default="",
    metavar="HOURS",
    help='It leaves within these only, by the newsletter\'s clock: "weekdays 08:00-17:00".',
)
@click.option(
    "--rehearse", is_flag=True, help="The whole send against the emulator, in a copy: nobody is mailed."
)
@click.option(
    "--faults",
    metavar="NAME|FILE",
    default="none",
    help="With --rehearse: what goes wrong: none, busy, unclear, outage, refused, or a file with a fault script.",
)
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(
    issue: str,
    segments: tuple[str, ...],
    excluded: tuple[str, ...],
    again: str,
    gentle: bool,
    at_once: bool,
    window: str,
    rehearse: bool,
    faults: str,
    yes: bool,
    as_json: bool,
) -> int:
    """Send an issue to its recipients, to the end."""
    if gentle and at_once:
        raise click.UsageError("--gentle and --at-once exclude one another.")
    within = hours.require_window(window)
    if rehearse:
        wanted = rehearsal.Wanted(
            issue, segments, excluded, again, faults, within, gentle=gentle, at_once=at_once
        )
        return rehearsal.rehearse(wanted, as_json=as_json)
    with app.opened() as ctx:
        lease.require(ctx)
        barring.require_none(ctx)
        slug = build.find(ctx, issue, Path.cwd())
        frozen = freeze(ctx, slug, rule=AudienceRule(segments, excluded) if segments else None)
        if not as_json:
            asking.show_frozen(ctx, frozen)
        if frozen.edition is None or frozen.issue is None:
            return _refused(frozen, as_json=as_json)
        answers = asked.settle(ctx, frozen.issue, segments, excluded)
        gently = gentle or (ctx.settings.official and not at_once)
        ask = plan.Ask(
            frozen.edition, answers.audience, answers.provider, gentle=gently, again=again, window=within
        )
        found = plan.look(ctx, ask)
        if found is None:
            campaign = _new(ctx, frozen, ask, answers, at_once=at_once, yes=yes, quiet=as_json)
        else:
            campaign = _known(ctx, found, ask, quiet=as_json)
        waits = waiting.told(ctx, control.find(ctx, campaign), quiet=as_json)
        code = cli.OPEN if waits else running.run_to_end(ctx, campaign, quiet=as_json)
        if as_json:
            json_out(summary(ctx, campaign))
        return code


def _refused(frozen: Frozen, *, as_json: bool) -> int:
    if as_json:
        json_out({"campaign": None, "findings": [finding.as_json() for finding in frozen.findings]})
    else:
        click.echo("Nothing was sent: the errors above come first.", err=True)
    return cli.REFUSED


def _new(
    ctx: Context,
    frozen: Frozen,
    ask: plan.Ask,
    answers: asked.Asked,
    *,
    at_once: bool,
    yes: bool,
    quiet: bool,
) -> int:
    counts, survey = plan.surveyed(ctx, ask)
    if not quiet:
        slow = lanes.lines(ctx, counts.lanes, "en")
        asking.show(answers, ask.edition, counts, [f"now{hours.within(ask.window)}", *slow], survey)
    asking.require_somebody(counts)
    signing.require_reviewed(ctx, ask.edition.artwork.slug)
    require_ready(ctx)
    if at_once and ctx.settings.official:
        asking.confirm_at_once(counts, yes=yes)
    asking.confirm(counts, yes=yes, quiet=quiet)
    planned = plan.plan(ctx, ask, frozen.files)
    if planned.fresh:
        if ask.gentle:
            show_staff(ctx, ask.edition, frozen.files, ask.provider)
        approve.approve(ctx, planned.campaign.id, counts.zones)
    return planned.campaign.id


def _known(ctx: Context, found: plan.Planned, ask: plan.Ask, *, quiet: bool) -> int:
    """The same send was asked for before: it is carried on, or was at its end, or waits because the text changed."""
    campaign = found.campaign
    if campaign.status is CampaignStatus.CANCELLED:
        raise NotAllowed(
            f"this mailing ({campaign.id}) was cancelled: nothing is sent",
            code="campaign-cancelled",
            hint=f"`newsletter correct {campaign.id}` is for those who do not have it; "
            '`--again "another reason"` is one more copy for everybody.',
        )
    _require_begun(ctx, campaign)
    if found.differs and not campaign.status.over:
        plan.hold_different(ctx, campaign)
        click.echo(different(campaign), err=True)
        return campaign.id
    if not quiet:
        click.echo(_standing(campaign, ask), err=True)
    control.resume(ctx, campaign.id)
    return campaign.id


def _require_begun(ctx: Context, campaign: Campaign) -> None:
    """What is planned for later is not sent now, and nobody waits for it before a terminal."""
    if campaign.status.over or campaign.started_at or not campaign.due_at or campaign.due_at <= ctx.now():
        return
    stands = "" if campaign.status is CampaignStatus.SCHEDULED else f", and is {campaign.status.value}"
    resume = f"`newsletter resume {campaign.id}` and " if stands else ""
    raise NotAllowed(
        f"this mailing ({campaign.id}) is planned for {campaign.due_at:%Y-%m-%d %H:%M} UTC{stands}",
        code="campaign-scheduled",
        hint=f"`newsletter cancel {campaign.id}` first, or {resume}let it go out then.",
    )


def _standing(campaign: Campaign, ask: plan.Ask) -> str:
    """Which mailing this is; and of one at its end, how its people get one more copy."""
    line = f"This is mailing {campaign.id} ({campaign.status.value}); nobody gets it twice."
    if not campaign.status.over:
        return line
    if campaign.provider != ask.provider:
        line += f'\n  It was handed to {campaign.provider}. `--again "by {ask.provider}"` hands it to {ask.provider}.'
    elif ask.again:
        line += "\n  It is the copy for this reason; a further one wants another."
    return line


def different(campaign: Campaign) -> str:
    """What to do when the text of a mailing that is under way has changed."""
    fresh = campaign.started_at is None
    choice = f"`newsletter approve {campaign.id}` takes the new text, " if fresh else ""
    return (
        f"The issue's files differ from the version that was approved for mailing {campaign.id}: it waits.\n"
        f"  {choice}`newsletter resume {campaign.id}` goes on with the approved one."
    )


def summary(ctx: Context, campaign: int) -> dict[str, object]:
    """What `send --json` and `schedule --json` say of a campaign."""
    now = progress(ctx, campaign)
    books = now.books
    return {
        "campaign": campaign,
        "issue": now.campaign.slug,
        "status": now.campaign.status.value,
        "reason": now.campaign.reason.partition("\n")[0],
        "candidates": books.candidates,
        "excluded": books.excluded,
        "prepared": books.prepared,
        "pending": books.pending,
        "accepted": books.accepted,
        "skipped": books.skipped,
        "rejected": books.rejected,
        "in_doubt": books.in_doubt,
        "held": books.held,
        "closed": books.closed,
    }
