"""What a picture with a see-through ground is drawn in: such a picture can vanish on the ground that a mail program gives it.

In: a picture as it goes out. Out: an Ink, or None. Called by compose.images, in the renderer's process.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from PIL import Image as Pillow

from newsletter.compose.pictures.reading import BROKEN, opened
from newsletter.model.ink import Ink

_LEAST: Final = 0.1  # of its pixels must be see-through: round corners are no see-through ground
_SEEN: Final = 128  # opacity from which a pixel is seen
_SIDE: Final = 96  # pixels of a side that are looked at: enough for colours
_STEP: Final = 32  # colours nearer than that count as one
_MOST: Final = 8


def ink(content: bytes) -> Ink | None:
    """The colours of a picture's signs; None for one without a see-through ground, or of which nothing is seen."""
    try:
        with opened(content) as picture:
            if not picture.has_transparency_data:
                return None
            picture.thumbnail((_SIDE, _SIDE), Pillow.Resampling.BOX, reducing_gap=None)
            pixels = picture.convert("RGBA").tobytes()
    except BROKEN:
        return None
    counted: Counter[tuple[int, int, int]] = Counter()
    for at in range(0, len(pixels), 4):
        if pixels[at + 3] >= _SEEN:
            red, green, blue = (value // _STEP * _STEP + _STEP // 2 for value in pixels[at : at + 3])
            counted[red, green, blue] += 1
    seen, all_ = counted.total(), len(pixels) // 4
    if not seen or all_ - seen < _LEAST * all_:
        return None
    return Ink(tuple((colour, count / seen) for colour, count in counted.most_common(_MOST)))
