"""The tokens in links: `base64url(version, key id, number, 16 bytes of MAC)`, 35 characters.

In: a key and the number of a delivery or variant. Out: two tokens, one for click and open, one for the reader's own pages.
Called by dispatch when a batch is filled, and by pipeline when a link comes back.

One HMAC-SHA-512 gives both: its first 16 bytes sign the `track` token, the next 16 the `own` token. The halves of a MAC say
nothing of each other, so a click token fails on the unsubscribe route. RFC 2104; truncation as RFC 2104 section 5.
"""

from __future__ import annotations

import binascii
import hmac
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

_HEAD = struct.Struct(">BBQ")
_SIZE = _HEAD.size + 16
_VERSION = 1
_LENGTH = 35
_VARIANTS = 1 << 63


class Purpose(StrEnum):
    """What a token is good for."""

    TRACK = "track"  #: click and open
    OWN = "own"  #: view, unsubscribe, preferences of one delivery


class Tokens(NamedTuple):
    """Both tokens of one number, written when they are asked for: most mails hold only one of them."""

    head: bytes
    mac: bytes

    @property
    def track(self) -> str:
        """For click and open."""
        return _text(self.head, self.mac[:16])

    @property
    def own(self) -> str:
        """For the reader's own pages."""
        return _text(self.head, self.mac[16:32])


def of_variant(variant: int) -> int:
    """The number that stands for a variant (aggregate mode). The upper half of the numbers is theirs: a variant and a
    delivery with the same id must never share a token."""
    return _VARIANTS | variant


def variant_of(number: int) -> int | None:
    """The variant that a number names, or None when it names a delivery."""
    return number & ~_VARIANTS if number & _VARIANTS else None


def _text(head: bytes, mac: bytes) -> str:
    return urlsafe_b64encode(head + mac).rstrip(b"=").decode("ascii")


@lru_cache(maxsize=16)
def _begun(key: bytes) -> hmac.HMAC:
    """What of a MAC depends on the key alone: reckoned once, a third of the time remains."""
    return hmac.new(key, digestmod="sha512")


def _mac(key: bytes, head: bytes) -> bytes:
    mac = _begun(key).copy()
    mac.update(head)
    return mac.digest()


def sign(key: bytes, key_id: int, number: int) -> Tokens:
    """Both tokens for a number. `key` is 32 bytes, `key_id` 0–255, `number` below 2**64; 0 is the number of test messages."""
    head = _HEAD.pack(_VERSION, key_id, number)
    return Tokens(head, _mac(key, head))


def read(token: str, purpose: Purpose, keys: Mapping[int, bytes]) -> int | None:
    """The number that a token names, or None when it is not ours, altered, or made for another purpose."""
    if len(token) != _LENGTH or not token.isascii():
        return None
    try:
        raw = urlsafe_b64decode(token + "=")
    except (binascii.Error, ValueError):
        return None
    if len(raw) != _SIZE:  # the decoder passes over characters that are not its own
        return None
    version, key_id, number = _HEAD.unpack_from(raw)
    key = keys.get(key_id)
    if version != _VERSION or key is None:
        return None
    mac = _mac(key, raw[: _HEAD.size])
    expected = mac[:16] if purpose is Purpose.TRACK else mac[16:32]
    # The text is compared too: base64 leaves spare bits, and one token should have one spelling.
    if not hmac.compare_digest(raw[_HEAD.size :], expected) or _text(raw[: _HEAD.size], expected) != token:
        return None
    return int(number)
