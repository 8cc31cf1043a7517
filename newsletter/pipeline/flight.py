"""A flight: a batch on its way, from the commit that it leaves to the conclusion.

In: what submit committed. Out: the value. Called by pipeline.submit, which makes it, and pipeline.conclude, which ends it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newsletter.model.inquiry import Revocable
from newsletter.model.lease import Lease
from newsletter.model.outbound import Parcel
from newsletter.store.batches import Batch


@dataclass(frozen=True, slots=True)
class Flight:
    """A batch on its way: the bytes, whose place in the parcel is whose delivery, and how far was counted when it left."""

    batch: Batch
    attempt: int
    parcel: Parcel
    deliveries: tuple[int, ...]
    provider: str
    began_at: datetime
    counted: Lease
    revocable: Revocable | None = None
