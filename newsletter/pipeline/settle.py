"""Settle: what is in doubt is resolved by evidence, or held for a person; never by guessing.

In: events of ours that came back, the clock, a person's decision. Out: batches accepted, held, or ready again. Called by the
worker and `newsletter settle`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from newsletter.dispatch.settling import Call, proof_at, seems_absent
from newsletter.model.campaign import BatchState, CampaignStatus
from newsletter.model.errors import NotAllowed
from newsletter.model.inquiry import Inquiry
from newsletter.model.notice import NoticeKind
from newsletter.model.said import Said, alike
from newsletter.pipeline import conclude, control, inquiring, inquiry_words
from newsletter.pipeline.context import Context
from newsletter.store import (
    Connection,
    attempts,
    audit,
    batches,
    campaigns,
    deliveries,
    doubts,
    inquiries,
    notices,
    watching,
)
from newsletter.store.batches import Batch
from newsletter.store.decided import ASSUMED


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


UNDECIDED = timedelta(hours=24)  #: after which staff are reminded of what is held for them


def settle(ctx: Context, campaign: int | None = None) -> Settled:
    """Look for evidence; what has waited too long for any is held. Without new evidence nothing changes."""
    now = ctx.now()
    before = now - timedelta(hours=ctx.settings.whole("send.settle_hours"))
    _remind(ctx, before, now)
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


def _remind(ctx: Context, before: datetime, now: datetime) -> None:
    """Tell staff, once a batch, of what has been held for them for a day. One notice a mailing names all that waits then."""
    with ctx.store.read() as db:
        found = doubts.undecided(db, before - UNDECIDED, now - UNDECIDED)
        keys = {campaign: f"{campaign}:undecided:{numbers[-1]}" for campaign, numbers in found.items()}
        known = notices.told(db, [f"{NoticeKind.HELD.value}:{key}" for key in keys.values()])
    fresh = [number for number, key in keys.items() if f"{NoticeKind.HELD.value}:{key}" not in known]
    if not fresh:
        return
    with ctx.store.write() as db:
        for campaign in fresh:
            people = sum(deliveries.count_of_batch(db, number) for number in found[campaign])
            data = {"reason": conclude.NOT_CONFIRMED, "undecided": people}
            notices.tell(db, NoticeKind.HELD, keys[campaign], campaign=campaign, data=data)


def look(ctx: Context, campaign: int) -> Settled:
    """The same because a person asked for it now: a line of the log says so, whatever was found."""
    inquiring.inquire(ctx, campaign)
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
                    "there is nothing to decide: all that was handed over is confirmed",
                    "il n’y a rien à décider\u00a0: tout ce qui a été remis est confirmé",
                ),
                code="nothing-unclear",
                hint=alike(f"newsletter report {campaign}"),
            )
        if decision is Decision.ASSUME:
            _require_no_proof_to_come(ctx, db, chosen)
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


def _require_no_proof_to_come(ctx: Context, db: Connection, chosen: Sequence[Batch]) -> None:
    """What is being revoked reaches nobody: to count it as handed over would leave these people out in silence."""
    for batch in chosen:
        last = attempts.last(db, batch)
        if (
            last is None
            or last.outcome not in inquiries.OPEN
            or not doubts.revoked(db, batch.id, last.number)
        ):
            continue
        at = proof_at(inquiring.known(db, last), ctx.now())
        if at is None:
            continue
        raise NotAllowed(
            Said(
                f"what was handed over to these people was revoked: that nobody has it can be proven at {at:%H:%M} UTC, and then it is handed over again by itself",
                f"ce qui a été remis à ces personnes est révoqué\u00a0: il pourra être prouvé à {at:%H:%M} UTC que personne ne l’a, et la remise reprendra d’elle-même",
            ),
            code="proof-to-come",
            hint=Said(
                "Wait until then; or hand it over once more now.",
                "Attendez jusque-là; ou remettez-le une fois de plus maintenant.",
            ),
        )


def _decide(db: Connection, batch: Batch, decision: Decision) -> None:
    unclear = [BatchState.IN_DOUBT, BatchState.HELD]
    if decision is Decision.AGAIN:
        batches.move(db, batch, unclear, BatchState.READY, reason="", doubt_since=None)
        batches.restart(db, batch.root)
    elif doubts.may_be_taken(db, batch.id):
        batches.move(db, batch, unclear, BatchState.ACCEPTED, reason=ASSUMED)
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

    WAIT = "wait"  #: events may still come, or a proof is under way
    ASSUME = "assume"  #: no more is to be expected; a provider mostly took what it did not refuse
    RATHER_AGAIN = "rather_again"  #: its log should know these people, and does not: mostly not taken, though that is no proof
    REVOKED = (
        "revoked"  #: the provider says that it revoked it: mostly nobody has it, though that is no proof
    )
    AGAIN = "again"  #: surely refused, or proven absent: nobody of it has anything


@dataclass(frozen=True, slots=True)
class Case:
    """A batch that is not confirmed, with what is known of it. `told`: how the call ended, in the provider's or the network's words;
    `news`: events about other people of the mailing have come in since; `until`: when it is held for a person; `due_at`: when its
    people get it, if it was taken, where it is revocable; `proof_at`: when it can be proven absent; `asked`: what the provider was
    asked about it, and answered."""

    batch: int
    people: int
    held: bool
    posted_at: datetime | None
    told: str
    news: bool
    until: datetime | None
    advice: Advice
    due_at: datetime | None = None
    proof_at: datetime | None = None
    asked: tuple[Inquiry, ...] = ()


def cases(ctx: Context, campaign: int) -> list[Case]:
    """What a person decides upon: each batch in doubt or held, with its evidence and what is recommended."""
    with ctx.store.read() as db:
        return [_case(ctx, db, batch) for batch in batches.unclear(db, campaign)]


def _case(ctx: Context, db: Connection, batch: Batch) -> Case:
    last = attempts.last(db, batch)
    posted = last.started_at if last else None
    held = batch.state is BatchState.HELD
    call = inquiring.known(db, last) if last and last.outcome in inquiries.OPEN else None
    proof = proof_at(call, ctx.now()) if call else None
    wait = timedelta(hours=ctx.settings.whole("send.settle_hours"))
    return Case(
        batch=batch.id,
        people=deliveries.count_of_batch(db, batch.id),
        held=held,
        posted_at=posted,
        told=batches.reason(db, batch),
        news=posted is not None and watching.told_since(db, batch.campaign, posted),
        until=None if held or posted is None else posted + wait,
        advice=_advice(db, batch, call) if held and proof is None else Advice.WAIT,
        due_at=call.due_at if call else None,
        proof_at=proof,
        asked=inquiries.of(db, batch.id),
    )


def _advice(db: Connection, batch: Batch, call: Call | None) -> Advice:
    """About what is held."""
    if not doubts.may_be_taken(db, batch.id):
        return Advice.AGAIN
    if call and call.seems_revoked():
        return Advice.REVOKED
    return Advice.RATHER_AGAIN if call and seems_absent(call) else Advice.ASSUME


def evidence(ctx: Context, campaign: int) -> list[str]:
    """What is known of each batch that is not confirmed, in words."""
    return [line for case in cases(ctx, campaign) for line in _lines(case)]


def _lines(case: Case) -> Iterator[str]:
    since = f"{case.posted_at:%Y-%m-%d %H:%M:%S} UTC" if case.posted_at else "unknown"
    state = "waiting for you" if case.held else "not confirmed"
    yield f"Batch {case.batch}: {case.people:,} people, {state}. Posted {since}. {case.told}"
    for one in case.asked:
        yield f"  {one.asked_at:%Y-%m-%d %H:%M:%S}: {inquiry_words.told(one).en}."
    if case.proof_at:
        yield (
            f"  It can be revoked: unless something of it is seen, it is proven absent at {case.proof_at:%H:%M} UTC, and goes again by "
            "itself."
        )
    if case.advice is Advice.REVOKED:
        yield "  The service says that it revoked the call. Who is counted as handed over would get nothing; recommended: --again."
    if case.advice is Advice.RATHER_AGAIN:
        yield "  The service’s log should know these people by now, and does not. That is no proof; recommended: --again."


def as_json(case: Case) -> dict[str, object]:
    """A case in the form that `settle --json` and the API promise."""
    return {
        "batch": case.batch,
        "people": case.people,
        "held": case.held,
        "posted_at": case.posted_at.isoformat() if case.posted_at else None,
        "told": case.told,
        "advice": case.advice.value,
        "due_at": case.due_at.isoformat() if case.due_at else None,
        "proof_at": case.proof_at.isoformat() if case.proof_at else None,
        "asked": [
            {
                "question": one.question.value,
                "at": one.asked_at.isoformat(),
                "reply": one.reply.value,
                "detail": one.detail,
            }
            for one in case.asked
        ],
    }
