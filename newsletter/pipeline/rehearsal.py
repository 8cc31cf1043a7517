"""A rehearsal: what a send did in a copy of the books, against the emulator, and how long the real one takes.

In: the Context of the copy, what the emulator saw. Out: a Rehearsed to print. Called by cli.rehearsal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from newsletter.dispatch.pacing import duration
from newsletter.model.campaign import CampaignStatus
from newsletter.model.errors import NotAllowed
from newsletter.model.said import Said
from newsletter.pipeline import claim, control, hours, lanes, lease, plan
from newsletter.pipeline.context import Context
from newsletter.pipeline.plan import Ask
from newsletter.pipeline.progress import progress
from newsletter.planning.phrases import day_and_clock
from newsletter.settings import Settings
from newsletter.store import books as ledger
from newsletter.store import preparation

_AGAIN = "rehearsal"


@dataclass(frozen=True, slots=True)
class Seen:
    """What the emulator saw. `size`: bytes of all requests; `twice`: people whom it took more than once."""

    requests: int
    refused: int
    size: int
    people: int
    twice: int
    remarks: tuple[str, ...]
    faults: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """`seconds`: what it took here, without the account's pace; `paced`: what that pace takes, in seconds. `last_leaves`: when the last
    of it would leave that is begun now, by the newsletter's clock, where it has a window."""

    status: CampaignStatus
    sentence: str
    candidates: int
    excluded: Mapping[str, int]
    recipients: int
    accepted: int
    skipped: int
    rejected: int
    unclear: int
    pending: int
    variants: int
    batches: int
    seconds: float
    paced: float
    last_leaves: datetime | None
    seen: Seen

    @property
    def good(self) -> bool:
        """True when the ledger and the emulator agree that everybody has it, once."""
        agreed = self.seen.people == self.accepted + self.unclear and not self.seen.twice
        return agreed and self.status is CampaignStatus.FINISHED

    def last(self, language: str) -> str:
        """When the last would leave, in words; nothing without a window."""
        return day_and_clock(self.last_leaves, language) if self.last_leaves else ""

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        last = self.last_leaves.isoformat(timespec="minutes") if self.last_leaves else None
        return asdict(self) | {"last_leaves": last, "good": self.good}


@dataclass(frozen=True, slots=True)
class Earnest:
    """How the real one would leave: by the settings of the workspace itself, gently or not, within a window."""

    settings: Settings
    gentle: bool = False
    window: str = ""


def alone(ctx: Context) -> None:
    """The copy sends by itself from now on, and nothing else of it goes out: what was under way is held in it."""
    if not lease.look(ctx).tenure.may_send:
        claim.claim(ctx)


def again(ctx: Context, ask: Ask) -> str:
    """The reason to plan with, in the copy: one that waits for its time is cancelled there, so that it can be rehearsed.

    Raises NotAllowed when the real command would mail nobody new.
    """
    found = None if ask.again else plan.look(ctx, ask)
    if found is None:
        return ask.again
    campaign = found.campaign
    if campaign.status.over or campaign.started_at is not None:
        raise NotAllowed(
            Said(
                f"this issue is with these recipients already, by mailing {campaign.id}",
                f"ces destinataires ont déjà ce numéro, par l’envoi {campaign.id}",
            ),
            code="nothing-to-rehearse",
            hint=Said(
                'Add `--again "a reason"` to rehearse one more copy.',
                'Ajoutez `--again "une raison"` pour répéter un exemplaire de plus.',
            ),
        )
    control.cancel(ctx, campaign.id)
    return _AGAIN


def rehearsed(ctx: Context, campaign: int, seen: Seen, seconds: float, earnest: Earnest) -> Rehearsed:
    """How it ended, and how the one in earnest would leave."""
    now = progress(ctx, campaign)
    books = now.books
    with ctx.store.read() as db:
        variants, batches = ledger.shapes(db, campaign)
        slow = lanes.of_settings(earnest.settings)
        of_lanes = preparation.by_lane(db, campaign, lanes.named(slow))
    rate = earnest.settings.whole("send.rate_per_minute")
    paced = max(duration(books.prepared, rate, gentle=earnest.gentle), lanes.slowest(slow, of_lanes))
    return Rehearsed(
        status=now.campaign.status,
        sentence=now.sentence(),
        candidates=books.candidates,
        excluded=books.excluded,
        recipients=books.prepared,
        accepted=books.accepted,
        skipped=sum(books.skipped.values()),
        rejected=books.rejected,
        unclear=books.in_doubt + books.held,
        pending=books.pending,
        variants=variants,
        batches=batches,
        seconds=round(seconds, 1),
        paced=paced.total_seconds(),
        last_leaves=hours.last_leaves(ctx, earnest.window, paced),
        seen=seen,
    )
