"""Control: pause, resume, cancel. What is under way ends; nothing new starts.

In: a campaign's number and a person. Out: its status. Called by the command line and the staff pages.
"""

from __future__ import annotations

from newsletter.model.campaign import BatchState, Campaign, CampaignStatus
from newsletter.model.errors import NotAllowed, NotFound
from newsletter.model.hold import CLAIMED, HELD_BY
from newsletter.model.said import Said, alike, kept
from newsletter.pipeline import barring, conclude, lease, surroundings
from newsletter.pipeline.context import Context
from newsletter.store import Connection, audit, batches, campaigns, deliveries, holds, waking

PERSON = "person: "  #: how the reason of a pause begins when a person paused


def find(ctx: Context, campaign_id: int) -> Campaign:
    """A campaign by number. Raises NotFound."""
    with ctx.store.read() as db:
        return get(db, campaign_id)


def every(ctx: Context) -> list[Campaign]:
    """All campaigns, newest first."""
    with ctx.store.read() as db:
        return list(campaigns.listed(db))


def get(db: Connection, campaign_id: int) -> Campaign:
    """A campaign by number, within a transaction. Raises NotFound."""
    found = campaigns.get(db, campaign_id)
    if found is None:
        raise NotFound(
            Said(f"there is no mailing {campaign_id}", f"il n’y a pas d’envoi {campaign_id}"),
            code="campaign-unknown",
            hint=Said("`newsletter campaigns` lists them.", "`newsletter campaigns` les énumère."),
        )
    return found


def pause(ctx: Context, campaign_id: int, reason: str = "") -> Campaign:
    """A person pauses a mailing that is being sent, that waits for its time, or of which only something is not confirmed."""
    with lease.acting(ctx) as db:
        found = get(db, campaign_id)
        if found.status is not CampaignStatus.PAUSED:
            before = [CampaignStatus.SCHEDULED, CampaignStatus.SENDING]
            before += [CampaignStatus.HELD] if found.reason == conclude.NOT_CONFIRMED else []
            _change(db, found, before, CampaignStatus.PAUSED, f"{PERSON}{reason or ctx.actor}")
            audit.note(db, ctx.now(), ctx.actor, "pause", str(campaign_id), {"reason": reason})
        return get(db, campaign_id)


def pause_all(ctx: Context, reason: str) -> list[int]:
    """The program pauses everything that is being sent: the account was suspended."""
    with ctx.store.write() as db:
        found = campaigns.listed(db, [CampaignStatus.SENDING])
        return [campaign.id for campaign in found if conclude.pause(db, campaign.id, reason)]


def resume(ctx: Context, campaign_id: int) -> Campaign:
    """A person lets a paused, held or interrupted mailing go on, with the text that was approved.

    What was refused as a whole is tried anew; what is late goes out late; what is not confirmed stays for `settle`.
    """
    with lease.acting(ctx) as db:
        found = get(db, campaign_id)
        unapproved = found.status is CampaignStatus.DRAFT or conclude.never_approved(found)
        if unapproved or found.reason in {conclude.RESCHEDULED, *conclude.CONFIRM}:
            raise NotAllowed(
                Said(
                    f"mailing {campaign_id} is not approved yet",
                    f"l’envoi {campaign_id} n’est pas encore approuvé",
                ),
                code="not-approved",
                hint=alike(f"newsletter approve {campaign_id}"),
            )
        if found.status in {CampaignStatus.PAUSED, CampaignStatus.HELD}:
            held = barring.bars(db, campaigns.detail(db, campaign_id), ctx.now())
            if held is not None:
                raise barring.refusal(ctx, held)
            go_on(ctx, db, found, late=_late(found))
            audit.note(db, ctx.now(), ctx.actor, "resume", str(campaign_id), {"was": found.reason})
        return get(db, campaign_id)


def _late(found: Campaign) -> bool:
    """Whether resuming a mailing means that it goes out late: it was held for that, or before anybody got it."""
    if found.started_at is None:
        return found.status is CampaignStatus.HELD
    return found.reason == conclude.LATE or found.reason.startswith((HELD_BY, CLAIMED))


def go_on(ctx: Context, db: Connection, found: Campaign, *, late: bool) -> None:
    """A mailing that stood still goes on, and no hold placed until now keeps it back. `late`: also what was missed meanwhile."""
    freed: dict[str, object] = {"freed_from": holds.newest(db)}
    if found.started_at is None:
        if late:  # it goes out as it is, and as late as it is now, as a person just decided
            freed |= {"insisted": True, "approved_at": ctx.now(), "approved_by": ctx.actor}
        campaigns.change(db, found.id, [found.status], CampaignStatus.SCHEDULED, reason="", **freed)
        return
    insisted = found.reason.startswith(conclude.REFUSED_WHOLE) or batches.stuck(db, found.id)
    if late:
        waking.begin_due(db, found.id, ctx.now())
    if found.reason.startswith(conclude.TROUBLE):  # what came back until now was seen: it pauses nothing more
        freed |= {"judged_from": ctx.now()}
    other = surroundings.difference(ctx, campaigns.detail(db, found.id))
    if other is not None and found.reason == f"{conclude.SETUP}{kept(other.said[0])}":
        freed |= {
            "surroundings": surroundings.of(ctx)
        }  # this very difference was said: who resumes it here decides
    campaigns.change(
        db,
        found.id,
        [found.status],
        CampaignStatus.SENDING,
        reason="",
        refusals=0,
        insisted=insisted,
        **freed,
        **({"stage": ""} if found.reason == conclude.NOT_CONFIRMED else {}),
    )
    if insisted:
        batches.insist(db, found.id)
    conclude.follow(db, found.id, ctx.now())


def cancel(ctx: Context, campaign_id: int) -> Campaign:
    """Cancel what has not been handed over; what was, stays counted. Places are given up."""
    with lease.acting(ctx) as db:
        found = get(db, campaign_id)
        if found.status.over:
            raise NotAllowed(
                Said(
                    f"mailing {campaign_id} is {found.status.value}: nothing of it is left to cancel",
                    f"l’envoi {campaign_id} est {found.status.french}\u00a0: il n’en reste rien à annuler",
                ),
                code="campaign-over",
                hint=Said(
                    f"newsletter report {campaign_id} shows what came of it.",
                    f"`newsletter report {campaign_id}` montre ce qu’il en est advenu.",
                ),
            )
        end(ctx, db, found)
        audit.note(db, ctx.now(), ctx.actor, "cancel", str(campaign_id))
        return get(db, campaign_id)


def end(ctx: Context, db: Connection, found: Campaign) -> None:
    """Within a transaction: what has not left does not leave; what is under way ends and stays counted."""
    of_it = batches.of_campaign(found.id)
    deliveries.stop(db, of_it, BatchState.CANCELLED, f"cancelled by {ctx.actor}")
    campaigns.change(db, found.id, [found.status], CampaignStatus.CANCELLED, reason="", ended_at=ctx.now())


def _change(
    db: Connection, found: Campaign, before: list[CampaignStatus], after: CampaignStatus, reason: str
) -> None:
    if not campaigns.change(db, found.id, before, after, reason=reason):
        raise NotAllowed(
            Said(
                f"mailing {found.id} is {found.status.value}: it cannot become {after.value}",
                f"l’envoi {found.id} est {found.status.french}\u00a0: il ne peut devenir {after.french}",
            ),
            code="campaign-state",
            hint=Said(
                f"newsletter report {found.id} shows where it stands.",
                f"`newsletter report {found.id}` montre où il en est.",
            ),
        )
