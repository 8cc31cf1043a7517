"""Whose fault a refusal by a mailbox is: the address's, ours, or nobody's.

In: the fields of a bounce, dropped or deferred event. Out: (hard, policy) as `model.event.Event` means them. Called by events.py;
pure.

*Hard* is only what proves the address invalid. *Policy* (content, reputation, authentication, too large) is our fault and is
never counted against the member. All else is soft. Sources: RFC 3463 sections 3.2–3.8; SendGrid's event reference; Gmail's,
Microsoft's 5.7.x texts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

INVALID = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"})
#: about us: sender address (5.1.7, 5.1.8), size (5.2.3, 5.3.4), protocol, content, security
OURS = re.compile(r"[45]\.7\.\d+|5\.[56]\.\d+|5\.1\.[78]|5\.2\.3|5\.3\.4")
_OUR_CLASSES = ("content", "reputation", "frequency", "volume")
# Not part of a longer dotted number: an IP address is no status.
_STATUS = re.compile(r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d]|\.\d)")
_GREYLISTED = re.compile(r"gr[ae]y-?\s?list", re.IGNORECASE)
_INVALID_DROPS = ("bounced address", "invalid")
_OUR_DROPS = ("invalid smtpapi", "spam content", "recipient list over")


class Fault(NamedTuple):
    """`hard`: the address is proved invalid. `policy`: the fault is ours."""

    hard: bool = False
    policy: bool = False


def statuses(item: Mapping[str, object]) -> list[str]:
    """The enhanced status codes (RFC 3463) that an event gives, the field's own first; x.0.0 says nothing and is left out."""
    text = " ".join(str(item.get(name) or "") for name in ("status", "reason", "response"))
    return [code for code in _STATUS.findall(text) if not code.endswith(".0.0")]


def of_bounce(item: Mapping[str, object]) -> Fault:
    """A `bounce` event: `type` bounce or blocked, `status`, `reason`, `bounce_classification`, each perhaps missing."""
    codes = statuses(item)
    kind = str(item.get("bounce_classification") or "").lower()
    if any(OURS.fullmatch(code) for code in codes) or any(word in kind for word in _OUR_CLASSES):
        return Fault(policy=True)
    if str(item.get("type") or "bounce").lower() == "blocked":
        # SendGrid itself does not suppress these; without a reason of the mailbox's own it is about us.
        return Fault(policy=not codes)
    if codes:
        return Fault(hard=codes[0] in INVALID)
    return Fault(hard="invalid" in kind)


def of_drop(item: Mapping[str, object]) -> Fault:
    """A `dropped` event: SendGrid did not try, for a reason on its own lists."""
    reason = str(item.get("reason") or "").lower()
    if any(reason.startswith(start) for start in _OUR_DROPS):
        return Fault(policy=True)
    return Fault(hard=any(reason.startswith(start) for start in _INVALID_DROPS))


def of_deferral(item: Mapping[str, object]) -> Fault:
    """A `deferred` event: never hard; policy where the mailbox says so (4.7.x).

    Greylisting (RFC 6647) says 4.7.1 to everybody whom a server sees for the first time, and takes the mail minutes later.
    """
    greylisted = _GREYLISTED.search(f"{item.get('reason') or ''} {item.get('response') or ''}")
    return Fault(policy=not greylisted and any(OURS.fullmatch(code) for code in statuses(item)))
