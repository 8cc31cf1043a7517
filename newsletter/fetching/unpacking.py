"""A body as it comes, unpacked, and never more of it than agreed.

In: pieces of a body, their encoding, a limit. Out: bytes, or Unfetched. Called by fetcher.

zlib is told how much it may make of each piece, so that a small body that unpacks to gigabytes never does.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from newsletter.fetching.contract import Unfetched, Why

_EITHER = 32 + zlib.MAX_WBITS  # gzip or zlib, by its first bytes
PLAIN = frozenset({"", "identity"})
PACKED = frozenset({"gzip", "x-gzip", "deflate"})


def unpacked(pieces: Iterable[bytes], encoding: str, most: int) -> bytes:
    """The body. Raises Unfetched when it is larger than `most`, broken, or in an encoding that nobody asked for."""
    if encoding in PLAIN:
        return _gathered(pieces, most)
    if encoding not in PACKED:
        raise Unfetched(Why.ANSWER, "an encoding that nobody asked for")
    try:
        return _gathered(_inflated(pieces, most), most)
    except zlib.error:
        raise Unfetched(Why.ANSWER, "a broken encoding") from None


def _gathered(pieces: Iterable[bytes], most: int) -> bytes:
    made = bytearray()
    for piece in pieces:
        made += piece
        if len(made) > most:
            raise Unfetched(Why.SIZE)
    return bytes(made)


def _inflated(pieces: Iterable[bytes], most: int) -> Iterable[bytes]:
    machine = zlib.decompressobj(_EITHER)
    left = most
    for piece in pieces:
        if machine.eof:
            return
        made = machine.decompress(piece, left + 1)
        left -= len(made)
        if left < 0:
            raise Unfetched(Why.SIZE)
        yield made
