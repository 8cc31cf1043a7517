"""Progress: where a campaign stands while it is being sent, for bars and pages.

In: a campaign's number. Out: a small value. Called by the shells, often.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newsletter.model.campaign import Books, Campaign, CampaignStatus
from newsletter.model.hold import CLAIMED, HELD_BY
from newsletter.pipeline import conclude, control, inquiring
from newsletter.pipeline.context import Context
from newsletter.store import books as ledger
from newsletter.store import campaigns


@dataclass(frozen=True, slots=True)
class Progress:
    """`not_before`: nothing leaves earlier (the countdown of a gentle start)."""

    campaign: Campaign
    books: Books
    not_before: datetime | None

    @property
    def handed_over(self) -> int:
        """Those for whom the call is behind us, however it ended."""
        return self.books.prepared - self.books.pending

    @property
    def still(self) -> bool:
        """True when nothing more happens without a person or new evidence."""
        return _still(self.campaign)

    @property
    def paused_by_person(self) -> bool:
        """True when a person paused it."""
        return self.campaign.status is CampaignStatus.PAUSED and self.campaign.reason.startswith(
            control.PERSON
        )

    def sentence(self) -> str:
        """Why it stands still, in words; empty when there is nothing to say."""
        reason = self.campaign.reason
        if reason == conclude.NOT_CONFIRMED:
            unclear = self.books.in_doubt + self.books.held
            return f"{unclear:,} people: it is not confirmed whether they got it. Nobody is mailed twice meanwhile."
        return told(reason)


def told(reason: str) -> str:
    """Why a campaign stands still, in words; one that is words already stays as it is."""
    for start, words in _STARTS.items():
        if reason.startswith(start):
            return words.format(reason.removeprefix(start).partition("\n")[0])
    return _KNOWN.get(reason, reason.partition("\n")[0])


_STARTS = {
    control.PERSON: "A person paused it: {}.",
    HELD_BY: "Everything was held: {}. It waits to be looked at again.",
    CLAIMED: "The database was claimed: {}. It waits to be looked at.",
    conclude.TROUBLE: "Too much came back: {}.",
    conclude.NEW_ERROR: "The text is the approved one, but a check finds an error in it now: {}.",
}
_KNOWN = {
    conclude.TEXT_DIFFERS: "The issue's files differ from the approved version.",
    conclude.LATE: "Its time passed while nothing was running.",
    conclude.NOT_APPROVED: "Its time came, and nobody had approved it.",
    conclude.RESCHEDULED: "Those who have not got it have another time, which waits for approval.",
    conclude.NOT_CONFIRMED: "It is not confirmed whether some got it.",
}


@dataclass(frozen=True, slots=True)
class Glance:
    """What a bar shows. `not_before`: nothing leaves earlier (the countdown of a gentle start)."""

    campaign: Campaign
    prepared: int
    handed_over: int
    not_before: datetime | None
    proof_at: datetime | None = None  #: what is in doubt is proven absent then, and goes again by itself

    @property
    def still(self) -> bool:
        """True when nothing more happens without a person or new evidence."""
        return self.proof_at is None and _still(self.campaign)


def _proof(ctx: Context, campaign: Campaign) -> datetime | None:
    unclear = (campaign.status, campaign.reason) == (CampaignStatus.HELD, conclude.NOT_CONFIRMED)
    return inquiring.proof_at(ctx, campaign.id) if unclear else None


def _still(campaign: Campaign) -> bool:
    status = campaign.status
    return status.over or status in {CampaignStatus.PAUSED, CampaignStatus.HELD, CampaignStatus.DRAFT}


def stands_still(ctx: Context, campaign_id: int) -> bool:
    """The same without counting anybody: for who asks after every batch. Raises NotFound."""
    found = control.find(ctx, campaign_id)
    return _still(found) and _proof(ctx, found) is None


def glance(ctx: Context, campaign_id: int, sizes: dict[int, int] | None = None) -> Glance:
    """How far a campaign is, without its books. `sizes` is kept between two looks (store.books.moved). Raises NotFound."""
    found = control.find(ctx, campaign_id)
    proof = _proof(ctx, found)
    with ctx.store.read() as db:
        row = campaigns.detail(db, campaign_id)
        return Glance(
            found, *ledger.moved(db, campaign_id, {} if sizes is None else sizes), row.not_before, proof
        )


def progress(ctx: Context, campaign_id: int) -> Progress:
    """How a campaign stands now. Raises NotFound."""
    found = control.find(ctx, campaign_id)
    with ctx.store.read() as db:
        row = campaigns.detail(db, campaign_id)
        return Progress(found, ledger.books(db, campaign_id), row.not_before)
