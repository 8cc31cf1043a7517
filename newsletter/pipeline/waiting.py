"""Waiting: the mailings that a hold or a claim keeps back, each as a person looks at it again before it goes on.

In: a Context. Out: what, to whom, when it was due, what is late now; festive mailings first. Called by pipeline.hold, shells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsletter.model.campaign import Books, Campaign, CampaignStatus
from newsletter.model.edition import Edition
from newsletter.model.hold import CLAIMED, HELD_BY, utc
from newsletter.pipeline.context import Context
from newsletter.planning.late import Lateness, late
from newsletter.store import Connection, campaigns, editions, remaining
from newsletter.store import books as ledger


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mailing that waits to be let go. `due_at`: when the next of it was, or is, due.

    `festive`: its template is one for feasts, or it was planned for a holiday. `missed`: its time came, in whole or in part,
    while it was held; `expired`: and what is missed cannot go out any more. `lateness` is that of the next of it.
    """

    campaign: Campaign
    title: str
    template: str
    festive: bool
    books: Books
    due_at: datetime | None
    lateness: Lateness
    missed: bool
    expired: bool

    def as_json(self) -> dict[str, object]:
        """The form for programs."""
        rule = self.campaign.audience
        return {
            "campaign": self.campaign.id,
            "issue": self.campaign.slug,
            "title": self.title,
            "festive": self.festive,
            "include": list(rule.include),
            "exclude": list(rule.exclude),
            "due_at": utc(self.due_at),
            "lateness": self.lateness.value,
            "missed": self.missed,
            "expired": self.expired,
            "accepted": self.books.accepted,
            "pending": self.books.pending,
            "reason": self.campaign.reason.partition("\n")[0],
        }


def every(ctx: Context) -> list[Waiting]:
    """All that wait for their own release: festive ones first, then in the order of their times."""
    now = ctx.now()
    with ctx.store.read() as db:
        found = [
            look(ctx, db, campaign, now)
            for campaign in campaigns.listed(db, [CampaignStatus.HELD])
            if campaign.reason.startswith((HELD_BY, CLAIMED))
        ]
    return sorted(found, key=lambda one: (not one.festive, one.due_at or now, one.campaign.id))


def look(ctx: Context, db: Connection, campaign: Campaign, now: datetime) -> Waiting:
    """One mailing, as it stands now."""
    row = campaigns.detail(db, campaign.id)
    edition = editions.get(db, row.edition_id)
    grace = timedelta(seconds=row.grace_seconds)
    planned = row.schedule is not None
    if campaign.started_at is None:
        due_at, expires_at = campaign.due_at, row.expires_at
        missed = planned and due_at is not None and due_at <= now
    else:
        rest = remaining.groups(db, campaign.id)
        due_at, expires_at = (rest[0].due_at, rest[0].expires_at) if rest else (None, None)
        missed = planned and any(group.due_at <= now for group in rest if not group.begun)
    lateness = late(due_at, now, grace, expires_at) if due_at else Lateness.ON_TIME
    return Waiting(
        campaign=campaign,
        title=title(edition),
        template=edition.artwork.template,
        festive=_festive(ctx, edition, row.schedule),
        books=ledger.books(db, campaign.id),
        due_at=due_at,
        lateness=lateness,
        missed=missed or (lateness is Lateness.TOO_LATE),
        expired=expires_at is not None and now >= expires_at,
    )


def title(edition: Edition) -> str:
    """What a mailing is called."""
    text = edition.artwork.texts[edition.artwork.languages[0]]
    return text.title or edition.artwork.slug


def _festive(ctx: Context, edition: Edition, schedule: Mapping[str, object] | None) -> bool:
    plan = (schedule or {}).get("plan")
    by_holiday = isinstance(plan, Mapping) and plan.get("holiday") is not None
    return by_holiday or edition.artwork.template in ctx.settings.items("hold.festive")
