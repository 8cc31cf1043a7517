"""Series: a mailing that comes back every year. Each occurrence is a draft of its own, made ahead, and wants its own approval.

In: a mailing planned with `every: year`; the clock. Out: drafts, and what is held because nobody approved it. Called by `schedule`,
the worker, `series`, `campaigns`.

Nothing here ever approves. A crash at any point is made good by the next look: the same occurrence is the same campaign.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec

from newsletter import workspace
from newsletter.model.campaign import AudienceRule, Campaign, CampaignStatus
from newsletter.model.errors import Explained, NotAllowed, NotFound, StoreUnavailable, Superseded
from newsletter.model.finding import Severity
from newsletter.model.issue import ScheduleWish
from newsletter.model.notice import NoticeKind
from newsletter.model.said import Said, kept
from newsletter.pipeline import conclude, foresee, freeze, last_time, plan, schedule
from newsletter.pipeline.context import Context
from newsletter.pipeline.plan import Ask
from newsletter.pipeline.schedule import Timetable
from newsletter.planning.plan import LocalPlan, Repeat
from newsletter.store import audit, campaigns, earlier, notices
from newsletter.store import series as rows

log = logging.getLogger(__name__)

AHEAD = timedelta(days=60)  #: at the latest so long before its time the next draft is made
LOOK = timedelta(hours=1)  #: between two looks at a series
AFTER_TROUBLE = timedelta(hours=6)
_OPEN = frozenset({CampaignStatus.DRAFT, CampaignStatus.SCHEDULED})


@dataclass(frozen=True, slots=True)
class Series:
    """A series as it is shown. `next_at` is the next occurrence by the clock of `zone`, `campaign` its mailing once there is one."""

    number: int
    slug: str
    audience: AudienceRule
    next_at: datetime | None
    zone: str
    readers_time: bool
    campaign: int | None
    status: CampaignStatus | None
    occurrences: int
    trouble: str


# --- by a person ---


def begin(ctx: Context, campaign: Campaign, ask: Ask, wish: ScheduleWish) -> int | None:
    """The mailing that was just planned comes back every year; the number of its series, None when it does not come back.

    The same issue to the same audience is one series: another wish takes the place of the earlier one, and what was prepared by that and not
    approved is cancelled.
    """
    if ask.when is None or ask.when.plan.repeat is not Repeat.YEAR or campaign.status not in _OPEN:
        return None
    now = ctx.now()
    kept = msgspec.to_builtins(replace(wish, year=None, place=None))
    if not wish.window:  # as wishes were kept before there were windows: the same wish is the same series
        del kept["window"]
    wanted = rows.Wanted(
        ctx.publication.key,
        campaign.slug,
        ask.audience,
        ask.provider,
        ask.gentle,
        kept,
        ask.when.past.value,
    )
    with ctx.store.write() as db:
        number = rows.put(db, wanted, now, now, ctx.actor)
        rows.link(db, number, campaign.occurrence, campaign.id, now)
        _cancel_drafts(db, number, now, but=campaign.id)
        audit.note(db, now, ctx.actor, "series", str(number), {"campaign": campaign.id})
    return number


def _cancel_drafts(db: Any, number: int, now: datetime, but: int = 0) -> list[int]:
    """Drafts of a series that nobody approved: there is nothing of them to stop."""
    drafts = [one.campaign_id for one in rows.of_series(db, number) if one.status == CampaignStatus.DRAFT]
    for campaign in drafts:
        if campaign != but:
            campaigns.change(
                db, campaign, [CampaignStatus.DRAFT], CampaignStatus.CANCELLED, reason="", ended_at=now
            )
    return [campaign for campaign in drafts if campaign != but]


def end(ctx: Context, number: int) -> tuple[list[int], list[int]]:
    """No further occurrence is made. The drafts that were cancelled with it, and the approved mailings that still go out.

    Raises NotFound, and NotAllowed for a series that had ended before.
    """
    now = ctx.now()
    with ctx.store.write() as db:
        if rows.get(db, number) is None:
            raise NotFound(
                Said(f"there is no series {number}", f"il n’y a pas de série {number}"),
                code="series-unknown",
                hint=Said("`newsletter series list` lists them.", "`newsletter series list` les énumère."),
            )
        if not rows.end(db, number, now, ctx.actor):
            raise NotAllowed(
                Said(f"series {number} has ended before", f"la série {number} a déjà pris fin"),
                code="series-ended",
            )
        cancelled = _cancel_drafts(db, number, now)
        kept = [
            one.campaign_id for one in rows.of_series(db, number) if one.status == CampaignStatus.SCHEDULED
        ]
        audit.note(db, now, ctx.actor, "series-end", str(number), {"cancelled": cancelled})
    return cancelled, kept


def listed(ctx: Context) -> list[Series]:
    """The open series, each with its next occurrence."""
    with ctx.store.read() as db:
        return [_shown(ctx, row, rows.of_series(db, row.id)) for row in rows.opened(db)]


def _shown(ctx: Context, row: Any, made: Sequence[Any]) -> Series:
    now = ctx.now()
    ahead = [one for one in made if one.campaign_id and not CampaignStatus(one.status).over]
    last = made[-1] if made else None
    trouble = row.trouble
    found: LocalPlan | None = None
    try:
        found = _plan(ctx, row, _eve(ahead[-1].occurrence) if ahead else max(_after(last), now))
    except Explained as error:
        trouble = trouble or kept(error.said[0])
    return Series(
        number=row.id,
        slug=row.slug,
        audience=AudienceRule(tuple(row.include), tuple(row.exclude)),
        next_at=found.local if found else None,
        zone=found.zone if found else ctx.publication.time_zone,
        readers_time=found.readers_time if found else False,
        campaign=ahead[-1].campaign_id if ahead else None,
        status=CampaignStatus(ahead[-1].status) if ahead else None,
        occurrences=sum(1 for one in made if one.campaign_id),
        trouble=trouble,
    )


def planned_for(ctx: Context, slug: str) -> tuple[int, Timetable] | None:
    """The next mailing of an issue that is planned and still ahead, with its timetable; what a test message is judged against."""
    now = ctx.now()
    with ctx.store.read() as db:
        found = earlier.planned_of(db, ctx.publication.key, slug)
    tables = [(row.id, table) for row in found if (table := schedule.read(row.schedule)) is not None]
    ahead = [one for one in tables if schedule.instant(one[1]) > now]
    return min(ahead, key=lambda one: schedule.instant(one[1]), default=None)


# --- by the worker ---


def attend(ctx: Context) -> None:
    """Hold what nobody approved in time; make the drafts whose time has come. What is wrong with one series does not stop the others."""
    hold_unapproved(ctx)
    with ctx.store.read() as db:  # a look costs no lock: nearly always there is nothing to do
        found = rows.due(db, ctx.now())
    for row in found:
        _look(ctx, row)


def hold_unapproved(ctx: Context) -> int:
    """Drafts whose time has come: held, and told; never sent, never silent. How many."""
    now = ctx.now()
    with ctx.store.read() as db:
        late = [row.id for row in campaigns.drafts(db) if (due := foresee.time_of(row)) and due <= now]
    if not late:
        return 0
    with ctx.store.write() as db:
        return sum(
            campaigns.change(
                db, number, [CampaignStatus.DRAFT], CampaignStatus.HELD, reason=conclude.NOT_APPROVED
            )
            for number in late
        )


def _eve(occurrence: str) -> datetime:
    """Before an occurrence's day in every zone."""
    return datetime.combine(date.fromisoformat(occurrence), time(), UTC) - timedelta(hours=15)


def _after(last: Any | None) -> datetime:
    """After the day of an occurrence in every zone; without one, long ago."""
    if last is None:
        return datetime(2000, 1, 1, tzinfo=UTC)
    return datetime.combine(date.fromisoformat(last.occurrence), time(12), UTC) + timedelta(days=1)


def _plan(ctx: Context, row: Any, after: datetime) -> LocalPlan:
    """The first occurrence after a moment. Raises AuthorError when there is none."""
    wish = msgspec.convert(row.wish, ScheduleWish)
    return schedule.planned(ctx, wish, after)


def _look(ctx: Context, row: Any) -> None:
    """Make the next draft of one series, unless it is too early; what goes wrong is told once for each occurrence."""
    try:
        _next(ctx, row)
    except (StoreUnavailable, Superseded):
        raise
    except Explained as error:
        _trouble(ctx, row, kept(error.said[0]))
    except Exception as error:
        log.exception("series %d could not be continued", row.id)
        _trouble(ctx, row, type(error).__name__)


def _next(ctx: Context, row: Any) -> None:
    now = ctx.now()
    ctx = _as_now(ctx)
    with ctx.store.read() as db:
        made = rows.of_series(db, row.id)
    last = made[-1] if made else None
    found, missed = _ahead(ctx, row, _after(last), now)
    over = last is None or last.campaign_id is None or CampaignStatus(last.status).over
    early = schedule.instant(Timetable(found, now)) - now > AHEAD
    if missed:
        _miss(ctx, row, missed)
    elif not over and early:
        with ctx.store.write() as db:
            rows.look_again(db, row.id, now + LOOK)
        return
    _make(ctx, row, found)


def _as_now(ctx: Context) -> Context:
    """With newsletter.toml as it is now: this process may have been running for a year."""
    return replace(ctx, publication=workspace.read_publication(workspace.read_configuration(ctx.root)))


def _ahead(ctx: Context, row: Any, after: datetime, now: datetime) -> tuple[LocalPlan, list[LocalPlan]]:
    """The next occurrence that is still ahead, and those whose time passed while nothing was running."""
    missed: list[LocalPlan] = []
    found = _plan(ctx, row, after)
    while schedule.instant(Timetable(found, now)) <= now:
        missed.append(found)
        found = _plan(ctx, row, schedule.instant(Timetable(found, now)) + timedelta(days=1))
    return found, missed


def _miss(ctx: Context, row: Any, missed: Sequence[LocalPlan]) -> None:
    now = ctx.now()
    days = [one.local.isoformat() for one in missed]
    with ctx.store.write() as db:
        for one in missed:
            rows.link(db, row.id, one.occurrence, None, now)
        notices.tell(db, NoticeKind.MISSED, f"{row.id}:{days[-1]}", data={"slug": row.slug, "days": days})


def _make(ctx: Context, row: Any, found: LocalPlan) -> None:
    """Make (or find) the draft of one occurrence. Raises Explained when its issue is not sound."""
    now = ctx.now()
    table = schedule.tabled(ctx, found, row.past)
    at = schedule.instant(table)
    audience = AudienceRule(tuple(row.include), tuple(row.exclude))
    frozen = freeze.freeze(ctx, row.slug, at, last_time.occasion(ctx, row.slug, table), audience)
    if frozen.edition is None:
        faults = [
            Said(one.message, one.french[0]) for one in frozen.findings if one.severity is Severity.ERROR
        ]
        raise NotAllowed(
            faults[0] if faults else Said("the issue has errors", "le numéro contient des erreurs"),
            code="series-unsound",
        )
    ask = Ask(frozen.edition, audience, row.provider, when=table, gentle=bool(row.gentle))
    known = plan.look(ctx, ask)  # somebody planned it by hand, and perhaps approved it: that stands
    campaign = known.campaign if known else plan.plan(ctx, ask, frozen.files).campaign
    with ctx.store.write() as db:
        if campaign.status is CampaignStatus.DRAFT:
            campaigns.update(db, campaign.id, due_at=at)
        rows.link(db, row.id, found.occurrence, campaign.id, now)
        rows.look_again(db, row.id, now + LOOK)
        audit.note(db, now, "series", "draft", str(campaign.id), {"series": row.id})


def _trouble(ctx: Context, row: Any, why: str) -> None:
    now = ctx.now()
    with ctx.store.read() as db:
        made = rows.of_series(db, row.id)
    try:
        found, _ = _ahead(ctx, row, _after(made[-1] if made else None), now)
        local = found.local.isoformat()
    except Explained:
        local = ""
    data = {"slug": row.slug, "local": local, "reason": why}
    with ctx.store.write() as db:
        rows.look_again(db, row.id, now + AFTER_TROUBLE, why)
        notices.tell(db, NoticeKind.TROUBLE, f"{row.id}:{local}", data=data)
