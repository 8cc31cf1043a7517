"""What crosses the pipe: frames of one kind byte, a length, and bytes; requests and renderings as MessagePack.

In: streams, values. Out: frames, values. Called by parent and child.
"""

from __future__ import annotations

import struct
from dataclasses import replace
from enum import Enum
from typing import IO

import msgspec

from newsletter.compose.request import Request
from newsletter.model.edition import Rendering

_HEAD = struct.Struct(">cI")


class Kind(Enum):
    """What a frame holds."""

    LIMITS = b"L"  #: to the child: megabytes and seconds, as MessagePack
    REQUEST = b"Q"  #: to the child: a Request
    READY = b"R"  #: from the child: it is there
    STEP = b"S"  #: from the child: the file that is worked on
    ANSWER = b"A"  #: from the child: a Rendering


class Broken(Exception):
    """The other end is gone, or says what nobody should."""


def write(stream: IO[bytes], kind: Kind, content: bytes) -> None:
    """Write one frame."""
    stream.write(_HEAD.pack(kind.value, len(content)))
    stream.write(content)
    stream.flush()


def read(stream: IO[bytes], limit: int) -> tuple[Kind, bytes]:
    """Read one frame of at most `limit` bytes; raises Broken."""
    kind, length = _HEAD.unpack(_exactly(stream, _HEAD.size))
    if length > limit:
        raise Broken(f"a frame of {length} bytes")
    try:
        return Kind(kind), _exactly(stream, length)
    except ValueError:
        raise Broken("an unknown frame") from None


def _exactly(stream: IO[bytes], length: int) -> bytes:
    content = bytearray()
    while len(content) < length:
        part = stream.read(length - len(content))
        if not part:
            raise Broken("the pipe ended")
        content += part
    return bytes(content)


_requests = msgspec.msgpack.Decoder(Request)
_renderings = msgspec.msgpack.Decoder(Rendering)
_limits = msgspec.msgpack.Decoder(tuple[int, int])
_encoder = msgspec.msgpack.Encoder()


def encode_request(request: Request) -> bytes:
    """A Request as bytes."""
    return _encoder.encode(request)


def decode_request(content: bytes) -> Request:
    """A Request from bytes."""
    return _requests.decode(content)


def encode_limits(megabytes: int, seconds: int) -> bytes:
    """Limits as bytes."""
    return _encoder.encode((megabytes, seconds))


def decode_limits(content: bytes) -> tuple[int, int]:
    """Megabytes and seconds from bytes."""
    return _limits.decode(content)


def encode_rendering(rendering: Rendering, request: Request) -> bytes:
    """A Rendering as bytes, without what the other end has: the images of the request, byte for byte."""
    images = rendering.artwork.images if rendering.artwork else ()
    there = {
        image.digest
        for image in images
        if rendering.files.get(image.digest) == request.images.get(image.name)
    }
    made = {digest: content for digest, content in rendering.files.items() if digest not in there}
    return _encoder.encode(replace(rendering, files=made))


def decode_rendering(content: bytes, request: Request) -> Rendering:
    """A Rendering from bytes, with its images out of the request; raises Broken."""
    try:
        rendering = _renderings.decode(content)
        images = rendering.artwork.images if rendering.artwork else ()
        there = {
            image.digest: request.images[image.name]
            for image in images
            if image.digest not in rendering.files
        }
        return replace(rendering, files=rendering.files | there)
    except (msgspec.MsgspecError, KeyError, UnicodeDecodeError) as error:
        raise Broken(f"an unreadable rendering: {error}") from None
