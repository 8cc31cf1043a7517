"""The provider contract: say it, post it once, read what comes back.

In: an OutboundBatch, a HookRequest. Out: a Parcel, a Receipt, Events, or one of the three answers that are not yes.
Called by pipeline; kept by every folder beside this file and checked by providers/conformance.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from newsletter.model.event import Event, HookRequest
from newsletter.model.examination import Circumstances, Examination
from newsletter.model.inquiry import Answered, Trace
from newsletter.model.outbound import Capabilities, OutboundBatch, OutboundMessage, Parcel, Receipt, Recipient


class Provider(Protocol):
    """One who takes mail. What cannot be said to it is refused, loudly; nothing is dropped in silence."""

    name: str
    capabilities: Capabilities

    def encode(self, batch: OutboundBatch) -> Parcel:
        """Exactly the bytes that `submit` will post. Pure: the same batch gives the same bytes, so that their digest can be
        committed before the call.

        Raises Refused with scope MEMBERS (these positions can never be sent to: leave them out and encode the rest), or
        with scope REQUEST (too much for one call: cut it); ConfigurationError when the message, or the set-up, is one that
        this provider cannot send at all.
        """
        ...

    def weigh(self, message: OutboundMessage, recipient: Recipient) -> int:
        """What a recipient adds to a call, against `capabilities.max_weight`. Pure; asked only where that is not 0."""
        ...

    def submit(self, parcel: Parcel) -> Receipt:
        """Post a parcel once. Raises Refused, Unavailable or Uncertain (model.errors); never tries again by itself.
        May be called from several threads."""
        ...

    def verify(self, request: HookRequest) -> None:
        """Raise HookRejected unless the hook is proved, over its raw bytes, to be the provider's. Nothing is understood yet:
        this stands between a hook and its answer, and must be quick."""
        ...

    def read_events(self, request: HookRequest) -> Sequence[Event]:
        """The events of a hook that is proved to be the provider's. Raises HookRejected, and nothing else."""
        ...

    def examine(self, circumstances: Circumstances) -> Sequence[Examination]:
        """What can be learnt of the account without sending. What it finds is its answer; only ConfigurationError is raised."""
        ...

    def close(self) -> None:
        """Give back connections. Closing twice is fine."""
        ...


@runtime_checkable
class LooksUp(Protocol):
    """One who can be asked what became of a call. Declared in `capabilities.look_up`."""

    def look_up(self, trace: Trace) -> Answered:
        """What its log knows of a call: ACCEPTED, TAKEN, REVOKED, ABSENT, or UNAVAILABLE. Nothing is raised, no address is told.

        ACCEPTED only for a message that bears all our ids. Of a call that was revoked, one that was taken is ACCEPTED only where
        it was seen on its way to somebody.
        """
        ...


@runtime_checkable
class Revokes(Protocol):
    """One who takes a call for a later time, and can be told to discard it until then. Declared in `capabilities.revoke`."""

    def reserve(self) -> str:
        """The handle of one call to come. Raises Unavailable, ConfigurationError (this account or key cannot)."""
        ...

    def revoke(self, handle: str) -> Answered:
        """Discard that call, taken or not: REVOKED, FULL, or UNAVAILABLE. Asking again is fine, and covers what came in between."""
        ...

    def confirm(self, handle: str) -> Answered:
        """Whether that stands: REVOKED, STANDING, or UNAVAILABLE."""
        ...

    def release(self, handle: str) -> Answered:
        """Forget it, to make room for another: RELEASED or UNAVAILABLE."""
        ...


def looks_up(provider: Provider) -> LooksUp | None:
    """The provider as one who can be asked, if it says that it can."""
    return provider if provider.capabilities.look_up and isinstance(provider, LooksUp) else None


def revokes(provider: Provider) -> Revokes | None:
    """The provider as one who can discard, if it says that it can."""
    return provider if provider.capabilities.revoke and isinstance(provider, Revokes) else None
