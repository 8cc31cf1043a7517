"""Approve: a person signs edition, audience rule, schedule and provider; from then on the mailing goes out by itself.

In: a campaign, a person. Out: the campaign, waiting for its time (which may be now). Called by `send`, `schedule`, `approve`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from newsletter.model.approval import Yes
from newsletter.model.campaign import Campaign, CampaignStatus
from newsletter.model.edition import Edition
from newsletter.model.errors import NotAllowed
from newsletter.model.said import Said
from newsletter.pipeline import (
    conclude,
    control,
    lanes,
    lease,
    neighbours,
    reaching,
    schedule,
    sequels,
    signing,
)
from newsletter.pipeline.asked import Asked
from newsletter.pipeline.authoring import staff_language
from newsletter.pipeline.context import Context
from newsletter.pipeline.plan import Ask
from newsletter.pipeline.schedule import Outlook, Span, Timetable
from newsletter.planning.late import Lateness, late
from newsletter.store import Connection, approvals, campaigns
from newsletter.store.gathering import Counts, Zone

_WAITS = (CampaignStatus.DRAFT, CampaignStatus.HELD)


def approve(
    ctx: Context,
    campaign_id: int,
    zones: dict[Zone, int],
    *,
    edition: str | None = None,
    yes: Yes | None = None,
) -> Campaign:
    """Approve a draft, or a mailing that was held before it started. `zones` says where its readers are now.

    `edition`: the new text that is approved in place of the one it was planned with. `yes`: whose it is and how it was given; None: that
    of whoever works the program. While further people must approve (signing.count), the mailing goes on waiting.
    Raises NotAllowed once people have it, while comments on it are open, or when something else was shown; ConfigurationError when the
    provider would reach others than it did when the mailing was planned.
    """
    now = ctx.now()
    with ctx.store.write() as db:
        counted = lease.step(
            ctx, db
        )  # from now on it goes out by itself: from this copy of the database only
        found = control.get(db, campaign_id)
        row = campaigns.detail(db, campaign_id)
        require(ctx, db, found, row)
        sequels.require_text(db, campaign_id, edition or row.edition_id)
        reaching.require_same(ctx, row)
        times = schedule.span(schedule.read(row.schedule), zones, now)
        _require_in_time(found, times, now, timedelta(seconds=row.grace_seconds))
        to = signing.signed(ctx, db, row, edition or "", sum(zones.values()) or None)
        by = signing.give(ctx, db, row, yes or Yes(), to)
        if by.complete:
            _let_go(db, campaign_id, times, now, to.edition, by)
        elif found.status is CampaignStatus.DRAFT:
            campaigns.update(
                db, campaign_id, edition_id=to.edition
            )  # what the first approved is what the next one sees
        approved = control.get(db, campaign_id)
    lease.keep(ctx, counted)
    return approved


def _let_go(db: Connection, number: int, times: Span, now: datetime, edition: str, by: signing.Count) -> None:
    campaigns.change(
        db,
        number,
        [*_WAITS, CampaignStatus.SCHEDULED],
        CampaignStatus.SCHEDULED,
        reason="",
        due_at=times.due_at,
        expires_at=times.expires_at,
        approved_at=now,
        approved_by=", ".join(one.person for one in by.given),
        insisted=False,
        edition_id=edition,
    )


def require(ctx: Context, db: Connection, found: Campaign, row: Any) -> None:
    """Raises NotAllowed when there is nothing to approve. One that waits for its time is approved again where its approval will be too
    old by then, or is for too many or too few people."""
    if found.status is CampaignStatus.SCHEDULED and found.due_at is not None and row.schedule is not None:
        people = approvals.last_counted(db, found.id)
        if signing.stale(ctx, db, row, people, found.due_at):
            return
    _require(found)


def _require(found: Campaign) -> None:
    if found.status not in _WAITS or (found.status is CampaignStatus.HELD and found.started_at is not None):
        raise NotAllowed(
            Said(
                f"mailing {found.id} is {found.status.value}: there is nothing to approve",
                f"l’envoi {found.id} est {found.status.french}\u00a0: il n’y a rien à approuver",
            ),
            code="nothing-to-approve",
            hint=_hint(found),
        )


def _require_in_time(found: Campaign, times: Span, now: datetime, grace: timedelta) -> None:
    """What is approved goes out by itself: so not what is too late for that."""
    if late(times.due_at, now, grace, times.expires_at) is not Lateness.TOO_LATE:
        return
    after = (
        Said(
            f"`newsletter cancel {found.id}` closes it; `newsletter schedule` plans it for another time.",
            f"`newsletter cancel {found.id}` le clôt; `newsletter schedule` le planifie à un autre moment.",
        )
        if conclude.never_approved(found)
        else Said(
            f"`newsletter resume {found.id}` sends it late, `newsletter cancel {found.id}` not at all.",
            f"`newsletter resume {found.id}` l’envoie en retard, `newsletter cancel {found.id}` pas du tout.",
        )
        if found.status is CampaignStatus.HELD
        else Said(
            "`newsletter schedule` plans it anew, with another time.",
            "`newsletter schedule` le planifie de nouveau, à un autre moment.",
        )
    )
    raise NotAllowed(
        Said(f"the time of mailing {found.id} has passed", f"l’heure de l’envoi {found.id} est passée"),
        code="campaign-late",
        hint=after,
    )


def _hint(found: Campaign) -> Said:
    if found.reason == conclude.TEXT_DIFFERS and found.started_at is not None:
        return Said(
            f"Some people already have the approved text. `newsletter resume {found.id}` goes on with that text; "
            "`newsletter cancel` stops here.",
            f"Des personnes ont déjà le texte approuvé. `newsletter resume {found.id}` continue avec ce texte; "
            "`newsletter cancel` s’arrête là.",
        )
    return Said(
        f"newsletter report {found.id} shows where it stands.",
        f"`newsletter report {found.id}` montre où il en est.",
    )


def waiting(ctx: Context, campaign_id: int) -> Campaign:
    """A campaign that can be approved. Raises NotAllowed or NotFound."""
    with ctx.store.read() as db:
        found = control.get(db, campaign_id)
        require(ctx, db, found, campaigns.detail(db, campaign_id))
    return found


def timetable_of(ctx: Context, campaign_id: int) -> Timetable | None:
    """What a campaign was planned for; None: at once."""
    with ctx.store.read() as db:
        return schedule.read(campaigns.detail(db, campaign_id).schedule)


def planned_at(ctx: Context, campaign_id: int) -> datetime | None:
    """When a campaign is to be read; None: at once. The dates in its text are judged against it."""
    table = timetable_of(ctx, campaign_id)
    return None if table is None else schedule.instant(table)


def ask_of(ctx: Context, found: Campaign, edition: Edition) -> Ask:
    """What a campaign was planned as, with this edition."""
    return Ask(
        edition,
        found.audience,
        found.provider,
        when=timetable_of(ctx, found.id),
        gentle=found.gentle,
        sequel=sequels.of(ctx, found.id),
    )


def answers_of(ctx: Context, found: Campaign) -> Asked:
    """The answers that a campaign was planned with."""
    planned = f"mailing {found.id}"
    origins = dict.fromkeys(("recipients", "provider", "tracking", "sender"), planned)
    return Asked(found.audience, found.provider, found.tracking, origins)


def outlook_of(ctx: Context, ask: Ask, counts: Counts) -> Outlook:
    """When it goes out, in sentences, with what is worth saying of it by now."""
    if ask.when is None:
        found = Outlook(["now"], [], {})
    else:
        found = schedule.outlook(ctx, ask.when, counts.zones, neighbours.near(ctx, ask))
    slow = lanes.lines(ctx, counts.lanes, staff_language(ctx))
    return Outlook([*found.lines, *slow], found.remarks, found.json)
