"""Settle: what is in doubt is resolved by evidence, or held for a person; never by guessing.

In: events of ours that came back, the clock, a person's decision. Out: batches accepted, held, or ready again. Called by the
worker and `newsletter settle`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from newsletter.model.campaign import BatchState, CampaignStatus
from newsletter.model.errors import NotAllowed
from newsletter.model.said import Said, alike
from newsletter.pipeline import conclude, control
from newsletter.pipeline.context import Context
from newsletter.store import Connection, attempts, audit, batches, campaigns, deliveries, doubts, watching
from newsletter.store.batches import Batch


class Decision(StrEnum):
    """What a person decides about batches of which nothing more is known."""

    ASSUME = "assume"  #: count as handed over what may have been, and as rejected what was surely refused; nobody gets a second copy
    AGAIN = "again"  #: hand them over once more; some people may get two copies


@dataclass(frozen=True, slots=True)
class Settled:
    """Numbers of batches: shown by evidence to be accepted, newly held, still unclear."""

    accepted: int
    held: int
    unclear: int


def settle(ctx: Context, campaign: int | None = None) -> Settled:
    """Look for evidence; what has waited too long for any is held. Without new evidence nothing changes."""
    now = ctx.now()
    before = now - timedelta(hours=ctx.settings.whole("send.settle_hours"))
    with ctx.store.read() as db:  # a look costs no lock: nearly always there is nothing to do
        if not doubts.proven(db, campaign) and not doubts.overdue(db, before):
            return Settled(0, 0, len(batches.unclear(db, campaign)))
    with ctx.store.write() as db:
        accepted = [batches.get(db, number) for number in doubts.proven(db, campaign)]
        for batch in accepted:
            conclude.accept(db, batch, now)
        held = [batches.get(db, number) for number in doubts.overdue(db, before)]
        for batch in held:
            batches.move(db, batch, [BatchState.IN_DOUBT], BatchState.HELD, reason=batches.reason(db, batch))
        for touched in {batch.campaign for batch in (*accepted, *held)}:
            conclude.follow(db, touched, now)
        return Settled(len(accepted), len(held), len(batches.unclear(db, campaign)))


def look(ctx: Context, campaign: int) -> Settled:
    """The same because a person asked for it now: a line of the log says so, whatever was found."""
    found = settle(ctx, campaign)
    with ctx.store.write() as db:
        detail = {"accepted": found.accepted, "held": found.held, "unclear": found.unclear}
        audit.note(db, ctx.now(), ctx.actor, "look-again", str(campaign), detail)
    return found


def decide(ctx: Context, campaign: int, decision: Decision, only: int | None = None) -> int:
    """A person decides about a campaign's batches in doubt or held (or one of them); how many were decided."""
    now = ctx.now()
    with ctx.store.write() as db:
        if decision is Decision.AGAIN and control.get(db, campaign).status is CampaignStatus.CANCELLED:
            raise NotAllowed(
                Said(
                    f"mailing {campaign} was cancelled: nothing of it is handed over once more",
                    f"l’envoi {campaign} a été annulé\u00a0: rien n’en est remis de nouveau",
                ),
                code="campaign-cancelled",
                hint=Said(
                    f"`newsletter settle {campaign} --assume` closes its books.",
                    f"`newsletter settle {campaign} --assume` ferme son décompte.",
                ),
            )
        chosen = [batch for batch in batches.unclear(db, campaign) if only in (None, batch.id)]
        if not chosen:
            raise NotAllowed(
                Said(
                    "there is nothing to decide: no batch is in doubt or held",
                    "il n’y a rien à décider\u00a0: aucun lot n’est non confirmé ni en attente",
                ),
                code="nothing-unclear",
                hint=alike(f"newsletter report {campaign}"),
            )
        for batch in chosen:
            _decide(db, batch, decision)
        if decision is Decision.AGAIN and control.get(db, campaign).reason == conclude.NOT_CONFIRMED:
            # Held for that alone: a mailing whose text differs, or that is late, waits on for `resume`.
            campaigns.change(db, campaign, [CampaignStatus.HELD], CampaignStatus.SENDING, reason="")
        audit.note(
            db,
            now,
            ctx.actor,
            "settle",
            str(campaign),
            {"decision": decision.value, "batches": [batch.id for batch in chosen]},
        )
        conclude.follow(db, campaign, now)
        return len(chosen)


def _decide(db: Connection, batch: Batch, decision: Decision) -> None:
    unclear = [BatchState.IN_DOUBT, BatchState.HELD]
    if decision is Decision.AGAIN:
        batches.move(db, batch, unclear, BatchState.READY, reason="", doubt_since=None)
        batches.restart(db, batch.root)
    elif doubts.may_be_taken(db, batch.id):
        batches.move(db, batch, unclear, BatchState.ACCEPTED, reason="assumed")
    else:
        deliveries.reject_batch(db, batch.id, batches.reason(db, batch))
        batches.move(db, batch, unclear, BatchState.REJECTED)


def refused(ctx: Context, campaign: int) -> int:
    """How many people are in held parts that the provider surely refused: to hand these over once more gives nobody two copies."""
    with ctx.store.read() as db:
        held = [batch.id for batch in batches.unclear(db, campaign) if not doubts.may_be_taken(db, batch.id)]
        return sum(deliveries.count_of_batch(db, number) for number in held)


class Advice(StrEnum):
    """What is recommended about a batch that is not confirmed."""

    WAIT = "wait"  #: events may still come
    ASSUME = "assume"  #: no more is to be expected; a provider mostly took what it did not refuse
    AGAIN = "again"  #: surely refused: nobody of it has anything


@dataclass(frozen=True, slots=True)
class Case:
    """A batch that is not confirmed, with what is known of it. `told`: how the call ended, in the provider's or the network's words;
    `news`: events about other people of the mailing have come in since; `until`: when it is held for a person."""

    batch: int
    people: int
    held: bool
    posted_at: datetime | None
    told: str
    news: bool
    until: datetime | None
    advice: Advice


def cases(ctx: Context, campaign: int) -> list[Case]:
    """What a person decides upon: each batch in doubt or held, with its evidence and what is recommended."""
    wait = timedelta(hours=ctx.settings.whole("send.settle_hours"))
    with ctx.store.read() as db:
        return [_case(db, batch, wait) for batch in batches.unclear(db, campaign)]


def _case(db: Connection, batch: Batch, wait: timedelta) -> Case:
    last = attempts.last(db, batch)
    posted = last.started_at if last else None
    held = batch.state is BatchState.HELD
    advice = Advice.ASSUME if held else Advice.WAIT
    if held and not doubts.may_be_taken(db, batch.id):
        advice = Advice.AGAIN
    return Case(
        batch=batch.id,
        people=deliveries.count_of_batch(db, batch.id),
        held=held,
        posted_at=posted,
        told=batches.reason(db, batch),
        news=posted is not None and watching.told_since(db, batch.campaign, posted),
        until=None if held or posted is None else posted + wait,
        advice=advice,
    )


def evidence(ctx: Context, campaign: int) -> list[str]:
    """What is known of each batch that is not confirmed, in words."""
    with ctx.store.read() as db:
        lines = []
        for batch in batches.unclear(db, campaign):
            people = deliveries.count_of_batch(db, batch.id)
            last = attempts.last(db, batch)
            since = f"{last.started_at:%Y-%m-%d %H:%M:%S} UTC" if last else "unknown"
            why = batches.reason(db, batch)
            lines.append(
                f"Batch {batch.id}: {people:,} people, {batch.state.value.replace('_', ' ')}. Posted {since}. {why}"
            )
        return lines
