"""The provider contract: two methods to send, one to read what comes back.

In: an OutboundBatch, a HookRequest. Out: a Parcel, a Receipt, Events, or one of the three answers that are not yes.
Called by pipeline; kept by every folder beside this file and checked by providers/conformance.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from newsletter.model.event import Event, HookRequest
from newsletter.model.outbound import Capabilities, OutboundBatch, Parcel, Receipt


class Provider(Protocol):
    """One who takes mail. What cannot be said to it raises ConfigurationError, loudly; nothing is dropped in silence."""

    name: str
    capabilities: Capabilities

    def encode(self, batch: OutboundBatch) -> Parcel:
        """Exactly the bytes that `submit` will post. Pure: the same batch gives the same bytes, so that their digest can be
        committed before the call."""
        ...

    def submit(self, parcel: Parcel) -> Receipt:
        """Post a parcel once. Raises Refused, Unavailable or Uncertain (model.errors); never tries again by itself."""
        ...

    def read_events(self, request: HookRequest) -> Sequence[Event]:
        """The events of a hook that is proved to be the provider's. Raises HookRejected."""
        ...

    def close(self) -> None:
        """Give back connections."""
        ...
