"""Troubles: which events count against their mailing, so that enough of them pause it.

In: an event. Out: a Trouble, or None. Called by pipeline.applying. The shares: dispatch.brake.
"""

from __future__ import annotations

from newsletter.model.event import Event, EventKind, Trouble

# SendGrid drops what an account has no mails left for: "Recipient List over Package Quota" (event reference, `dropped`).
_NO_CREDITS = ("package quota", "credits exceeded")
_REFUSED = frozenset({EventKind.BOUNCED, EventKind.DEFERRED, EventKind.DROPPED})


def trouble_of(event: Event) -> Trouble | None:
    """What an event says against its mailing. A soft bounce says nothing, nor does an address that the provider knows to be dead."""
    if event.kind is EventKind.COMPLAINED:
        return Trouble.COMPLAINT
    if event.kind is EventKind.DROPPED and any(word in event.reason.lower() for word in _NO_CREDITS):
        return Trouble.CREDITS
    if event.policy and event.kind in _REFUSED:
        return Trouble.POLICY
    if event.hard and event.kind is EventKind.BOUNCED:
        return Trouble.HARD
    return None
