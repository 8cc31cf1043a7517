"""The token of a *Hold* link: `base64url(version, key id, campaign, expiry, 16 bytes of MAC)`, 40 characters.

In: a key, a campaign, a moment. Out: a token; or back, what it names. Called by pipeline.notices and pipeline.holding.

Whoever has it may hold this one mailing and do nothing else. HMAC-SHA-256 (RFC 2104) over a prefix of its own, so that no token of
a reader's link is ever one of these.
"""

from __future__ import annotations

import binascii
import hmac
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

_HEAD = struct.Struct(">BBQI")
_MAC = 16
_VERSION = 1
_LENGTH = 40
_PREFIX = b"newsletter hold\0"


class HoldPermit(NamedTuple):
    """What a token is good for: holding `campaign` until `expires_at` (UTC)."""

    campaign: int
    expires_at: datetime


def sign(key: bytes, key_id: int, campaign: int, expires_at: datetime) -> str:
    """A token. `key` is 32 bytes, `key_id` 0–255; `expires_at` is aware, kept to the second, before the year 2106."""
    head = _HEAD.pack(_VERSION, key_id, campaign, int(expires_at.timestamp()))
    return _text(head, _mac(key, head))


def read(token: str, keys: Mapping[int, bytes]) -> HoldPermit | None:
    """What a token permits, expired or not; None when it is not ours or was altered."""
    if len(token) != _LENGTH or not token.isascii():
        return None
    try:
        raw = urlsafe_b64decode(token)
    except (binascii.Error, ValueError):
        return None
    if len(raw) != _HEAD.size + _MAC:  # the decoder passes over characters that are not its own
        return None
    head = raw[: _HEAD.size]
    version, key_id, campaign, expiry = _HEAD.unpack(head)
    key = keys.get(key_id)
    if version != _VERSION or key is None:
        return None
    expected = _mac(key, head)
    if not hmac.compare_digest(raw[_HEAD.size :], expected) or _text(head, expected) != token:
        return None
    return HoldPermit(campaign, datetime.fromtimestamp(expiry, UTC))


def _mac(key: bytes, head: bytes) -> bytes:
    return hmac.digest(key, _PREFIX + head, "sha256")[:_MAC]


def _text(head: bytes, mac: bytes) -> str:
    return urlsafe_b64encode(head + mac).decode("ascii")
