"""`newsletter schedule`: plan a mailing for a time or a holiday; what was understood is shown before it counts.

In: an issue, a time or holiday, segments. Out: a planned campaign. Called by the command line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import click

from newsletter import app, cli
from newsletter.cli import asking
from newsletter.cli.output import json_out, print_findings
from newsletter.cli.real import require_ready
from newsletter.cli.send import different
from newsletter.model.campaign import Campaign, CampaignStatus
from newsletter.model.issue import ScheduleWish
from newsletter.pipeline import (
    approve,
    asked,
    build,
    control,
    hold,
    last_time,
    lease,
    neighbours,
    plan,
    proving,
    schedule,
    series,
)
from newsletter.pipeline.authoring import staff_language
from newsletter.pipeline.conclude import TEXT_DIFFERS
from newsletter.pipeline.context import Context
from newsletter.pipeline.freeze import Frozen, freeze

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
    gentle: bool
    at_once: bool
    wish: ScheduleWish


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
    flags = _Flags(dry_run, yes, as_json, gentle, at_once, asked_for)
    with app.opened() as ctx:
        slug = build.find(ctx, issue, Path.cwd())
        written = freeze(ctx, slug)
        if written.issue is None:
            return _refused(ctx, written, flags)
        flags = replace(flags, wish=schedule.merged(written.issue.schedule, asked_for))
        table = schedule.timetable(ctx, flags.wish, past)
        # Dates in the text are judged against the day on which it will be read.
        occasion = last_time.occasion(ctx, slug, table)
        rule = asked.rule(written.issue, segments, excluded)
        frozen = freeze(ctx, slug, schedule.instant(table), occasion, rule)
        if not as_json:
            asking.show_frozen(ctx, frozen)
        if frozen.edition is None or frozen.issue is None:
            return _refused(ctx, frozen, flags)
        answers = asked.settle(ctx, frozen.issue, segments, excluded)
        gently = gentle or (ctx.settings.official and not at_once)
        ask = plan.Ask(
            frozen.edition, answers.audience, answers.provider, when=table, gentle=gently, grace=grace
        )
        return _plan(ctx, frozen, ask, answers, flags)


def _refused(ctx: Context, frozen: Frozen, flags: _Flags) -> int:
    if flags.as_json:
        json_out({"campaign": None, "findings": [finding.as_json() for finding in frozen.findings]})
    else:
        asking.show_frozen(ctx, frozen)
        click.echo("Nothing was planned: the errors above come first.", err=True)
    return cli.REFUSED


def _plan(ctx: Context, frozen: Frozen, ask: plan.Ask, answers: asked.Asked, flags: _Flags) -> int:
    counts, survey = plan.surveyed(ctx, ask)
    assert ask.when is not None  # noqa: S101 - it was just made
    outlook = schedule.outlook(ctx, ask.when, counts.zones, neighbours.near(ctx, ask))
    if not flags.as_json:
        asking.show(answers, ask.edition, counts, outlook.lines, survey)
        print_findings(outlook.remarks, staff_language(ctx))
    shown = outlook.json | asking.as_json(counts) | _notices(ctx, outlook.json, told=not flags.as_json)
    if flags.dry_run:
        if flags.as_json:
            json_out(shown)
        return cli.DONE
    campaign, fresh = _found_or_planned(ctx, frozen, ask, counts, flags)
    number = series.begin(ctx, campaign, ask, flags.wish)
    if flags.as_json:
        json_out({"campaign": campaign.id, "status": campaign.status.value, "series": number} | shown)
    else:
        click.echo(_next_step(campaign, fresh=fresh))
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


def _found_or_planned(
    ctx: Context, frozen: Frozen, ask: plan.Ask, counts: plan.Counts, flags: _Flags
) -> tuple[Campaign, bool]:
    """The same mailing, where it is under way or over; else the one that is planned now, and whether it is new."""
    found = plan.look(ctx, ask)
    if found is not None and found.campaign.status is not CampaignStatus.SCHEDULED:
        if found.differs:
            plan.hold_different(ctx, found.campaign)
        return control.find(ctx, found.campaign.id), False
    asking.require_somebody(counts)
    lease.require(ctx)
    require_ready(ctx)
    confirmed = _confirmed(ctx, counts, flags)  # before anything changes: an earlier plan stands until then
    planned = plan.plan(ctx, ask, frozen.files)
    if planned.fresh and confirmed:
        approve.approve(ctx, planned.campaign.id, counts.zones)
    return control.find(ctx, planned.campaign.id), planned.fresh


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
