"""Reschedule: another time for a mailing, or for those of it whom it has not left for; and it needs approval again.

In: a campaign, a wish. Out: a Move to be shown before it counts; the campaign, waiting for approval. Called by `reschedule`,
`approve`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from newsletter.model.approval import Yes
from newsletter.model.campaign import Campaign, CampaignStatus
from newsletter.model.edition import Edition
from newsletter.model.errors import Explained, NotAllowed
from newsletter.model.issue import ScheduleWish
from newsletter.model.said import Said, whole
from newsletter.pipeline import (
    approve,
    conclude,
    confirming,
    control,
    lease,
    neighbours,
    plan,
    reaching,
    schedule,
    signing,
)
from newsletter.pipeline.context import Context
from newsletter.pipeline.prepare import waves_of
from newsletter.pipeline.schedule import Outlook, Timetable
from newsletter.planning.plan import Expiry, LocalPlan
from newsletter.planning.waves import Past
from newsletter.store import Connection, audit, campaigns, editions, moving, sequels
from newsletter.store import books as ledger
from newsletter.store.gathering import Zone

_WAITS = (CampaignStatus.DRAFT, CampaignStatus.SCHEDULED, CampaignStatus.PAUSED, CampaignStatus.HELD)
_BEGUN = (CampaignStatus.SENDING, CampaignStatus.PAUSED, CampaignStatus.HELD)


@dataclass(frozen=True, slots=True)
class Move:
    """What would happen. `have`: people who have it; `fixed`: under way or not confirmed, so they keep their time; `zones`: those
    who would get the new one."""

    campaign: Campaign
    table: Timetable
    have: int
    fixed: int
    zones: Mapping[Zone, int]

    @property
    def moved(self) -> int:
        """How many would get the new time."""
        return sum(self.zones.values())


def timetable(ctx: Context, number: int, wish: ScheduleWish, past: str = Past.NOW) -> Timetable:
    """What a wish means for a mailing: what it leaves open stays as it was planned (the readers' own time, the expiry).

    Raises AuthorError with the next step, NotFound, NotAllowed for a mailing that is over.
    """
    with ctx.store.read() as db:
        found = control.get(db, number)
        _require_open(found)
        before = schedule.read(campaigns.detail(db, number).schedule)
    asked = schedule.planned(ctx, wish if before is None else _inherited(wish, before), ctx.now())
    table = schedule.tabled(ctx, asked if before is None else _same_day(asked, before.plan), past)
    # It stays the same time of a repeated mailing: who had it then does not get it again.
    return replace(table, plan=replace(table.plan, occurrence=found.occurrence))


def _inherited(wish: ScheduleWish, before: Timetable) -> ScheduleWish:
    kept = before.plan
    return replace(
        wish,
        zone=wish.zone or ("member" if kept.readers_time else kept.zone),
        calendar=wish.calendar or kept.calendar,
        expires=wish.expires or Expiry(kept.expiry).value,
        window=wish.window or kept.window,
    )


def _same_day(asked: LocalPlan, kept: LocalPlan) -> LocalPlan:
    """At another hour of its day a greeting stays one for its holiday: that is no blackout day for it, and is confirmed as before."""
    if asked.holiday or asked.day != kept.day:
        return asked
    return replace(asked, holiday=kept.holiday, offset=kept.offset, observed=kept.observed)


def look(ctx: Context, number: int, table: Timetable) -> Move:
    """Who would get the new time. Raises NotAllowed when nobody would."""
    with ctx.store.read() as db:
        found = control.get(db, number)
        if found.started_at is not None:
            return _look(ctx, db, found, table)
        edition = editions.get(db, found.edition)
    return Move(found, table, 0, 0, plan.count(ctx, _ask(ctx, found, edition, table)).zones)


def _ask(ctx: Context, found: Campaign, edition: Edition, table: Timetable) -> plan.Ask:
    with ctx.store.read() as db:
        sequel = sequels.of(db, found.id)
    return plan.Ask(edition, found.audience, found.provider, when=table, gentle=found.gentle, sequel=sequel)


def outlook(ctx: Context, move: Move, language: str = "") -> Outlook:
    """The new time in sentences (in a language, else that of the staff), with what is worth saying of it: as for a mailing that
    is planned for then."""
    with ctx.store.read() as db:
        edition = editions.get(db, move.campaign.edition)
    try:
        near = neighbours.near(ctx, _ask(ctx, move.campaign, edition, move.table))
    except (
        Explained
    ):  # a segment is gone: those who wait are written down, and get their new time all the same
        near = []
    return schedule.outlook(ctx, move.table, dict(move.zones), near, language)


def _look(ctx: Context, db: Connection, found: Campaign, table: Timetable) -> Move:
    share = moving.shares(db, found.id)
    have = ledger.books(db, found.id).accepted
    if not share.movable:
        raise NotAllowed(
            Said(
                f"nobody is left for another time: {have:,} people have mailing {found.id}",
                f"il ne reste personne pour un autre moment\u00a0: {whole(have).fr} personnes ont reçu l’envoi {found.id}",
            ),
            code="nothing-to-reschedule",
            hint=Said(
                f"newsletter report {found.id} shows where it stands.",
                f"`newsletter report {found.id}` montre où il en est.",
            ),
        )
    _, passed = waves_of(table, dict(share.movable), ctx.now())
    if passed:
        raise NotAllowed(
            Said(
                f"for {sum(share.movable[zone] for zone in passed):,} people that time has passed",
                f"pour {whole(sum(share.movable[zone] for zone in passed)).fr} personnes, ce moment est passé",
            ),
            code="reschedule-past",
            hint=Said(
                "Choose a later time, or `--past next-day`.",
                "Choisissez une heure plus tardive, ou `--past next-day`.",
            ),
        )
    return Move(found, table, have, share.fixed, share.movable)


def reschedule(ctx: Context, move: Move) -> Campaign:
    """Write the new time down. The mailing is a draft again or, when it has begun, held: until somebody approves it.

    Raises NotAllowed when it is over meanwhile, or nobody is left.
    """
    number, table = move.campaign.id, move.table
    with lease.acting(ctx) as db:
        found = control.get(db, number)
        _require_open(found)
        moved = _begun(ctx, db, found, table) if found.started_at else _waiting(db, found, table)
        audit.note(
            db, ctx.now(), ctx.actor, "reschedule", str(number), moved | {"schedule": schedule.stored(table)}
        )
        return control.get(db, number)


def _require_open(found: Campaign) -> None:
    if found.status.over:
        raise NotAllowed(
            Said(
                f"mailing {found.id} is {found.status.value}: it gets no other time",
                f"l’envoi {found.id} est {found.status.french}\u00a0: il ne reçoit pas d’autre moment",
            ),
            code="campaign-over",
            hint=Said(
                f"newsletter report {found.id} shows what came of it.",
                f"`newsletter report {found.id}` montre ce qu’il en est advenu.",
            ),
        )


def _waiting(db: Connection, found: Campaign, table: Timetable) -> dict[str, object]:
    """Nobody has it: it is planned anew as a whole."""
    campaigns.change(
        db,
        found.id,
        list(_WAITS),
        CampaignStatus.DRAFT,
        reason="",
        schedule=schedule.stored(table),
        due_at=None,
        expires_at=None,
        insisted=False,
    )
    return {}


def _begun(ctx: Context, db: Connection, found: Campaign, table: Timetable) -> dict[str, object]:
    """Some have it, or may have it: only the others get another time."""
    move = _look(ctx, db, found, table)
    times = schedule.span(table, dict(move.zones), ctx.now())
    campaigns.change(
        db,
        found.id,
        list(_BEGUN),
        CampaignStatus.HELD,
        reason=conclude.RESCHEDULED,
        schedule=schedule.stored(table),
        due_at=times.due_at,
        expires_at=times.expires_at,
        insisted=False,
    )
    planned, _ = waves_of(table, dict(move.zones), ctx.now())
    moved = moving.move(db, found.id, planned)
    return {"have": move.have, "fixed": move.fixed, "moved": moved}


def approve_rest(ctx: Context, number: int, yes: Yes | None = None) -> Campaign:
    """Approve the new time of a mailing that has begun: the rest goes out then, with the text that the others have. While further
    people must approve, it goes on waiting.

    Raises NotAllowed when nothing waits for it, or when it is for a feast whose day nobody confirmed: it has started, so nobody
    asks for that again.
    """
    now = ctx.now()
    _require_confirmed(ctx, number)
    with ctx.store.write() as db:
        counted = lease.step(ctx, db)
        found = control.get(db, number)
        row = campaigns.detail(db, number)
        reaching.require_same(ctx, row)
        _require_begun(found)
        to = signing.signed(ctx, db, row, people=sum(moving.shares(db, number).movable.values()) or None)
        by = signing.give(ctx, db, row, yes or Yes(), to)
        if by.complete:
            names = ", ".join(one.person for one in by.given)
            campaigns.change(
                db,
                number,
                [CampaignStatus.HELD],
                CampaignStatus.SENDING,
                reason="",
                approved_at=now,
                approved_by=names,
            )
            conclude.follow(db, number, now)
        approved = control.get(db, number)
    lease.keep(ctx, counted)
    return approved


def approve_moved(ctx: Context, move: Move, yes: Yes | None = None) -> Campaign:
    """Approve a mailing for the time that it was just given, and for no other.

    Raises NotAllowed when somebody gave it another one meanwhile, and as `approve` does.
    """
    number = move.campaign.id
    with ctx.store.read() as db:
        found, row = control.get(db, number), campaigns.detail(db, number)
        shown = signing.signed(ctx, db, row).digest
    if row.schedule != schedule.stored(move.table):
        raise NotAllowed(
            Said(
                f"mailing {number} is not any more what you were shown: when it goes out changed",
                f"l’envoi {number} n’est plus ce qui vous a été montré (le moment du départ)",
            ),
            code="approval-shown",
            hint=Said(
                "Look at it as it is now; nothing was approved.",
                "Regardez-le tel qu’il est maintenant; rien n’a été approuvé.",
            ),
        )
    given = replace(yes or Yes(), shown=shown)
    if begun(found):
        return approve_rest(ctx, number, given)
    return approve.approve(ctx, number, dict(move.zones), yes=given)


def _require_begun(found: Campaign) -> None:
    if not begun(found):
        raise NotAllowed(
            Said(
                f"mailing {found.id} is {found.status.value}: there is nothing to approve",
                f"l’envoi {found.id} est {found.status.french}\u00a0: il n’y a rien à approuver",
            ),
            code="nothing-to-approve",
            hint=Said(
                f"newsletter report {found.id} shows where it stands.",
                f"`newsletter report {found.id}` montre où il en est.",
            ),
        )


def _require_confirmed(ctx: Context, number: int) -> None:
    with ctx.store.read() as db:
        control.get(db, number)
        table = schedule.read(campaigns.detail(db, number).schedule)
    if table is not None:
        confirming.require(ctx, table.plan, schedule.instant(table))


def begun(found: Campaign) -> bool:
    """True for a mailing that some have, and whose others wait for the approval of a new time."""
    return (
        found.started_at is not None
        and found.status is CampaignStatus.HELD
        and found.reason == conclude.RESCHEDULED
    )


def planned(ctx: Context, number: int) -> Move:
    """The move that waits for approval. Raises NotAllowed when none does."""
    with ctx.store.read() as db:
        found = control.get(db, number)
        table = schedule.read(campaigns.detail(db, number).schedule)
        if table is None:
            raise LookupError(number)
        share = moving.shares(db, number)
        return Move(found, table, ledger.books(db, number).accepted, share.fixed, share.movable)
