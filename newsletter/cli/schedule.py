"""`newsletter schedule`: plan a mailing for a time or a holiday; what was understood is shown before it counts.

In: an issue, a time or holiday, segments. Out: a planned campaign. Called by the command line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from newsletter import app, cli
from newsletter.cli import asking, waiting
from newsletter.cli.output import json_out, print_findings
from newsletter.cli.send import different
from newsletter.model.campaign import Campaign, CampaignStatus
from newsletter.model.issue import ScheduleWish
from newsletter.pipeline import build, hold, lanes, plan, proposal, proving, request_words, signing
from newsletter.pipeline.authoring import staff_language
from newsletter.pipeline.conclude import TEXT_DIFFERS
from newsletter.pipeline.context import Context
from newsletter.pipeline.freeze import Frozen
from newsletter.pipeline.proposal import Made, Proposal

_CODES = {
    CampaignStatus.DRAFT: cli.DONE,
    CampaignStatus.SCHEDULED: cli.DONE,
    CampaignStatus.HELD: cli.OPEN,
    CampaignStatus.PAUSED: cli.OPEN,
}


@dataclass(frozen=True, slots=True)
class _Flags:
    """How the command behaves, whatever it is about."""

    dry_run: bool
    yes: bool
    as_json: bool
    at_once: bool


@click.command()
@click.argument("issue")
@click.option(
    "--segment", "-s", "segments", multiple=True, help="Who gets it; several add up. `everyone` is built in."
)
@click.option("--exclude", "-x", "excluded", multiple=True, help="Who does not, whatever else they are in.")
@click.option("--at", default="", metavar="WHEN", help='"2020-12-21 09:00", or "09:00" beside --holiday.')
@click.option(
    "--holiday", default="", metavar="KEY", help='A holiday, such as christmas-day or "Jour de Noël".'
)
@click.option(
    "--calendar", default="", metavar="CA-ON", help="Whose holidays and working days; else the publication's."
)
@click.option("--offset", default="", help='"-3 working days", "+1 day"; without it the day itself.')
@click.option(
    "--zone", default="", metavar="ZONE|member", help="America/Toronto …, or member: each reader's own time."
)
@click.option("--year", type=int, help="Which year's holiday; without it the next one still ahead.")
@click.option(
    "--every",
    type=click.Choice(["year"]),
    help="It comes back: each time a draft that wants its own approval.",
)
@click.option(
    "--day",
    type=click.Choice(["actual", "observed"]),
    callback=lambda _ctx, _option, value: value or "",
    help="Which day of a holiday that is observed on another; without it the actual one.",
)
@click.option(
    "--window",
    default="",
    metavar="HOURS",
    help='It leaves within these only: "weekdays 08:00-17:00"; "none": at any hour. Else as send.window says.',
)
@click.option(
    "--past",
    type=click.Choice(["now", "next-day", "skip"]),
    default="now",
    help="Where the time has passed already.",
)
@click.option(
    "--grace",
    type=click.IntRange(0),
    metavar="MINUTES",
    help="How late it may start by itself; else as send.grace_minutes says. A greeting: until its day ends.",
)
@click.option("--gentle", is_flag=True, help="Start gently also where no real people are reached.")
@click.option("--at-once", is_flag=True, help="No gentle start.")
@click.option("--dry-run", is_flag=True, help="Show every wave; plan nothing.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def command(
    issue: str,
    segments: tuple[str, ...],
    excluded: tuple[str, ...],
    past: str,
    grace: int | None,
    gentle: bool,
    at_once: bool,
    dry_run: bool,
    yes: bool,
    as_json: bool,
    **wish: str | int | None,
) -> int:
    """Plan a mailing for a time or a holiday."""
    if gentle and at_once:
        raise click.UsageError("--gentle and --at-once exclude one another.")
    asked_for = ScheduleWish(**{name: value or "" for name, value in wish.items()} | {"year": wish["year"]})  # type: ignore[arg-type]
    flags = _Flags(dry_run, yes, as_json, at_once)
    with app.opened() as ctx:
        slug = build.find(ctx, issue, Path.cwd())
        gently = True if gentle else False if at_once else None
        wanted = proposal.Wanted(slug, asked_for, segments, excluded, past, gently, grace)
        timed = proposal.timed(ctx, wanted)
        if not timed.sound:
            return _refused(ctx, timed.frozen, flags)
        if not as_json:
            asking.show_frozen(ctx, timed.frozen)
        return _plan(ctx, proposal.propose(ctx, timed), flags)


def _refused(ctx: Context, frozen: Frozen, flags: _Flags) -> int:
    if flags.as_json:
        json_out({"campaign": None, "findings": [finding.as_json() for finding in frozen.findings]})
    else:
        asking.show_frozen(ctx, frozen)
        click.echo("Nothing was planned: the errors above come first.", err=True)
    return cli.REFUSED


def _plan(ctx: Context, made: Proposal, flags: _Flags) -> int:
    outlook = made.outlook
    if not flags.as_json:
        slow = lanes.lines(ctx, made.counts.lanes, staff_language(ctx))
        asking.show(made.answers, made.ask.edition, made.counts, [*outlook.lines, *slow], made.survey)
        print_findings(outlook.remarks, staff_language(ctx))
    shown = outlook.json | asking.as_json(made.counts) | _notices(ctx, outlook.json, told=not flags.as_json)
    if flags.dry_run:
        if flags.as_json:
            json_out(shown)
        return cli.DONE
    done = _found_or_planned(ctx, made, flags)
    campaign, number = done.campaign, done.series
    if flags.as_json:
        json_out({"campaign": campaign.id, "status": campaign.status.value, "series": number} | shown)
    else:
        if not (done.fresh and waiting.told(ctx, campaign)):
            click.echo(_next_step(campaign, fresh=done.fresh))
        if again := signing.again_from(ctx, campaign):
            day = request_words.day(ctx, again, staff_language(ctx))
            click.echo(f"Its approval will be too old by then: it is asked for again from {day} on.")
        if number is not None:
            click.echo(
                f"It comes back every year (series {number}), each time as a draft that wants its own approval. "
                f"`newsletter series end {number}` ends that."
            )
    return _CODES.get(campaign.status, cli.REFUSED)


def _notices(ctx: Context, known: Mapping[str, object], *, told: bool) -> dict[str, object]:
    """What stands in the way, or beside it, of any mailing: a hold on everything; nobody who would be told."""
    standing, unproven = hold.standing(ctx), proving.unproven(ctx)
    if told and standing:
        click.echo(f"{hold.sentence(ctx, standing)}.\n  Nothing of it goes out while that stands.", err=True)
    for line in unproven if told else ():
        click.echo(f"{'Notices':>11}  {line}", err=True)
    found: dict[str, object] = {"notices": [*known["notices"], *unproven]}  # type: ignore[misc]
    return found | ({"hold": standing.as_json()} if standing else {})


def _found_or_planned(ctx: Context, made: Proposal, flags: _Flags) -> Made:
    """The same mailing, where it is under way or over; else the one that is planned now, and whether it is new."""
    found = proposal.standing(ctx, made)
    if found is not None:
        return Made(found, fresh=False, series=proposal.begin_series(ctx, found, made))
    proposal.require_possible(ctx, made)
    confirmed = _confirmed(
        ctx, made.counts, flags
    )  # before anything changes: an earlier plan stands until then
    return proposal.make(ctx, made, approved=confirmed)


def _confirmed(ctx: Context, counts: plan.Counts, flags: _Flags) -> bool:
    """A typed count approves; without a terminal or --yes it becomes a draft that waits for `approve`."""
    if not asking.can_ask(yes=flags.yes):
        return False
    if flags.at_once and ctx.settings.official:
        asking.confirm_at_once(counts, yes=flags.yes)
    asking.confirm(counts, yes=flags.yes, quiet=flags.as_json)
    return True


def _next_step(campaign: Campaign, *, fresh: bool) -> str:
    number, status = campaign.id, campaign.status
    if status is CampaignStatus.DRAFT:
        return f"Mailing {number} is planned and waits for approval: newsletter approve {number}"
    if status is CampaignStatus.SCHEDULED:
        already = "" if fresh else " already, with this text and for this time"
        return f"Mailing {number} is approved{already}. It goes out while `newsletter serve` or `newsletter work` runs."
    if campaign.reason == TEXT_DIFFERS:
        return different(campaign)
    return f"Nothing was planned: this is mailing {number} ({status.value}). newsletter report {number}"
