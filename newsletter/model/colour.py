"""Colours, and whether one can be read upon another.

In: `#rrggbb`. Out: contrast ratios. Called by compose (the theme) and checks (what an issue sets itself).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

#: text of ordinary size (WCAG 2.1, 1.4.3); large text and the parts of a control (1.4.11)
READS: Final = 4.5
IS_SEEN: Final = 3.0

_HEX = re.compile(r"#[0-9A-Fa-f]{6}")


def is_colour(value: object) -> bool:
    """True for `#rrggbb`, the one way of writing a colour that every mail program reads."""
    return isinstance(value, str) and bool(_HEX.fullmatch(value))


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, 0 to 1 (WCAG 2.1, definition; sRGB's own threshold)."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


@lru_cache(maxsize=4096)
def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.1, 1.4.3)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)
