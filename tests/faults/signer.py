"""An account's key for signed events, so that a test can pack events of its own into posts.

In: events. Out: headers and body as SendGrid posts them. Called by tests/faults.
"""

from __future__ import annotations

import json
import time
from base64 import b64encode
from collections.abc import Sequence
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.faults.stage import Post

HEADER = "X-Twilio-Email-Event-Webhook"


class Signer:
    """A key."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())

    @property
    def public(self) -> str:
        """What NEWSLETTER_SENDGRID_WEBHOOK_PUBLIC_KEY wants."""
        encoded = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return b64encode(encoded).decode()

    def post(self, events: Sequence[dict[str, Any]]) -> Post:
        """These events in one post."""
        body, at = json.dumps(events).encode(), str(int(time.time()))
        signature = b64encode(self._key.sign(at.encode() + body, ec.ECDSA(SHA256()))).decode()
        return {f"{HEADER}-Signature": signature, f"{HEADER}-Timestamp": at}, body
