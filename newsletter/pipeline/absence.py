"""Absence: a call of which nothing reached or will reach anybody is over, and its batch goes again.

In: a call in doubt. Out: its batch ready, with a line of the audit log; or held, when it went again often enough. Called by
pipeline.inquiring. The only way in which a machine hands over again what was in doubt.
"""

from __future__ import annotations

from typing import Any

from newsletter.dispatch.settling import RESENDS, Call
from newsletter.model.campaign import BatchState, CampaignStatus
from newsletter.pipeline import conclude, judging
from newsletter.pipeline.context import Context
from newsletter.store import Connection, attempts, audit, batches, campaigns, doubts, hooks, inquiries
from newsletter.store.batches import Batch

UNCLEAR = (BatchState.IN_DOUBT, BatchState.HELD)
PROGRAM = "newsletter"  #: who acted, where nobody did
OFTEN = "it went again several times by itself, and was revoked each time"


def conclude_absent(ctx: Context, row: Any, *, asks: bool) -> bool:
    """Look once more, in the transaction that lets the batch go again. False when something else became of it meanwhile."""
    now = ctx.now()
    with ctx.store.write() as db:
        batch = batches.get(db, row.batch_id)
        call = Call(row.started_at, row.finished_at, row.due_at, inquiries.of(db, batch.id, row.number), asks)
        same = attempts.next_number(db, batch) == row.number + 1
        if batch.state not in UNCLEAR or not same or not call.is_absent():
            return False
        if hooks.waiting(db):  # what was received and is not applied yet may speak of it
            return False
        if doubts.proven(db, only=batch.id):
            conclude.accept(db, batch, now)
        else:
            attempts.end(db, batch, row.number, outcome=inquiries.ABSENT)
            _again(ctx, db, batch)
            detail = {"batch": batch.id, "attempt": row.number, "people": row.members}
            audit.note(db, now, PROGRAM, "absence-proven", str(batch.campaign), detail)
        conclude.follow(db, batch.campaign, now)
    return True


def _again(ctx: Context, db: Connection, batch: Batch) -> None:
    if inquiries.resent(db, batch.id) > RESENDS:
        batches.move(db, batch, UNCLEAR, BatchState.HELD, reason=OFTEN)
        return
    batches.move(db, batch, UNCLEAR, BatchState.READY, reason="", doubt_since=None)
    if campaigns.detail(db, batch.campaign).reason == conclude.NOT_CONFIRMED:
        # Held for that alone: a mailing whose text differs, or that is late, waits on for a person.
        campaigns.change(db, batch.campaign, [CampaignStatus.HELD], CampaignStatus.SENDING, reason="")
        judging.judge_one(ctx, db, batch.campaign)  # what came back while it was held
