"""Drafting: a mailing planned, and approved, by a request in which everything is said at once: there is nobody to ask.

In: an issue, an audience, a time; later the number of people and the approved version that a person saw. Out: a campaign. Called by the API.

The same steps as `schedule` and `approve`, in the same order; where those would ask a person to type the count, the request holds it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from newsletter.model.campaign import Campaign
from newsletter.model.errors import NotAllowed
from newsletter.model.finding import Finding, Severity
from newsletter.model.issue import ScheduleWish
from newsletter.model.said import Said, alike, whole
from newsletter.pipeline import approve as approving
from newsletter.pipeline import (
    asked,
    considering,
    control,
    last_time,
    lease,
    neighbours,
    plan,
    reschedule,
    schedule,
    series,
)
from newsletter.pipeline.context import Context
from newsletter.pipeline.freeze import Frozen, freeze
from newsletter.pipeline.plan import Counts
from newsletter.pipeline.ready import require_ready
from newsletter.pipeline.schedule import Outlook


class Unsound(NotAllowed):
    """The issue has errors; `findings` says which."""

    def __init__(self, slug: str, findings: tuple[Finding, ...]) -> None:
        super().__init__(
            f"the issue {slug} has errors",
            code="issue-unsound",
            hint="Each is named with its file and line.",
        )
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for. Segments: as names; none: those that the issue names. `wish`: what is not said stands in the issue."""

    slug: str
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    wish: ScheduleWish = field(default_factory=ScheduleWish)
    gentle: bool = False


@dataclass(frozen=True, slots=True)
class Drafted:
    """The mailing, whether it is `fresh` (else it was planned before, and stands as it is), and whom it would reach now."""

    campaign: Campaign
    fresh: bool
    counts: Counts
    outlook: Outlook
    findings: tuple[Finding, ...]


def draft(ctx: Context, wanted: Wanted) -> Drafted:
    """Plan a mailing: a draft, which goes out once it is approved. Raises Unsound, NotFound, NotAllowed, AuthorError."""
    frozen, table = _frozen(ctx, wanted)
    assert frozen.issue is not None  # noqa: S101 - it was frozen
    assert frozen.edition is not None  # noqa: S101
    answers = asked.settle(ctx, frozen.issue, wanted.include, wanted.exclude)
    gently = wanted.gentle or ctx.settings.official
    ask = plan.Ask(frozen.edition, answers.audience, answers.provider, when=table, gentle=gently)
    counts, _survey = plan.surveyed(ctx, ask)
    outlook = schedule.outlook(ctx, table, counts.zones, neighbours.near(ctx, ask))
    found = plan.look(ctx, ask)
    if found is not None:  # approved, or under way: no request takes that back by asking for it again
        return Drafted(found.campaign, fresh=False, counts=counts, outlook=outlook, findings=frozen.findings)
    if not counts.mailed:
        raise NotAllowed(
            Said("nobody would get this", "personne ne le recevrait"),
            code="nobody",
            hint=Said(
                "Look at the segments, and at who has agreed.", "Regardez les segments, et qui a consenti."
            ),
        )
    lease.require(ctx)
    planned = plan.plan(ctx, ask, frozen.files)
    series.begin(ctx, planned.campaign, ask, _wish(frozen, wanted))
    made = control.find(ctx, planned.campaign.id)
    return Drafted(made, fresh=planned.fresh, counts=counts, outlook=outlook, findings=frozen.findings)


def _frozen(ctx: Context, wanted: Wanted) -> tuple[Frozen, schedule.Timetable]:
    written = freeze(ctx, wanted.slug)
    if written.issue is None:
        raise Unsound(wanted.slug, written.findings)
    table = schedule.timetable(ctx, _wish(written, wanted))
    occasion = last_time.occasion(ctx, wanted.slug, table)
    rule = asked.rule(written.issue, wanted.include, wanted.exclude)
    frozen = freeze(ctx, wanted.slug, schedule.instant(table), occasion, rule)
    if frozen.edition is None or frozen.issue is None:
        raise Unsound(wanted.slug, tuple(one for one in frozen.findings if one.severity is Severity.ERROR))
    return frozen, table


def _wish(frozen: Frozen, wanted: Wanted) -> ScheduleWish:
    return schedule.merged(frozen.issue.schedule if frozen.issue else None, wanted.wish)


def approve(ctx: Context, number: int, count: int, edition: str) -> Campaign:
    """Approve a draft whose text is the version `edition`, for exactly `count` people. Raises NotAllowed when either is another by now."""
    if reschedule.begun(control.find(ctx, number)):
        raise NotAllowed(
            Said(
                f"mailing {number} has begun: its rest is approved by a person",
                f"l’envoi {number} a commencé\u00a0: une personne doit approuver le reste",
            ),
            code="approve-begun",
            hint=alike(f"newsletter approve {number}"),
        )
    waiting = approving.waiting(ctx, number)
    frozen = considering.text_of(ctx, waiting, waiting.audience)
    if frozen.edition is None:
        raise Unsound(waiting.slug, tuple(one for one in frozen.findings if one.severity is Severity.ERROR))
    if frozen.edition.id != edition:
        raise NotAllowed(
            Said(
                f"the text of mailing {number} is not the version that was named",
                f"le texte de l’envoi {number} n’est pas la version qui a été nommée",
            ),
            code="approve-differs",
            hint=Said(
                "Plan it again: the answer names the version of now. Look at that one, then approve it.",
                "Planifiez-le de nouveau\u00a0: la réponse nomme la version de maintenant. Regardez-la, puis approuvez-la.",
            ),
        )
    ask = approving.ask_of(ctx, waiting, frozen.edition)
    counts = plan.count(ctx, ask)
    if counts.mailed != count:
        raise NotAllowed(
            Said(
                f"mailing {number} would go to {counts.mailed:,} people now, not to {count:,}",
                f"l’envoi {number} s’adresserait maintenant à {whole(counts.mailed).fr} personnes, non à {whole(count).fr}",
            ),
            code="approve-count",
            hint=Said(
                "Look who they are, then send the number of now.",
                "Regardez qui elles sont, puis envoyez le nombre de maintenant.",
            ),
        )
    require_ready(ctx)
    plan.keep(ctx, frozen.edition, frozen.files)
    return approving.approve(ctx, number, counts.zones, edition=frozen.edition.id)
