"""The token in the address of the calendar feed: `base64url(version, key id, serial, 16 bytes of MAC)`, 30 characters.

In: a key and the serial of the address. Out: a token, or the serial that one names. Called by pipeline.feed.

HMAC-SHA-256 over a word of its own: no token of a mail (model.token) opens the feed, and none of the feed a mail (RFC 2104).
"""

from __future__ import annotations

import binascii
import hmac
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping

_HEAD = struct.Struct(">BBI")
_VERSION = 1
_LENGTH = 30


def sign(key: bytes, key_id: int, serial: int) -> str:
    """The token of a serial. `key` is 32 bytes, `key_id` 0–255, `serial` below 2**32."""
    head = _HEAD.pack(_VERSION, key_id, serial)
    return urlsafe_b64encode(head + _mac(key, head)).rstrip(b"=").decode("ascii")


def _mac(key: bytes, head: bytes) -> bytes:
    return hmac.digest(key, b"calendar feed:" + head, "sha256")[:16]


def read(token: str, keys: Mapping[int, bytes]) -> int | None:
    """The serial that a token names, or None when it is not ours, altered, or written in another way."""
    if len(token) != _LENGTH or not token.isascii():
        return None
    try:
        raw = urlsafe_b64decode(token + "==")
    except (binascii.Error, ValueError):
        return None
    if len(raw) != _HEAD.size + 16:
        return None
    version, key_id, serial = _HEAD.unpack_from(raw)
    key = keys.get(key_id)
    if version != _VERSION or key is None:
        return None
    return int(serial) if hmac.compare_digest(sign(key, key_id, serial), token) else None
