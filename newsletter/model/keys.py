"""The keys of one instance, and how an address becomes a key of the store.

In: secrets/instance.key, read by `workspace`. Out: values. Called by app, dispatch, pipeline.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """`suppression` (32 bytes) never rotates: losing it would un-suppress everybody. `tokens` by id verify for ever;
    `current` signs."""

    suppression: bytes
    tokens: Mapping[int, bytes]
    current: int

    def __repr__(self) -> str:
        return "Keys(****)"

    @property
    def signing(self) -> bytes:
        """The key that signs new tokens."""
        return self.tokens[self.current]

    @property
    def studio(self) -> bytes:
        """The key that the studio's cookies and forms are signed with: it lives as long as the instance, through restarts."""
        return hmac.digest(self.suppression, b"studio", "sha256")

    def fingerprints(self) -> dict[str, str]:
        """What the database remembers of each key: enough to notice another one, too little to use."""
        named = {"suppression": self.suppression} | {f"token.{n}": key for n, key in self.tokens.items()}
        return {name: hashlib.sha256(b"fingerprint:" + key).hexdigest()[:16] for name, key in named.items()}


def address_key(key: bytes, matching_form: str) -> bytes:
    """16 bytes that stand for an address in the store: HMAC-SHA-256 of its matching form (model.address), truncated."""
    return hmac.digest(key, matching_form.encode(), "sha256")[:16]
