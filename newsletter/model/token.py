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
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from hashlib import sha512
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from hashlib import _Hash

_HEAD = struct.Struct(">BBQ")
_SIZE = _HEAD.size + 16
_VERSION = 1
_LENGTH = 35
_VARIANTS = 1 << 63
_BLOCK = sha512().block_size
_INNER, _OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))  # RFC 2104 section 2
_OF_URLS = bytes.maketrans(b"+/", b"-_")


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


class ManyTokens(NamedTuple):
    """The tokens of many numbers, in their order; written when they are asked for."""

    heads: Sequence[bytes]
    macs: Sequence[bytes]

    @property
    def track(self) -> list[str]:
        """For click and open."""
        return _texts(self.heads, [mac[:16] for mac in self.macs])

    @property
    def own(self) -> list[str]:
        """For the readers' own pages."""
        return _texts(self.heads, [mac[16:32] for mac in self.macs])


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
def _begun(key: bytes) -> tuple[_Hash, _Hash]:
    """What of a MAC depends on the key alone, inside and outside: reckoned once, and without the layers of `hmac`, a third of the
    time remains (0.9 µs of 2.4). A test holds it against `hmac`."""
    if len(key) > _BLOCK:
        key = sha512(key).digest()
    padded = key.ljust(_BLOCK, b"\0")
    return sha512(padded.translate(_INNER)), sha512(padded.translate(_OUTER))


def _mac(key: bytes, head: bytes) -> bytes:
    begun, around = _begun(key)
    inner, outer = begun.copy(), around.copy()
    inner.update(head)
    outer.update(inner.digest())
    return outer.digest()


def sign(key: bytes, key_id: int, number: int) -> Tokens:
    """Both tokens for a number. `key` is 32 bytes, `key_id` 0–255, `number` below 2**64; 0 is the number of test messages."""
    head = _HEAD.pack(_VERSION, key_id, number)
    return Tokens(head, _mac(key, head))


def sign_all(key: bytes, key_id: int, numbers: Iterable[int]) -> ManyTokens:
    """Both tokens for each of many numbers; the same as `sign` gives, in half the time."""
    heads = [_HEAD.pack(_VERSION, key_id, number) for number in numbers]
    return ManyTokens(heads, [_mac(key, head) for head in heads])


def _texts(heads: Sequence[bytes], macs: Sequence[bytes]) -> list[str]:
    """All at once: with a byte more each is a whole number of threes, so that none runs into the next."""
    raw = [b"\0"] * (3 * len(heads))
    raw[::3], raw[1::3] = heads, macs
    joined = binascii.b2a_base64(b"".join(raw), newline=False).translate(_OF_URLS)
    text = joined.decode("ascii")
    return [text[at : at + _LENGTH] for at in range(0, len(text), _LENGTH + 1)]


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
    # The texts are compared, not the bytes: base64 leaves spare bits, and one token should have one spelling.
    return int(number) if hmac.compare_digest(_text(raw[: _HEAD.size], expected), token) else None
