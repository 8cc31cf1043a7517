"""The reasons of the ledger in plain English, as staff read them.

In: a reason as it is stored. Out: words. Called by report, why, staff pages.
"""

from __future__ import annotations

from types import MappingProxyType

REASONS = MappingProxyType(
    {
        "suppressed": "on the do-not-mail list",
        "unsubscribed": "unsubscribed",
        "no-consent": "no consent on file",
        "consent-expired": "consent had ended",
        "already-had-it": "already had this issue",
        "time-passed": "the time had passed in their zone",
    }
)


def plain(reason: str) -> str:
    """A reason in words; one that is words already stays as it is."""
    return REASONS.get(reason, reason or "no reason given")
