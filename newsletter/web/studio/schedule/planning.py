"""Planning: an issue, a holiday and an offset (or a date) are chosen; the time groups show; confirming makes the mailing.

In: a visit whose query holds the choices. Out: the page; the mailing, by the verb of `newsletter schedule`. Called by
web.studio.schedule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.responses import Response

from newsletter.model.account import Right
from newsletter.model.approval import How
from newsletter.model.campaign import AudienceRule, Campaign, CampaignStatus
from newsletter.model.errors import AuthorError, Explained, NotAllowed
from newsletter.model.finding import Finding, Severity
from newsletter.model.said import Said
from newsletter.pipeline import (
    commenting,
    control,
    forecast,
    fronts,
    hold,
    hours,
    lanes,
    plan,
    proposal,
    ready,
    segments,
    wishes,
)
from newsletter.pipeline.forecast import Forecast
from newsletter.pipeline.proposal import Made, Proposal, Timed
from newsletter.web.studio.visit import Visit

#: fields of the form; those after the first make the wish
FIELDS = (
    "issue",
    "by",
    "holiday",
    "side",
    "steps",
    "unit",
    "date",
    "time",
    "zone",
    "every",
    "kept",
    "past",
    "window",
    "gentle",
)
_PASTS = ("now", "next-day", "skip")
_MANY = ("include", "exclude")
_EVERYONE = AudienceRule(
    ("everyone",)
)  #: ticked for an issue that names nobody; a person sees it and may choose others
_LONGEST = 200  #: characters of a field


@dataclass(frozen=True, slots=True)
class Choices:
    """What was chosen so far: fields by name, segments in and out."""

    fields: Mapping[str, str]
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """True when it can be reckoned."""
        one = "holiday" if self.fields.get("by") == "holiday" else "date"
        return all(self.fields.get(name) for name in ("issue", one, "time"))

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """As the fields of a form."""
        many = {"include": self.include, "exclude": self.exclude}
        return [*self.fields.items(), *((name, one) for name, some in many.items() for one in some)]

    def wanted(self) -> proposal.Wanted:
        """What is proposed. Raises AuthorError."""
        past = self.fields.get("past", "")
        return proposal.Wanted(
            self.fields["issue"],
            wishes.wish(self.fields),
            self.include,
            self.exclude,
            past if past in _PASTS else _PASTS[0],
            gently=True if self.fields.get("gentle") else None,
            whole=True,
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows beside the form. `trouble`: why there is no time; `errors`: why the text cannot go out; `comments`: how many
    are open, which come first."""

    made: Proposal | None = None
    forecast: Forecast | None = None
    lines: tuple[str, ...] = ()
    standing: Campaign | None = None
    trouble: Explained | None = None
    errors: int = 0
    remarks: tuple[Finding, ...] = field(default_factory=tuple)
    comments: int = 0


def looked_at(visit: Visit) -> Response:
    """The form, and what would happen. Nothing is written."""
    every = fronts.every(visit.ctx)
    choices = _choices(visit, parse_qs(urlsplit(visit.here).query, max_num_fields=200), every)
    official = visit.ctx.settings.official
    return visit.page(
        "schedule/plan.html",
        title=visit.w.schedule_plan,
        issues=[(one.slug, one.title(visit.language)) for one in every],
        holidays=wishes.choices(visit.ctx, visit.language),
        segments=[
            ("everyone", visit.w.schedule_plan_everyone),
            *((one.name, one.label or one.name) for one in segments.defined(visit.ctx).by_name.values()),
        ],
        choices=choices,
        shown=_shown(visit, choices) if choices.complete else Shown(),
        zone=visit.ctx.publication.time_zone,
        zone_name=forecast.zone_words(visit.ctx.publication.time_zone, visit.language),
        window=hours.usual(visit.ctx, visit.language),
        official=official,
        emulator=visit.ctx.settings.text("provider") != "outbox",
        may_approve=may_approve(visit),
        held=hold.standing(visit.ctx) is not None,
    )


def _choices(visit: Visit, given: Mapping[str, list[str]], every: list[fronts.Front]) -> Choices:
    """What the address holds; what it leaves open is as the issue itself says."""
    chosen = {name: given[name][-1][:_LONGEST] for name in FIELDS if given.get(name)}
    slug = chosen.get("issue", "")
    front = next((one for one in every if one.slug == slug), None)
    issue = front.issue if front else None
    if front is None:
        chosen.pop("issue", None)
    said = chosen if "by" in given else wishes.fields(visit.ctx, issue.schedule if issue else None) | chosen
    if "chosen" in given:
        return Choices(said, **{name: tuple(one[:_LONGEST] for one in given.get(name, [])) for name in _MANY})
    rule = issue.audience if issue and issue.audience else _EVERYONE
    return Choices(said, rule.include, rule.exclude)


def _shown(visit: Visit, choices: Choices) -> Shown:
    """What would happen; what forbids it is told where it would stand."""
    try:
        timed = proposal.timed(visit.ctx, choices.wanted())
        if not timed.sound:
            return Shown(errors=_count(timed, Severity.ERROR))
        made = proposal.propose(visit.ctx, timed, visit.language)
    except Explained as trouble:
        return Shown(trouble=trouble)
    found = plan.look(visit.ctx, made.ask)
    remarks = tuple(one for one in timed.frozen.findings if one.severity is not Severity.INFO)
    return Shown(
        made,
        forecast.forecast(made.table, made.counts.zones, made.counts, visit.language),
        (
            *forecast.sentences(made.table, visit.language),
            *lanes.lines(visit.ctx, made.counts.lanes, visit.language),
        ),
        found.campaign if found else None,
        remarks=remarks,
        comments=commenting.open_on(visit.ctx, made.ask.edition.artwork.slug),
    )


def _count(timed: Timed, severity: Severity) -> int:
    return sum(1 for one in timed.frozen.findings if one.severity is severity)


def confirmed(visit: Visit) -> Response:
    """Plan it, or plan and approve it: what was seen is made. Raises NotAllowed when it cannot be by now."""
    fields = {name: visit.form[name][:_LONGEST] for name in FIELDS if visit.form.get(name)}
    choices = Choices(fields, tuple(visit.many("include")), tuple(visit.many("exclude")))
    if not choices.complete:
        raise AuthorError(
            Said("something is not chosen yet", "quelque chose n’est pas encore choisi"),
            code="schedule-incomplete",
        )
    timed = proposal.timed(visit.ctx, choices.wanted())
    if not timed.sound:
        raise AuthorError(visit.w.schedule_plan_unsound_title, code="issue-unsound")
    made = proposal.propose(visit.ctx, timed, visit.language)
    approving = bool(visit.form.get("approve")) and may_approve(visit)
    if approving:
        _require_shown(visit, made)
        ready.require_typed(visit.ctx, made.counts.mailed, visit.form.get("typed", ""))
    done = _made(visit, made, approved=approving)
    day = made.table.plan.day.isoformat()
    return visit.to(month_of(day), _said(visit, done, approved=approving))


def _require_shown(visit: Visit, made: Proposal) -> None:
    """Who approves, approves the text that stood behind the page: one that was saved since is looked at first."""
    if visit.form.get("edition") != made.ask.edition.id:
        raise NotAllowed(visit.w.review_changed_since, code="approval-shown")


def may_approve(visit: Visit) -> bool:
    """Whether this person may approve here, in one step: where real people are reached, that also needs the right to send."""
    real = visit.ctx.settings.official
    return visit.account.may(Right.APPROVE) and (visit.account.may(Right.SEND) or not real)


def _made(visit: Visit, made: Proposal, *, approved: bool) -> Made:
    found = proposal.standing(visit.ctx, made)
    if found is not None:
        return Made(found, fresh=False, series=proposal.begin_series(visit.ctx, found, made))
    return proposal.make(visit.ctx, made, approved=approved, how=How.STUDIO)


def _said(visit: Visit, done: Made, *, approved: bool) -> str:
    number, status = done.campaign.id, control.find(visit.ctx, done.campaign.id).status
    key = "approved" if approved and status is CampaignStatus.SCHEDULED else "draft"
    said = visit.w(f"schedule_made_{key if done.fresh else 'same'}", number=str(number))
    return said + (visit.w.schedule_made_series if done.series else "")


def month_of(day: str) -> str:
    """The address of a day in its month."""
    return f"/schedule?{urlencode({'month': day[:7], 'day': day})}"
