"""Whether a picture file holds the picture and nothing else: no place where it was taken, no camera, no thumbnail, nothing behind it.

In: bytes. Out: yes or no. Called by pictures.making. PNG (third edition) 11; ITU-T T.81 B.1; GIF89a.
"""

from __future__ import annotations

_CHUNKS = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"sRGB", b"gAMA", b"cHRM", b"pHYs", b"bKGD", b"sBIT"}
_DEPTH, _DEEP = 24, 16  # where IHDR says how many bits a sample has
_ADOBE, _JFIF = 0xEE, 0xE0
_SCAN, _END = 0xDA, b"\xff\xd9"


def is_bare(content: bytes, kind: str) -> bool:
    """True for a PNG, JPEG or GIF (`kind`, in Pillow's words) that is as small in meaning as it can be."""
    if kind == "PNG":
        return _bare_png(content)
    if kind == "JPEG":
        return _bare_jpeg(content)
    # An extension's introducer may stand by chance in the data: then the picture is made anew for nothing.
    return (
        kind == "GIF" and content.endswith(b"\x3b") and not (b"\x21\xfe" in content or b"\x21\xff" in content)
    )


def _bare_png(content: bytes) -> bool:
    if content[_DEPTH : _DEPTH + 1] == bytes([_DEEP]):  # the bit depth's place in IHDR
        return False
    position = 8
    while position + 12 <= len(content):
        length = int.from_bytes(content[position : position + 4], "big")
        name = content[position + 4 : position + 8]
        if name not in _CHUNKS:
            return False
        position += length + 12
        if name == b"IEND":
            return position == len(content)
    return False


def _bare_jpeg(content: bytes) -> bool:
    position = 2
    while position + 4 <= len(content) and content[position] == 0xFF:  # every marker begins so
        marker, length = content[position + 1], int.from_bytes(content[position + 2 : position + 4], "big")
        if marker == _SCAN:
            return content.endswith(_END) and content.count(_END) == 1
        is_note = 0xE0 <= marker <= 0xEF or marker == 0xFE  # APP0 to APP15, COM
        if is_note and not (
            marker == _ADOBE or (marker == _JFIF and content.startswith(b"JFIF\0", position + 4))
        ):
            return False
        position += 2 + length
    return False
