"""Pictures made for a mail: turned upright, in sRGB, no wider than they need to be, with nothing in them but the picture.

In: bytes, facts, a width. Out: bytes that are the same for the same input. Called by compose.images, in the renderer's process.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Final

from PIL import Image as Pillow
from PIL import ImageChops

from newsletter.compose.pictures.bare import is_bare
from newsletter.compose.pictures.reading import BROKEN, Facts, Unreadable, broken, opened
from newsletter.model.said import Said

QUALITY: Final = 82
_WORTH_IT = 0.9  # a picture that is not made smaller by a tenth stays as its author made it
_MOST_COLORS = 256
_PHOTO = 0.08  # share of pixels of a colour of their own: drawings and screenshots have far fewer
_FEWEST_OF_A_PHOTO = 2_000
_TALLEST = 1 << 20
_LARGEST_PROFILE = 4 << 20
_MARKS = {"1": "L", "PA": "RGBA", "La": "LA", "RGBa": "RGBA", "RGBX": "RGB", "P": "RGB"}
_MOVES = {
    2: Pillow.Transpose.FLIP_LEFT_RIGHT,
    3: Pillow.Transpose.ROTATE_180,
    4: Pillow.Transpose.FLIP_TOP_BOTTOM,
    5: Pillow.Transpose.TRANSPOSE,
    6: Pillow.Transpose.ROTATE_270,
    7: Pillow.Transpose.TRANSVERSE,
    8: Pillow.Transpose.ROTATE_90,
}
_LIGHT = 48 << 10  # a picture of so few bytes stays as it is where nothing has to be taken out of it
_LARGE = 400_000  # pixels from which the last tenth of a PNG would take seconds


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it goes out: `format` is PNG, JPEG or GIF."""

    content: bytes
    format: str
    width: int
    height: int


def made(path: str, content: bytes, facts: Facts, widest: int) -> Picture:
    """A picture of at most `widest` pixels across. A GIF that moves stays as it is. Raises Unreadable."""
    if facts.format == "GIF" and facts.frames > 1:
        return Picture(content, "GIF", facts.width, facts.height)
    try:
        with opened(content) as picture:
            faithful = _is_faithful(picture, content, facts)
            if faithful and facts.width <= widest and len(content) <= _LIGHT:
                picture.load()  # to its end: it may say that it is larger than its data
                return Picture(content, facts.format, facts.width, facts.height)
            small = _upright(picture, facts, widest)
            kind, encoded = _encoded(small, facts.format)
    except BROKEN:
        raise broken(path) from None
    shrunk = small.width < facts.width
    if faithful and len(encoded) >= len(content) * (1 if shrunk else _WORTH_IT):
        return Picture(content, facts.format, facts.width, facts.height)
    return Picture(encoded, kind, small.width, small.height)


def _is_faithful(picture: Pillow.Image, content: bytes, facts: Facts) -> bool:
    """True for a file that may go out as it is: nothing to take out, to turn or to convert."""
    plain = picture.mode in {"1", "L", "LA", "P", "RGB", "RGBA"} and "icc_profile" not in picture.info
    return plain and facts.orientation == 1 and facts.frames == 1 and is_bare(content, facts.format)


def _upright(picture: Pillow.Image, facts: Facts, widest: int) -> Pillow.Image:
    profile = picture.info.get("icc_profile", b"")
    plain = picture if picture.format in {"JPEG", "MPO"} else _plain(picture)
    if facts.width > widest:
        bounds = (_TALLEST, widest) if facts.turned else (widest, _TALLEST)
        # A JPEG is decoded at half, a quarter or an eighth where that is enough.
        plain.thumbnail(bounds, Pillow.Resampling.LANCZOS, reducing_gap=1.5)
    move = _MOVES.get(facts.orientation)
    turned = plain if move is None else plain.transpose(move)
    return _opaque(_in_srgb(turned, profile if isinstance(profile, bytes) else b""))


def _plain(picture: Pillow.Image) -> Pillow.Image:
    """The picture in a mode that can be scaled without loss of its meaning."""
    if picture.mode.startswith("I"):  # sixteen bits of grey
        picture.load()
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    if picture.mode == "F":
        raise Unreadable(
            Said(
                "this picture holds measurements, not colours",
                "cette image contient des mesures, et non des couleurs",
            ),
            Said("Save it as PNG or JPEG.", "Enregistrez-la au format PNG ou JPEG."),
        )
    if picture.mode != "LA" and picture.has_transparency_data:
        return picture.convert("RGBA")
    mode = _MARKS.get(picture.mode, picture.mode)
    return picture.convert(mode) if mode != picture.mode else picture


def _in_srgb(picture: Pillow.Image, profile: bytes) -> Pillow.Image:
    """The picture in the colours that every screen takes for granted; a profile that cannot be read is thrown away."""
    from PIL import ImageCms

    if picture.mode in {"L", "LA"}:
        return picture
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    flat = picture.convert("RGB") if alpha else picture
    if picture.mode == "LAB":
        source = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    elif profile and len(profile) <= _LARGEST_PROFILE:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        except (OSError, ImageCms.PyCMSError):
            return _merged(flat.convert("RGB"), alpha)
    else:
        return _merged(flat.convert("RGB"), alpha)
    target = ImageCms.createProfile("sRGB")
    try:
        converted = ImageCms.profileToProfile(flat, source, target, outputMode="RGB")
    except (ValueError, ImageCms.PyCMSError):  # a profile of another number of colours than the picture has
        converted = None
    return _merged(converted or flat.convert("RGB"), alpha)


def _merged(picture: Pillow.Image, alpha: Pillow.Image | None) -> Pillow.Image:
    if alpha is not None:
        picture.putalpha(alpha)
    return picture


def _opaque(picture: Pillow.Image) -> Pillow.Image:
    """Without an alpha channel that hides nothing."""
    if picture.mode not in {"RGBA", "LA"}:
        return picture
    lowest, _ = picture.getchannel("A").getextrema()
    return picture if lowest != 255 else picture.convert(picture.mode[:-1])  # wholly opaque


def _encoded(picture: Pillow.Image, was: str) -> tuple[str, bytes]:
    is_photo = was == "JPEG" or _is_photo(picture)
    return ("JPEG", _jpeg(picture)) if is_photo else ("PNG", _png(picture))


def _is_photo(picture: Pillow.Image) -> bool:
    if picture.mode != "RGB":
        return False
    most = max(_FEWEST_OF_A_PHOTO, int(picture.width * picture.height * _PHOTO))
    return picture.getcolors(most) is None


def _jpeg(picture: Pillow.Image) -> bytes:
    out = io.BytesIO()
    bare = Pillow.frombytes(picture.mode, picture.size, picture.tobytes())
    bare.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return out.getvalue()


def _png(picture: Pillow.Image) -> bytes:
    out = io.BytesIO()
    bare = Pillow.frombytes(picture.mode, picture.size, picture.tobytes())
    small = picture.width * picture.height <= _LARGE
    _few_colors(bare).save(out, "PNG", optimize=small, compress_level=9 if small else 6)
    return out.getvalue()


def _few_colors(picture: Pillow.Image) -> Pillow.Image:
    """With a palette where that loses nothing."""
    if picture.mode != "RGB" or picture.getcolors(_MOST_COLORS) is None:
        return picture
    few = picture.quantize(_MOST_COLORS, Pillow.Quantize.MEDIANCUT, dither=Pillow.Dither.NONE)
    same = ImageChops.difference(few.convert("RGB"), picture).getbbox() is None
    return few if same else picture
