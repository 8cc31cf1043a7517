"""Which events mean that an address must not be mailed again, and why.

In: an event. Out: a reason, or none. Called by pipeline.record. The table: docs/explanation/bounces.md.
"""

from __future__ import annotations

from newsletter.model.event import Event, EventKind
from newsletter.model.member import SuppressionReason

# SendGrid's reasons for dropping: its own do-not-mail lists, which become ours (event reference, `dropped`).
_DROPPED = (
    ("spam report", SuppressionReason.COMPLAINT),
    ("unsubscribe", SuppressionReason.UNSUBSCRIBED),
    ("bounced address", SuppressionReason.INVALID),
    ("invalid", SuppressionReason.INVALID),
)
_NOT_THE_ADDRESS = ("smtpapi", "header", "quota", "content")


def reason_of(event: Event) -> SuppressionReason | None:
    """Why the address of this event must not be mailed, or None.

    A policy bounce (content, reputation, authentication) is never the member's fault and suppresses nobody, and neither
    does a soft one.
    """
    match event.kind:
        case EventKind.COMPLAINED:
            return SuppressionReason.COMPLAINT
        case EventKind.UNSUBSCRIBED:
            return SuppressionReason.UNSUBSCRIBED
        case EventKind.BOUNCED if event.hard and not event.policy:
            return SuppressionReason.INVALID
        case EventKind.DROPPED if not event.policy:
            return _dropped(event.reason.lower())
        case _:
            return None


def _dropped(reason: str) -> SuppressionReason | None:
    if any(word in reason for word in _NOT_THE_ADDRESS):
        return None
    return next((why for word, why in _DROPPED if word in reason), None)


def holds_without_ids(reason: SuppressionReason) -> bool:
    """Whether a reason counts for an address although the event does not say which mail it is about.

    Asynchronous bounces and complaints may come without our ids. Leaving is another matter: it may be another list's.
    """
    return reason in {SuppressionReason.COMPLAINT, SuppressionReason.INVALID}


def suspends(event: Event) -> bool:
    """Whether an event says that the provider has shut the account: nothing more may be handed over.

    SendGrid's `account_status_change` has the types compliance_suspend, _deactivate, _ban, and reactivate.
    """
    if event.kind is not EventKind.ACCOUNT:
        return False
    said = f"{event.status} {event.reason} {event.data.get('type', '')}".lower()
    return any(word in said for word in ("suspend", "deactivate", "ban"))
