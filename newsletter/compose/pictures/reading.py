"""Picture files opened within limits: what they are, how large, whether they are whole.

In: bytes of strangers. Out: facts, open pictures, or Unreadable with the next step. Called by compose.images, pictures.making.
"""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image as Pillow
from PIL import UnidentifiedImageError

from newsletter.model.said import Said

MOST_PIXELS = 40_000_000
LONGEST_SIDE = 16_384
_MOST_FRAMES = 500
_MOST_FRAME_PIXELS = 400_000_000
_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "AVIF")
_ORIENTATION = 0x0112
_LYING = range(5, 9)
_READ_THROUGH = {"PNG", "JPEG", "GIF"}  # others are decoded when they are made
_SVG = Said(
    "Mail programs do not show SVG: export it as PNG, twice as wide as it is shown.",
    "Les logiciels de courriel n’affichent pas le SVG\u00a0: "
    "exportez l’image en PNG, deux fois plus large qu’à l’affichage.",
)
_HEIC = Said(
    "Save it as JPEG: on an iPhone, Settings › Camera › Formats › Most Compatible, or share it as JPEG.",
    "Enregistrez-la en JPEG\u00a0: sur un iPhone, Réglages › Appareil photo › Formats › Le plus compatible, "
    "ou partagez-la en JPEG.",
)
_PDF = Said(
    "Export its page as PNG, or link to it as a file.",
    "Exportez la page en PNG, ou offrez le document par un lien.",
)
_PSD = Said("Export it as PNG or JPEG.", "Exportez-la en PNG ou en JPEG.")
_SAVE = Said("Save it as PNG or JPEG.", "Enregistrez-la au format PNG ou JPEG.")
_OTHERS = (
    # (what stands at an offset, the offset, what it is, what to do)
    (b"<svg", 0, "SVG", _SVG),
    (b"ftyphei", 4, "HEIC", _HEIC),
    (b"ftyphev", 4, "HEIC", _HEIC),
    (b"ftypmif1", 4, "HEIC", _HEIC),
    (b"%PDF", 0, "PDF", _PDF),
    (b"8BPS", 0, "Photoshop", _PSD),
    (b"\xff\x0a", 0, "JPEG XL", _SAVE),
    (b"\0\0\0\x0cjP  ", 0, "JPEG 2000", _SAVE),
)
#: what Pillow's readers raise for damaged files, found by damaging files; LookupError holds KeyError and IndexError
BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    EOFError,
    LookupError,
    struct.error,
    Pillow.DecompressionBombError,
)


class Unreadable(Exception):
    """A picture that cannot be shown, and what to do."""

    def __init__(self, message: Said, hint: Said) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Facts:
    """A picture as it is seen: `width` and `height` in pixels after turning; `format` in Pillow's words; how many frames."""

    width: int
    height: int
    format: str
    frames: int = 1
    orientation: int = 1  #: how it lies in the file (Exif 2.32, tag 274)

    @property
    def turned(self) -> bool:
        """True when its sides are exchanged in the file."""
        return self.orientation in _LYING


def look(path: str, content: bytes) -> Facts:
    """What a picture is, read through to its end. Raises Unreadable."""
    try:
        with opened(content) as picture:
            _bearable(path, *picture.size)
            frames = int(getattr(picture, "n_frames", 1))
            facts = _facts(picture, frames)
    except Pillow.DecompressionBombError:  # before it says its size
        raise _vast(path, "more than 170 million pixels", "plus de 170 millions de pixels") from None
    except (*BROKEN, UnidentifiedImageError):
        raise _strange(path, content) from None
    if frames > _MOST_FRAMES or frames * facts.width * facts.height > _MOST_FRAME_PIXELS:
        size = f"{facts.width} × {facts.height} pixels"
        message = Said(
            f"“{path}” moves through {frames} frames of {size}",
            f"l’animation «\u00a0{path}\u00a0» compte {frames} images de {size}",
        )
        hint = Said(
            "Make it smaller or shorter: mail programs load it whole.",
            "Réduisez-la ou raccourcissez-la\u00a0: les logiciels de courriel la chargent en entier.",
        )
        raise Unreadable(message, hint)
    if facts.format in _READ_THROUGH:
        _read_through(path, content)
    return facts


@contextmanager
def opened(content: bytes) -> Iterator[Pillow.Image]:
    """The picture of some bytes, not decoded yet; raises one of `BROKEN` or UnidentifiedImageError."""
    _reader_for(content)
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # of odd metadata, which is thrown away, and of sizes, which are judged
        with Pillow.open(io.BytesIO(content), formats=_FORMATS) as picture:
            yield picture


def _reader_for(content: bytes) -> None:
    """Load the readers of rarer kinds when one is met: each costs a start of the program its time."""
    if content[8:12] == b"WEBP":
        from PIL import WebPImagePlugin  # noqa: F401
    elif content[:4] in {b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"}:
        from PIL import TiffImagePlugin  # noqa: F401
    elif content[4:8] == b"ftyp":
        from PIL import AvifImagePlugin  # noqa: F401


def _facts(picture: Pillow.Image, frames: int) -> Facts:
    # MPO is what some cameras write: a JPEG with further ones behind it, which programs do not look at
    kind = "JPEG" if picture.format == "MPO" else picture.format or ""
    # Of a PNG, notes behind the picture would make it decoded here; nobody writes them there.
    notes = picture.getexif() if kind != "PNG" or "exif" in picture.info else {}
    said = notes.get(_ORIENTATION, 1)
    orientation = said if isinstance(said, int) else 1
    width, height = picture.size
    if orientation in _LYING:
        width, height = height, width
    return Facts(width, height, kind, 1 if picture.format == "MPO" else frames, orientation)


def _bearable(path: str, width: int, height: int) -> None:
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE or not width * height:
        size = f"{width} × {height} pixels"
        raise _vast(path, size, size)


def _vast(path: str, size: str, french: str) -> Unreadable:
    return Unreadable(
        Said(f"“{path}” has {size}", f"l’image «\u00a0{path}\u00a0» compte {french}"),
        Said(
            "Scale it down; 1200 pixels are wide enough.", "Réduisez-la; une largeur de 1200 pixels suffit."
        ),
    )


def _strange(path: str, content: bytes) -> Unreadable:
    for begins, offset, kind, hint in _OTHERS:
        if content.startswith(begins, offset) or (kind == "SVG" and b"<svg" in content[:1024].lower()):
            message = Said(
                f"“{path}” is {kind}, which cannot stand in a mail",
                f"«\u00a0{path}\u00a0» est au format {kind}, qui ne peut pas figurer dans un courriel",
            )
            return Unreadable(message, hint)
    return Unreadable(
        Said(f"“{path}” cannot be read as an image", f"«\u00a0{path}\u00a0» ne se lit pas comme une image"),
        Said(
            "Mail programs show PNG, JPEG and GIF.",
            "Les logiciels de courriel affichent le PNG, le JPEG et le GIF.",
        ),
    )


def _read_through(path: str, content: bytes) -> None:
    """Raise Unreadable for a picture that was saved or copied by half: readers would see it break off."""
    try:
        with opened(content) as picture:
            if picture.format == "PNG":
                picture.verify()  # checks every chunk, and decodes nothing
            else:
                picture.draft("L", (1, 1))  # a JPEG is read to its end, at an eighth of its size
                picture.load()
    except BROKEN:
        raise broken(path) from None


def broken(path: str) -> Unreadable:
    """The error for a picture that is not whole."""
    message = Said(
        f"“{path}” breaks off: the file is damaged or not whole",
        f"l’image «\u00a0{path}\u00a0» s’interrompt\u00a0: le fichier est endommagé ou incomplet",
    )
    return Unreadable(message, Said("Save or copy it again.", "Enregistrez-la ou copiez-la de nouveau."))
