"""Proposal: everything that planning a mailing would mean, shown before it counts; and the mailing that is made of it.

In: an issue, a time or holiday, segments. Out: a Proposal to be shown; the campaign, a draft or approved. Called by `schedule` and
the studio, which ask for the yes in their own ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.model.approval import How, Yes
from newsletter.model.campaign import Campaign, CampaignStatus
from newsletter.model.issue import ScheduleWish
from newsletter.model.survey import Survey
from newsletter.pipeline import (
    approve,
    asked,
    control,
    fronts,
    last_time,
    lease,
    neighbours,
    plan,
    schedule,
    series,
    signing,
)
from newsletter.pipeline.asked import Asked
from newsletter.pipeline.context import Context
from newsletter.pipeline.freeze import Frozen, freeze
from newsletter.pipeline.ready import require_ready, require_somebody
from newsletter.pipeline.schedule import Outlook, Timetable


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person wants planned. `whole`: the wish was filled in as a whole, and the issue's own schedule adds nothing to it.

    `gently`: a gentle start; None: as the provider asks for. `grace` in minutes."""

    slug: str
    wish: ScheduleWish
    include: Sequence[str] = ()
    exclude: Sequence[str] = ()
    past: str = "now"
    gently: bool | None = None
    grace: int | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Timed:
    """The text as it would go out then. `table` is None for an issue that cannot be read; its remarks say why."""

    wanted: Wanted
    wish: ScheduleWish
    table: Timetable | None
    frozen: Frozen

    @property
    def sound(self) -> bool:
        """True when the text may be approved."""
        return self.table is not None and self.frozen.edition is not None and self.frozen.issue is not None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mailing that could be planned: what was settled, whom it would reach by now, and when."""

    timed: Timed
    ask: plan.Ask
    answers: Asked
    counts: plan.Counts
    survey: Survey
    outlook: Outlook

    @property
    def table(self) -> Timetable:
        """When."""
        if self.ask.when is None:
            raise LookupError("a proposal has a time")
        return self.ask.when


@dataclass(frozen=True, slots=True)
class Made:
    """The campaign; whether it is new, and the number of its series, if it comes back."""

    campaign: Campaign
    fresh: bool
    series: int | None


def timed(ctx: Context, wanted: Wanted) -> Timed:
    """The issue frozen for the time that is wanted; the dates in it are judged against the day on which it will be read.

    Raises AuthorError with the next step for a wish that makes no time, NotFound.
    """
    issue = fronts.of(ctx, wanted.slug).issue
    if issue is None:
        return Timed(wanted, wanted.wish, None, freeze(ctx, wanted.slug))
    wish = wanted.wish if wanted.whole else schedule.merged(issue.schedule, wanted.wish)
    table = schedule.timetable(ctx, wish, wanted.past)
    occasion = last_time.occasion(ctx, wanted.slug, table)
    rule = asked.rule(issue, wanted.include, wanted.exclude)
    return Timed(wanted, wish, table, freeze(ctx, wanted.slug, schedule.instant(table), occasion, rule))


def propose(ctx: Context, found: Timed, language: str = "") -> Proposal:
    """Whom it would reach, when, and what is worth saying of that, in a language (else the staff's). Nothing is kept.

    Only for a sound text. Raises NotAllowed when nobody said who gets it.
    """
    frozen, wanted = found.frozen, found.wanted
    if frozen.edition is None or frozen.issue is None or found.table is None:
        raise LookupError("only a sound issue is proposed")
    answers = asked.settle(ctx, frozen.issue, wanted.include, wanted.exclude)
    ask = plan.Ask(
        frozen.edition,
        answers.audience,
        answers.provider,
        when=found.table,
        gentle=ctx.settings.official if wanted.gently is None else wanted.gently,
        grace=wanted.grace,
    )
    counts, survey = plan.surveyed(ctx, ask)
    near = neighbours.near(ctx, ask)
    outlook = schedule.outlook(ctx, found.table, counts.zones, near, language)
    return Proposal(found, ask, answers, counts, survey, outlook)


def standing(ctx: Context, made: Proposal) -> Campaign | None:
    """The same mailing, where it is under way or over: then nothing is planned. Held when its text is another one by now."""
    found = plan.look(ctx, made.ask)
    if found is None or found.campaign.status is CampaignStatus.SCHEDULED:
        return None
    if found.differs:
        plan.hold_different(ctx, found.campaign)
    return control.find(ctx, found.campaign.id)


def require_possible(ctx: Context, made: Proposal) -> None:
    """Raises NotAllowed when nobody would get it, or nothing may be sent from here; before anybody is asked for a yes."""
    require_somebody(made.counts)
    lease.require(ctx)
    signing.require_reviewed(ctx, made.ask.edition.artwork.slug)
    require_ready(ctx)


def make(ctx: Context, made: Proposal, *, approved: bool, how: How = How.TERMINAL) -> Made:
    """Plan it: a draft that waits for approval, or approved by the same person at once. Asked for twice it is one mailing.

    Raises NotAllowed as `require_possible` and `approve` do.
    """
    require_possible(ctx, made)
    planned = plan.plan(ctx, made.ask, made.timed.frozen.files)
    if planned.fresh and approved:
        approve.approve(ctx, planned.campaign.id, made.counts.zones, yes=Yes(how))
    campaign = control.find(ctx, planned.campaign.id)
    return Made(campaign, planned.fresh, begin_series(ctx, campaign, made))


def begin_series(ctx: Context, campaign: Campaign, made: Proposal) -> int | None:
    """It comes back, where that was wished for; the number of its series."""
    return series.begin(ctx, campaign, made.ask, made.timed.wish)
