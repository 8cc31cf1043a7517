"""The pictures of a text, and where the author put them.

In: chunks, a context. Out: images, places, what the bytes of a picture say. Called by the checks of images.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from newsletter.checks.context import CheckContext
from newsletter.model.artwork import Chunks, Image, Mark, MarkKind
from newsletter.model.place import Place

_GIF_HEAD = 13
_EXTENSION, _PICTURE, _CONTROL = 0x21, 0x2C, 0xF9
_FRAME_MARKERS = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})  #: JPEG: start of frame


def used(context: CheckContext, html: Chunks) -> list[Image]:
    """The images of a text, each once, in order."""
    numbers = dict.fromkeys(
        piece.number for piece in html if isinstance(piece, Mark) and piece.kind is MarkKind.IMAGE
    )
    return [context.artwork.images[number] for number in numbers]


def place_of(context: CheckContext, image: Image) -> Place | None:
    """Where an author put an image, else where its name stands, else the template."""
    file = image.name.rpartition("/")[2]
    uses = (use.place for use in context.rendering.image_uses if use.source.rpartition("/")[2] == file)
    return next((place for place in uses if place), None) or context.where(file, "") or context.template


@dataclass(frozen=True, slots=True)
class Motion:
    """How a GIF moves: its frames, and the seconds until it comes to rest (None: it never does)."""

    frames: int
    seconds: float | None


def motion(content: bytes) -> Motion | None:
    """The motion of a GIF; None for a still picture, another format, or one that breaks off."""
    if not content.startswith((b"GIF87a", b"GIF89a")) or len(content) < _GIF_HEAD:
        return None
    frames, hundredths, repeats = 0, 0, 1
    for kind, block in _blocks(content):
        if kind == _PICTURE:
            frames += 1
        elif kind == _CONTROL and len(block) >= 4:
            hundredths += int.from_bytes(block[1:3], "little")
        elif block.startswith((b"NETSCAPE2.0", b"ANIMEXTS1.0")):
            repeats = int.from_bytes(block[12:14], "little") or -1
    if frames < 2:
        return None
    return Motion(frames, None if repeats < 0 else hundredths / 100 * repeats)


def _blocks(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The blocks of a GIF: extensions by their label, pictures as 0x2C (GIF89a, 2-26)."""
    position = _GIF_HEAD + _palette(content[10])
    while position + 1 < len(content):
        kind = content[position]
        if kind == _EXTENSION:
            data, position_after = _data(content, position + 2)
            yield content[position + 1], data
        elif kind == _PICTURE and position + 10 < len(content):
            start = position + 11 + _palette(content[position + 9])
            _skipped, position_after = _data(content, start)
            yield _PICTURE, b""
        else:
            return
        position = position_after


def _palette(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _data(content: bytes, position: int) -> tuple[bytes, int]:
    """Sub-blocks joined (the first two of an extension are all that is looked at), and the position behind them."""
    parts: list[bytes] = []
    while position < len(content) and content[position]:
        size = content[position]
        if len(parts) < 3:
            parts.append(content[position + 1 : position + 1 + size])
        position += size + 1
    return b"".join(parts), position + 1


def components(content: bytes) -> int:
    """How many colour channels a JPEG has: 4 are the colours of print (CMYK). 0 for anything else."""
    if not content.startswith(b"\xff\xd8"):
        return 0
    position = 2
    while position + 9 < len(content) and content[position] == 0xFF:
        marker, size = content[position + 1], int.from_bytes(content[position + 2 : position + 4], "big")
        if marker in _FRAME_MARKERS:
            return content[position + 9]
        position += size + 2
    return 0
