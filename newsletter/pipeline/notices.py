"""Notices: staff are told by a second channel, at least once and hardly ever twice, and never at the cost of a mailing.

In: what was written in the transaction of what it tells of. Out: messages to people, rows that say how far each got. Called by the
worker's courier, `newsletter notices`, the pages.

Each try is written down before it is made, with the time of the next one: a crash between gives a second copy, never none.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from newsletter.channels import registry
from newsletter.channels.bounded import bounded
from newsletter.channels.contract import Target, Undelivered
from newsletter.model.campaign import CampaignStatus
from newsletter.model.errors import Explained
from newsletter.model.notice import Message, NoticeKind, NoticeState
from newsletter.pipeline import conclude, notice_facts, notice_words
from newsletter.pipeline.context import Context
from newsletter.planning.phrases import NBSP
from newsletter.store import batches, campaigns
from newsletter.store import notices as rows

log = logging.getLogger(__name__)

GIVE_UP = timedelta(days=3)
_FIRST, _LONGEST = timedelta(minutes=1), timedelta(hours=1)
#: what a notice announces, and where the mailing must still stand for it to be worth telling
_AHEAD = {
    NoticeKind.APPROVAL: [CampaignStatus.DRAFT],
    NoticeKind.DAY: [CampaignStatus.SCHEDULED, CampaignStatus.SENDING],
    NoticeKind.HOUR: [CampaignStatus.SCHEDULED, CampaignStatus.SENDING],
}


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as it is listed. `at`: when a worker first took it up."""

    number: int
    kind: NoticeKind
    campaign: int | None
    state: NoticeState
    at: datetime | None
    attempts: int
    reached: tuple[str, ...]
    detail: str


def listed(ctx: Context) -> list[Notice]:
    """The last hundred, newest first."""
    with ctx.store.read() as db:
        return [
            Notice(
                row.id,
                NoticeKind(row.kind),
                row.campaign_id,
                NoticeState(row.state),
                row.seen_at,
                row.attempts,
                tuple(row.reached),
                row.detail,
            )
            for row in rows.listed(db)
        ]


def targets(ctx: Context) -> list[Target]:
    """Everybody who is told. Raises ConfigurationError."""
    return registry.targets(ctx.settings, ctx.publication.sender.address)


def deliver(ctx: Context) -> int:
    """Deliver what waits; how many notices everybody has now. What fails is tried again later, and nothing is raised for it."""
    with ctx.store.read() as db:  # a look costs no lock: nearly always there is nothing to do
        waiting = rows.due(db, ctx.now())
    if not waiting:
        return 0
    try:
        told = targets(ctx)
    except Explained as error:
        return _put_off(ctx, waiting, error.message)
    return sum(_deliver(ctx, row, told) for row in waiting)


def _put_off(ctx: Context, waiting: Sequence[Any], why: str) -> int:
    """The channel is set up wrongly: each waits, and says why."""
    for row in waiting:
        if _taken(ctx, row):
            with ctx.store.write() as db:
                rows.fail(db, row.id, why)
    return 0


def _deliver(ctx: Context, row: Any, told: Sequence[Target]) -> bool:
    over = _over(ctx, row, told)
    if over is not None:
        with ctx.store.write() as db:
            rows.end(db, row.id, over, ctx.now(), row.detail)
        return False
    if not _taken(ctx, row):
        return False
    try:
        return _tell(ctx, row, told)
    except Exception as error:
        log.exception("notice %d could not be written", row.id)
        with ctx.store.write() as db:
            rows.fail(db, row.id, f"it could not be written ({type(error).__name__})")
        return False


def _over(ctx: Context, row: Any, told: Sequence[Target]) -> NoticeState | None:
    """How a notice ends without another try; None when it is to be tried."""
    now = ctx.now()
    if row.until is not None and now >= row.until:
        return NoticeState.OUTDATED
    if not _stands(ctx, row):
        return NoticeState.OUTDATED
    if not told:
        return NoticeState.NOBODY
    if row.seen_at is not None and now - row.seen_at > GIVE_UP:
        return NoticeState.FAILED
    return None


def _stands(ctx: Context, row: Any) -> bool:
    """False when the mailing has gone on, and what is announced or asked for does not hold any more."""
    if "undecided" in row.data:
        with ctx.store.read() as db:
            return bool(batches.unclear(db, row.campaign_id))
    moved = row.kind == NoticeKind.HELD and row.data.get("reason") == conclude.RESCHEDULED
    wanted = _AHEAD.get(NoticeKind(row.kind), [])
    if not (moved or wanted):
        return True
    if "change" in row.data:  # what somebody wants changed is worth knowing, whatever became of it
        return True
    with ctx.store.read() as db:
        standing = campaigns.detail(db, row.campaign_id)
    if row.kind == NoticeKind.APPROVAL and "approved" in row.data:  # nobody approved it again meanwhile
        same = standing.approved_at is not None and standing.approved_at.isoformat() == row.data["approved"]
        return same and standing.status == CampaignStatus.SCHEDULED
    asking = moved or row.kind == NoticeKind.APPROVAL
    waits = (standing.status, standing.reason) == (CampaignStatus.HELD, conclude.RESCHEDULED)
    return standing.status in wanted or (asking and waits)


def _taken(ctx: Context, row: Any) -> bool:
    now = ctx.now()
    wait = min(_FIRST * 2 ** min(row.attempts, 10), _LONGEST)
    with ctx.store.write() as db:
        return rows.take(db, row, now, now + wait)


def _tell(ctx: Context, row: Any, told: Sequence[Target]) -> bool:
    """Try everybody who does not have it; each who has it is written down at once."""
    reached, faults = list(row.reached), []
    for target in told:
        if target.name in reached:
            continue
        fault = _post(target, tuple(_message(ctx, row, language) for language in target.languages))
        if fault:
            faults.append(f"{target.name}: {fault}")
            continue
        reached.append(target.name)
        with ctx.store.write() as db:
            rows.reach(db, row.id, reached)
    with ctx.store.write() as db:
        if faults:
            rows.fail(db, row.id, "; ".join(faults))
            return False
        return rows.end(db, row.id, NoticeState.DELIVERED, ctx.now())


def _message(ctx: Context, row: Any, language: str) -> Message:
    kind = NoticeKind(row.kind)
    return notice_words.message(
        kind, notice_facts.gather(ctx, kind, row.campaign_id, row.data, language), language
    )


def _post(target: Target, messages: tuple[Message, ...]) -> str:
    """What went wrong; empty when it was taken."""
    try:
        bounded(lambda: target.post(messages))
    except Undelivered as error:
        return error.what
    return ""


def post_trial(ctx: Context, target: Target) -> str:
    """Send the message that proves one target; what went wrong, empty when it was taken."""
    name = ctx.publication.name
    first = ctx.publication.languages[0]
    messages = tuple(_trial(name.get(language, name[first]), language) for language in target.languages)
    return _post(target, messages)


def _trial(publication: str, language: str) -> Message:
    """The message that proves a channel."""
    if language == "fr":
        return Message(
            f"Essai{NBSP}: les avis de «{NBSP}{publication}{NBSP}» vous parviennent",
            ("C’est un essai. Rien n’est arrivé, et il n’y a rien à faire.",),
        )
    return Message(
        f"Test: notices of “{publication}” reach you",
        ("This is a test. Nothing has happened, and there is nothing to do.",),
    )
