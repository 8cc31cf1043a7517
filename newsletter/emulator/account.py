"""In: keys, scopes, senders, groups and the token bucket of one account. Out: who may do what, and how fast.

Called by the API routes before they do anything, and by the control API to change it.
"""

import hmac
import math
from dataclasses import dataclass

import msgspec

from newsletter.emulator.addresses import domain
from newsletter.emulator.answers import Answer, Complaint, refusal, say
from newsletter.emulator.clock import Clock
from newsletter.emulator.http1 import Head
from newsletter.emulator.options import Options

WEBHOOK_ID = "77d4a5da-7015-11ed-a1eb-0242ac120002"
"""The id of the one webhook: the example of the official document."""


class BucketRule(msgspec.Struct, forbid_unknown_fields=True):
    """A global token bucket: `rate` requests a second of emulated time, `burst` at once. `header`: a 429 says until when;
    `told`: so does the good answer that takes the last token."""

    rate: float
    burst: float = 1
    header: bool = False
    told: bool = False


class Bucket:
    """The state of a token bucket."""

    def __init__(self, rule: BucketRule, clock: Clock) -> None:
        self.rule, self._clock = rule, clock
        self._tokens, self._at = rule.burst, clock.now()
        self.closed_until = 0.0

    def take(self) -> bool:
        """Take a token; False (and a closed window until the next one) if there is none."""
        now = self._clock.now()
        self._tokens = min(self.rule.burst, self._tokens + max(0.0, now - self._at) * self.rule.rate)
        self._at = now
        taken = self._tokens >= 1
        if taken:
            self._tokens -= 1
        if not taken or (self.rule.told and self._tokens < 1):
            self.closed_until = now + (1 - self._tokens) / self.rule.rate
        return taken


def used_up(until: float) -> tuple[tuple[str, str], ...]:
    """The documented headers of a window of which nothing is left until a moment."""
    reset = str(math.ceil(until))
    return (("X-RateLimit-Limit", "600"), ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", reset))


def too_many(now: float, seconds: float | None) -> Answer:
    """A 429. `seconds` until the window opens go into the documented headers; None leaves them out."""
    headers = () if seconds is None else used_up(now + seconds)
    return refusal(429, Complaint("too many requests"), headers=headers)


@dataclass(slots=True)
class Webhook:
    """Settings of the event webhook."""

    url: str = ""
    enabled: bool = True
    signed: bool = True


@dataclass(slots=True)
class Account:
    """One account with one key."""

    key: str | None
    scopes: tuple[str, ...]
    senders: tuple[str, ...]
    groups: tuple[int, ...]
    pools: tuple[str, ...]
    webhook: Webhook
    bucket: Bucket | None = None
    refused: bool = False
    limited_until: float = 0.0

    @classmethod
    def of(cls, options: Options) -> "Account":
        """The account that the options describe."""
        return cls(
            options.key,
            options.scopes,
            options.senders,
            options.groups,
            options.pools,
            Webhook(url=options.webhook or "", enabled=bool(options.webhook)),
        )

    def objection(self, head: Head, scope: str | None) -> Answer | None:
        """401 without a good key, 403 without the scope, None if all is well."""
        key = bearer(head)
        if not key:
            return say(401, "Permission denied, wrong credentials")
        if not self._knows(key):
            return say(401, "The provided authorization grant is invalid, expired, or revoked")
        if scope and scope not in self.scopes:
            return say(403, "access forbidden")
        return None

    def _knows(self, key: str) -> bool:
        if self.key is None:
            return key.startswith("SG.")
        return hmac.compare_digest(key.encode(), self.key.encode())

    def verifies(self, address: str) -> bool:
        """True if mail may be sent from this address."""
        lower = address.lower()
        return not self.senders or any(
            known.lower() in (lower, f"@{domain(lower)}") for known in self.senders
        )


def bearer(head: Head) -> str:
    """The key in the Authorization header; empty if there is none."""
    scheme, _, key = head.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""
