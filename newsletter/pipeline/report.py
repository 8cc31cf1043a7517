"""Report: what came of a mailing, in numbers that can be defended.

In: a campaign's number. Out: a Report; as JSON, every key of the command line's contract. Called by `report`, the staff pages.

Nothing here was counted up by hand: the books are counted from the ledger, the figures of reading from the hits, each time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from newsletter.model.approval import Approval
from newsletter.model.artwork import Link
from newsletter.model.campaign import Books, Campaign, CampaignStatus, Decided
from newsletter.model.edition import Artwork, Edition
from newsletter.model.event import HitKind
from newsletter.model.one_language import OneLanguage
from newsletter.model.publication import TrackingMode
from newsletter.model.waiver import Waived
from newsletter.pipeline import control
from newsletter.pipeline.context import Context
from newsletter.pipeline.recalling import recalled
from newsletter.store import Connection, approvals, decided, editions, facts, hits, preparation
from newsletter.store import books as ledger
from newsletter.tracking.tally import Count, Figures, Readers, figures, same_links

_HITS = (
    "This mailing counts without following anybody: who clicks or opens twice counts twice. Opens are a range, for some "
    "mail programs fetch images unread."
)
_BOTH = (
    "Whoever agreed to it counts once for each link and once for opening, everybody else each time: their reading is followed by "
    "nobody. Opens are a range, for some mail programs fetch images unread."
)
_ONCE = (
    "Opens are a range: some mail programs fetch images unread, others never. The lower figure is surely people, the "
    "upper one adds those whom nobody can tell."
)
_COUNTING = {"hit": _HITS, "both": _BOTH, "once": _ONCE}
_NOT_COUNTED_YET = frozenset({CampaignStatus.DRAFT, CampaignStatus.SCHEDULED, CampaignStatus.PREPARING})


@dataclass(frozen=True, slots=True)
class Report:
    """One mailing. `figures` is None where nothing is measured; `followed`: delivered to members whose reading may be followed."""

    campaign: Campaign
    title: str
    books: Books
    complained: int
    unsubscribed: int
    left: int
    figures: Figures | None
    languages: dict[str, int]
    at: datetime
    followed: int = 0
    waived: tuple[Waived, ...] = ()  #: what was accepted when the edition was approved
    only: OneLanguage | None = None  #: who said why it lacked a language
    approvals: tuple[Approval, ...] = ()  #: everybody's yes to it, oldest first
    #: for how many of those handed over a person's word stands in place of a proof
    decided: Decided = field(default_factory=Decided)

    @property
    def closed(self) -> bool:
        """True when the recipients were written down and everybody is accounted for."""
        return self.books.closed and self.campaign.status not in _NOT_COUNTED_YET

    @property
    def not_mailed(self) -> dict[str, int]:
        """Who of the audience is surely not mailed, by reason; the most frequent first."""
        books = self.books
        counted = dict(books.excluded)
        for reason, number in books.skipped.items():
            counted[reason] = counted.get(reason, 0) + number
        counted |= {
            "refused by the provider": books.rejected,
            "cancelled before their turn": books.cancelled,
            "their time had passed": books.expired,
        }
        kept = [(reason, number) for reason, number in counted.items() if number]
        return dict(sorted(kept, key=lambda item: (-item[1], item[0])))

    @property
    def unexplained(self) -> int:
        """Of whom nobody can say: not confirmed, or missing from the equations (never, unless there is a bug)."""
        books = self.books
        missing = books.candidates - books.accepted - books.pending - sum(self.not_mailed.values())
        return abs(missing - books.in_doubt - books.held) + books.in_doubt + books.held

    @property
    def opened(self) -> tuple[float, float] | None:
        """How many of `followed` opened it, a range in percent: surely people; people and those whom nobody can tell. None where
        that cannot be said: nobody's reading may be followed, or news of deliveries are still missing."""
        opens = self.figures.opened_by if self.figures else Readers()
        most = opens.human + opens.unknown
        if not self.followed or most > self.followed:
            return None
        return 100 * opens.human / self.followed, 100 * most / self.followed

    @property
    def manner(self) -> str:
        """How reading is counted: each `hit`, each person `once`, or `both`; empty where nothing is measured."""
        if self.figures is None:
            return ""
        if self.campaign.tracking is not TrackingMode.INDIVIDUAL:
            return "hit"
        return "both" if self.figures.hits else "once"

    @property
    def counting(self) -> str:
        """The same, in a sentence."""
        return _COUNTING.get(self.manner, "")


def report(ctx: Context, campaign_id: int) -> Report:
    """The report of a mailing, as of now; for whoever only looks, as of its `at`, a moment ago. Raises NotFound."""
    found = control.find(ctx, campaign_id)
    key = ("report", campaign_id, found.status, found.reason, found.ended_at)
    return recalled(ctx, key, lambda: _report(ctx, found))


def _report(ctx: Context, found: Campaign) -> Report:
    campaign_id = found.id
    with ctx.store.read() as db:
        edition = editions.get(db, found.edition)
        beside = facts.counted(db, campaign_id)
        measured = found.tracking is not TrackingMode.OFF
        return Report(
            campaign=found,
            title=_title(edition),
            waived=edition.waived,
            books=ledger.books(db, campaign_id),
            complained=beside.get(facts.COMPLAINED, 0),
            unsubscribed=beside.get(facts.UNSUBSCRIBED, 0),
            left=beside.get(facts.LEFT, 0),
            figures=_figures(db, campaign_id, edition.artwork) if measured else None,
            languages=dict(preparation.languages(db, campaign_id)),
            at=ctx.now(),
            followed=hits.followed(db, campaign_id) if found.tracking is TrackingMode.INDIVIDUAL else 0,
            only=edition.only,
            approvals=tuple(approvals.of_campaign(db, campaign_id)),
            decided=decided.decided(db, campaign_id),
        )


def _title(edition: Edition) -> str:
    text = edition.artwork.texts[edition.artwork.languages[0]]
    return text.title or edition.artwork.slug


def _figures(db: Connection, campaign_id: int, artwork: Artwork) -> Figures:
    urls = urls_of(artwork)
    counted = hits.counted(db, campaign_id, same_links(urls))
    counts = [
        Count(HitKind(kind), link, reader, number, named) for kind, link, reader, number, named in counted
    ]
    return figures(counts, urls)


def urls_of(artwork: Artwork) -> list[str | None]:
    """Where each link of a text leads; None for those that are never counted."""
    return [_url(link) for link in artwork.links]


def _url(link: Link) -> str | None:
    return None if link.personal else link.url


def as_json(made: Report) -> dict[str, object]:
    """The object of `report --json`: every key that is promised, always."""
    books, found = made.books, made.figures
    return {
        "campaign": made.campaign.id,
        "issue": made.campaign.slug,
        "status": made.campaign.status.value,
        "closed": made.closed,
        "candidates": books.candidates,
        "excluded": books.excluded,
        "prepared": books.prepared,
        "pending": books.pending,
        "skipped": books.skipped,
        "cancelled": books.cancelled,
        "expired": books.expired,
        "accepted": books.accepted,
        "rejected": books.rejected,
        "in_doubt": books.in_doubt,
        "held": books.held,
        "no_news": books.no_news,
        "deferred": books.deferred,
        "delivered": books.delivered,
        "bounced": books.bounced,
        "dropped": books.dropped,
        "complained": made.complained,
        "unsubscribed": made.unsubscribed,
        "opens": found.opens.as_json() if found else None,
        "clicks": found.clicks.as_json() if found else None,
        "links": [_link(line.url, line.readers) for line in found.links] if found else [],
        "languages": made.languages,
        "only": _only(made.only) if made.only else None,
        "decided": {"assumed": made.decided.assumed, "again": made.decided.again},
        "approvals": [_approval(one) for one in made.approvals],
    }


def _only(only: OneLanguage) -> dict[str, object]:
    return {"languages": list(only.languages), "by": only.by, "reason": only.reason}


def _approval(one: Approval) -> dict[str, object]:
    return {
        "person": one.person,
        "how": one.how.value,
        "at": one.at.isoformat(),
        "edition": one.edition,
        "people": one.people,
        "recorded_by": one.recorded_by,
        "evidence": one.evidence or None,
    }


def _link(url: str, readers: Readers) -> dict[str, object]:
    return {"url": url, "human": readers.human, "machine": readers.machine}
