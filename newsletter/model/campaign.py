"""A campaign: an edition to an audience, at a time, by a provider; and its books.

In: rows of `store`. Out: values, and the equations that the books must keep. Called by dispatch, pipeline, shells.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from newsletter.model.publication import TrackingMode


class CampaignStatus(StrEnum):
    """Where a campaign stands."""

    DRAFT = "draft"  #: planned, not yet approved
    SCHEDULED = "scheduled"  #: approved, waiting for its time
    PREPARING = "preparing"  #: recipients are being written down
    SENDING = "sending"
    PAUSED = "paused"  #: by a person or by the program; `reason` says why
    HELD = "held"  #: nothing is pending but something is in doubt or held; or it waits for a person
    FINISHED = "finished"  #: closed: pending = in doubt = held = 0
    CANCELLED = "cancelled"
    EXPIRED = "expired"

    @property
    def over(self) -> bool:
        """True when nothing will be sent any more."""
        return self in {CampaignStatus.FINISHED, CampaignStatus.CANCELLED, CampaignStatus.EXPIRED}

    @property
    def french(self) -> str:
        """The status within a French sentence; within an English one its value stands."""
        return _IN_FRENCH[self]


_SERVICES = {"sendgrid": "SendGrid"}
_IN_FRENCH = {
    CampaignStatus.DRAFT: "en attente d’approbation",
    CampaignStatus.SCHEDULED: "planifié",
    CampaignStatus.PREPARING: "en préparation",
    CampaignStatus.SENDING: "en cours d’envoi",
    CampaignStatus.PAUSED: "en pause",
    CampaignStatus.HELD: "retenu",
    CampaignStatus.FINISHED: "terminé",
    CampaignStatus.CANCELLED: "annulé",
    CampaignStatus.EXPIRED: "expiré",
}


class BatchState(StrEnum):
    """The states of a batch (docs/explanation/ledger.md)."""

    PLANNED = "planned"  #: its wave is not due yet
    READY = "ready"  #: may be claimed
    CLAIMED = "claimed"  #: a worker has it, under a lease; nothing has left
    IN_FLIGHT = "in_flight"  #: committed before the call; leaves only by the owner's epoch, or to in_doubt
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    RETRY_WAIT = "retry_wait"  #: surely not taken; waits for its time, or for evidence
    IN_DOUBT = "in_doubt"  #: it may or may not have been taken
    HELD = "held"  #: waits for a person
    SPLIT = "split"  #: its children keep the deliveries
    CANCELLED = "cancelled"
    EXPIRED = "expired"

    @property
    def pending(self) -> bool:
        """True while the batch may still leave, or is leaving."""
        return self in PENDING


PENDING = frozenset(
    {BatchState.PLANNED, BatchState.READY, BatchState.CLAIMED, BatchState.IN_FLIGHT, BatchState.RETRY_WAIT}
)


PUT_OFF = "quiet-hours"  #: the reason of a batch in retry_wait that waits for the hours of its zones


class DeliveryState(StrEnum):
    """What is particular to one delivery; all else follows its batch."""

    BATCHED = "batched"  #: as its batch
    SKIPPED = "skipped"  #: left, or may not be mailed, at the last look before the call
    REJECTED = "rejected"  #: the provider refused this address


class Progress(StrEnum):
    """The latest fact about an accepted delivery. A fact of higher rank is never undone by one of lower rank."""

    NO_NEWS = "no_news"
    DEFERRED = "deferred"
    DROPPED = "dropped"
    DELIVERED = "delivered"
    BOUNCED = "bounced"

    @property
    def rank(self) -> int:
        """Facts are applied in any order; the highest rank stands."""
        return list(Progress).index(self)


@dataclass(frozen=True, slots=True)
class AudienceRule:
    """Who: names of segments in, names of segments out. Segments are read again at preparation, not before."""

    include: tuple[str, ...]
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Campaign:
    """One mailing, as the store has it."""

    id: int
    publication: str
    slug: str
    occurrence: str
    copy: int
    edition: str
    audience: AudienceRule
    provider: str
    tracking: TrackingMode
    status: CampaignStatus
    reason: str
    gentle: bool
    created_at: datetime
    due_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def service(self) -> str:
        """The mail service as people write its name."""
        return _SERVICES.get(self.provider, self.provider)


@dataclass(frozen=True, slots=True)
class Decided:
    """Of those who were handed over, for whom a person's word stands where a proof is missing.

    `assumed`: never confirmed, counted as handed over; `again`: handed over once more while nobody knew whether they had it."""

    assumed: int = 0
    again: int = 0

    def __add__(self, other: Decided) -> Decided:
        return Decided(self.assumed + other.assumed, self.again + other.again)

    @property
    def nobody(self) -> bool:
        """True when all that was handed over is proven to be handed over once."""
        return not (self.assumed or self.again)


@dataclass(frozen=True, slots=True)
class Books:
    """The accounts of one campaign. `check` says which equation does not hold (none, ever, unless there is a bug)."""

    candidates: int = 0
    excluded: dict[str, int] = field(default_factory=dict)
    prepared: int = 0
    pending: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    cancelled: int = 0
    expired: int = 0
    accepted: int = 0
    rejected: int = 0
    in_doubt: int = 0
    held: int = 0
    no_news: int = 0
    deferred: int = 0
    delivered: int = 0
    bounced: int = 0
    dropped: int = 0

    @property
    def closed(self) -> bool:
        """True when everybody is accounted for: nothing pending, in doubt or held."""
        return self.pending == self.in_doubt == self.held == 0

    def faults(self) -> list[str]:
        """The equations that do not hold, in words."""
        sums = {
            "candidates = prepared + excluded": (
                self.candidates,
                self.prepared + sum(self.excluded.values()),
            ),
            "prepared = pending + skipped + cancelled + expired + accepted + rejected + in_doubt + held": (
                self.prepared,
                self.pending
                + sum(self.skipped.values())
                + self.cancelled
                + self.expired
                + self.accepted
                + self.rejected
                + self.in_doubt
                + self.held,
            ),
            "accepted = no_news + deferred + delivered + bounced + dropped": (
                self.accepted,
                self.no_news + self.deferred + self.delivered + self.bounced + self.dropped,
            ),
        }
        return [f"{name}: {left} ≠ {right}" for name, (left, right) in sums.items() if left != right]
