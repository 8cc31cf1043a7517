"""Plan: an edition, an audience and a time become a campaign; the same send asked for again is the same campaign.

In: what a person asked for. Out: a campaign, new or found, and who it would reach now. Called by `send`, `schedule`, staff pages.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from newsletter.compose.freeze import same_text
from newsletter.dispatch.variants import strictest
from newsletter.model.campaign import AudienceRule, Campaign, CampaignStatus
from newsletter.model.edition import Edition
from newsletter.model.sequel import Sequel
from newsletter.model.survey import Survey
from newsletter.pipeline import audience, conclude, schedule, survey
from newsletter.pipeline.context import Context
from newsletter.pipeline.recalling import recalled
from newsletter.pipeline.schedule import Timetable
from newsletter.store import Connection, audit, campaigns, editions, gathering
from newsletter.store.gathering import Counts as Counts  # the shells know it from here

_NONE = 0  #: the number of no occasion: nobody had this issue
_OPEN = [CampaignStatus.DRAFT, CampaignStatus.SCHEDULED, CampaignStatus.HELD]


@dataclass(frozen=True, slots=True)
class Ask:
    """What a person asked for. `when` is None for at once; `again` is the reason for one more copy: one copy for one reason.

    `grace`: how many minutes late it may start by itself; None: as the setting says. `sequel`: what it completes, if anything."""

    edition: Edition
    audience: AudienceRule
    provider: str
    when: Timetable | None = None
    gentle: bool = False
    again: str = ""
    grace: int | None = None
    sequel: Sequel | None = None
    window: str = ""  #: of one that leaves at once: the hours within which it does; empty: at any hour


@dataclass(frozen=True, slots=True)
class Planned:
    """The campaign, whether it is new, and whether its text is no longer that of the issue's files."""

    campaign: Campaign
    fresh: bool
    differs: bool


def look(ctx: Context, ask: Ask) -> Planned | None:
    """The same send, if it was asked for before; None: a new campaign (or another copy) is wanted."""
    with ctx.store.read() as db:
        found = campaigns.same(db, _row(ctx, ask))
        if found is None or _undecided(found):
            return None
        return Planned(found, fresh=False, differs=_differs(db, found, ask))


def _differs(db: Connection, found: Campaign, ask: Ask) -> bool:
    return found.edition != ask.edition.id and not same_text(editions.get(db, found.edition), ask.edition)


def _undecided(found: Campaign) -> bool:
    """A draft, or one whose time came before anybody approved it: nothing was ever approved, so it can be planned anew."""
    return found.status is CampaignStatus.DRAFT or conclude.never_approved(found)


def hold_different(ctx: Context, campaign: Campaign) -> None:
    """A changed text never goes out by itself, and the approved one waits until a person chooses."""
    with ctx.store.write() as db:
        _hold(ctx, db, campaign)


def _hold(ctx: Context, db: Connection, campaign: Campaign) -> None:
    before = [CampaignStatus.SCHEDULED, CampaignStatus.SENDING, CampaignStatus.PAUSED]
    if campaigns.change(db, campaign.id, before, CampaignStatus.HELD, reason=conclude.TEXT_DIFFERS):
        audit.note(db, ctx.now(), ctx.actor, "hold", str(campaign.id), {"reason": conclude.TEXT_DIFFERS})


def plan(ctx: Context, ask: Ask, files: dict[str, bytes]) -> Planned:
    """Find the same send, or write a new campaign down as a draft. A double click, or two terminals, find one campaign.

    Raises ConfigurationError, before anything counts, when there is no such provider or it cannot be set up.
    """
    row = _row(ctx, ask)
    now = ctx.now()
    with ctx.store.write() as db:
        editions.put(db, ask.edition, files, now)
        found = campaigns.same(db, row)
        if found is not None:
            return _again(ctx, db, found, ask, row)
        number = campaigns.create(db, row, now)
        audit.note(db, now, ctx.actor, "plan", str(number), {"again": ask.again} if ask.again else None)
        return Planned(_get(db, number), fresh=True, differs=False)


def _get(db: Connection, number: int) -> Campaign:
    found = campaigns.get(db, number)
    if found is None:
        raise LookupError(number)
    return found


def _row(ctx: Context, ask: Ask) -> campaigns.Planned:
    return campaigns.Planned(
        publication=ctx.publication.key,
        slug=ask.edition.artwork.slug,
        occurrence=ask.when.plan.occurrence if ask.when else "",
        edition=ask.edition.id,
        audience=ask.audience,
        provider=ask.provider,
        official=ctx.provider(ask.provider).capabilities.official,
        tracking=strictest(ctx.publication.tracking, ask.edition.artwork.tracking),
        key_id=ctx.keys.current,
        gentle=ask.gentle,
        grace_seconds=60 * (ctx.settings.whole("send.grace_minutes") if ask.grace is None else ask.grace),
        again_reason=ask.again,
        schedule=schedule.stored(ask.when),
        due_at=None,
        send_window=ask.window or None,
    )


def _again(ctx: Context, db: Connection, found: Campaign, ask: Ask, row: campaigns.Planned) -> Planned:
    """The same send was asked for before: nobody new is mailed, and a changed text never goes out by itself."""
    differs = _differs(db, found, ask)
    if _unchanged(db, found, row):
        return Planned(found, fresh=False, differs=False)
    if _undecided(found) or (found.status is CampaignStatus.SCHEDULED and ask.when is not None):
        # Nothing has left, and a person is deciding anew: what they see now is what they will approve.
        campaigns.change(
            db,
            found.id,
            _OPEN,
            CampaignStatus.DRAFT,
            edition_id=ask.edition.id,
            schedule=row.schedule,
            provider=row.provider,
            official=row.official,
            tracking=row.tracking.value,
            gentle=row.gentle,
            grace_seconds=row.grace_seconds,
            stage="first" if row.gentle else "",
            due_at=None,
            reason="",
        )
        return Planned(_get(db, found.id), fresh=True, differs=False)
    if differs and not found.status.over:
        _hold(ctx, db, found)
    return Planned(_get(db, found.id), fresh=False, differs=differs)


def _unchanged(db: Connection, found: Campaign, row: campaigns.Planned) -> bool:
    """True when what was approved is asked for once more: the approval stands."""
    if found.status is not CampaignStatus.SCHEDULED or row.schedule is None:
        return False
    kept = campaigns.detail(db, found.id)
    before = (
        found.edition,
        found.provider,
        found.tracking,
        found.gentle,
        bool(kept.official),
        kept.grace_seconds,
    )
    now = (row.edition, row.provider, row.tracking, row.gentle, row.official, row.grace_seconds)
    times = [
        (table.plan, table.past, table.hours)
        for table in map(schedule.read, (kept.schedule, row.schedule))
        if table
    ]
    return before == now and len(times) == 2 and times[0] == times[1]


def keep(ctx: Context, edition: Edition, files: dict[str, bytes]) -> None:
    """Store an edition, before it is approved in place of another."""
    with ctx.store.write() as db:
        editions.put(db, edition, files, ctx.now())


def count(ctx: Context, ask: Ask) -> Counts:
    """Who this would reach now, and who not, and why. Nothing of it is kept."""
    return recalled(ctx, ("count", *_of(ask)), lambda: _count(ctx, ask))


def _of(ask: Ask) -> tuple[Hashable, ...]:
    """What a count is of."""
    occurrence = ask.when.plan.occurrence if ask.when else ""
    return (ask.edition.id, ask.audience, ask.provider, occurrence, ask.again, ask.sequel)


def _count(ctx: Context, ask: Ask) -> Counts:
    row, rules = _row(ctx, ask), audience.whom(ctx, ask.audience, ask.sequel)
    with (
        ctx.store.read() as db
    ):  # gathers in temporary tables, so that looking changes nothing and waits for nobody
        return gathering.count(db, _wanted(ctx, db, ask, row, rules))


def compared(ctx: Context, ask: Ask, earlier: int) -> tuple[Counts, int, int]:
    """The same; how many of them an earlier mailing did not go to, and how many it went to who would not be mailed now."""
    return recalled(ctx, ("compared", *_of(ask), earlier), lambda: _compared(ctx, ask, earlier))


def _compared(ctx: Context, ask: Ask, earlier: int) -> tuple[Counts, int, int]:
    row, rules = _row(ctx, ask), audience.whom(ctx, ask.audience, ask.sequel)
    with ctx.store.read() as db:
        counts = gathering.tally(db, _wanted(ctx, db, ask, row, rules))
        fresh, left = gathering.since(db, earlier, campaigns.detail(db, earlier).occasion_id)
        gathering.drop(db)
        return counts, fresh, left


def surveyed(ctx: Context, ask: Ask) -> tuple[Counts, Survey]:
    """The same, and what the personal fields come to over those whom it would reach."""
    row, rules = _row(ctx, ask), audience.whom(ctx, ask.audience, ask.sequel)
    with ctx.store.read() as db:
        wanted = _wanted(ctx, db, ask, row, rules)
        if ask.sequel is not None:
            return survey.take(ctx, db, ask.edition, wanted)
        return survey.taken(ctx, db, ask.edition, ask.audience, wanted)


def _wanted(
    ctx: Context, db: Connection, ask: Ask, row: campaigns.Planned, rules: audience.Rules
) -> gathering.Wanted:
    if ask.sequel is not None:  # its own places; before it has a number, those of the mailing that it follows
        own = campaigns.detail(db, ask.sequel.campaign or ask.sequel.follows)
        return survey.wanted_of(ctx, ask.edition, rules, own.occasion_id, own.copy)
    occasion = campaigns.known_occasion(db, row.publication, row.slug, row.occurrence) or _NONE
    return survey.wanted_of(ctx, ask.edition, rules, occasion, campaigns.next_copy(db, row))
