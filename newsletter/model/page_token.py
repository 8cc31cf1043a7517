"""The token of a page for people without an account: `base64url(version, key id, purpose, number, 16 bytes of MAC)`, 36 characters.

In: a key, a purpose, the number of a row. Out: a token; or back, the number. Called by pipeline.commenting and asking.

It names a row that says until when it is good and whether somebody revoked it. HMAC-SHA-256 (RFC 2104) over a prefix of its own, so
that no token of a reader's link or of a *Hold* link is ever one of these.
"""

from __future__ import annotations

import binascii
import hmac
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from enum import IntEnum

_HEAD = struct.Struct(">BBBQ")
_MAC = 16
_VERSION = 1
_LENGTH = 36
_PREFIX = b"newsletter page\0"


class PagePurpose(IntEnum):
    """What a token is good for."""

    REVIEW = 1  #: seeing an issue and commenting on it
    APPROVAL = 2  #: answering one request for an approval


def sign(key: bytes, key_id: int, purpose: PagePurpose, number: int) -> str:
    """A token. `key` is 32 bytes, `key_id` 0–255, `number` that of a row."""
    head = _HEAD.pack(_VERSION, key_id, purpose, number)
    return _text(head, _mac(key, head))


def read(token: str, purpose: PagePurpose, keys: Mapping[int, bytes]) -> int | None:
    """The number that a token names; None when it is not ours, altered, or made for another purpose."""
    if len(token) != _LENGTH or not token.isascii():
        return None
    try:
        raw = urlsafe_b64decode(token)
    except (binascii.Error, ValueError):
        return None
    if len(raw) != _HEAD.size + _MAC:  # the decoder passes over characters that are not its own
        return None
    head = raw[: _HEAD.size]
    version, key_id, told, number = _HEAD.unpack(head)
    key = keys.get(key_id)
    if version != _VERSION or told != purpose or key is None:
        return None
    expected = _mac(key, head)
    if not hmac.compare_digest(raw[_HEAD.size :], expected) or _text(head, expected) != token:
        return None
    return int(number)


def _mac(key: bytes, head: bytes) -> bytes:
    return hmac.digest(key, _PREFIX + head, "sha256")[:_MAC]


def _text(head: bytes, mac: bytes) -> str:
    return urlsafe_b64encode(head + mac).decode("ascii")
