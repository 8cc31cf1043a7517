"""The values of attributes, judged by their kinds: colours, lengths, choices.

In: a kind such as `unit(px,%){1,4}`, a value. Out: what is wrong, in words. Called by mjml.structure.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from PIL.ImageColor import colormap

from newsletter.model.said import NOTHING, Said

_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
_FUNCTION = re.compile(
    r"rgba?\(\s*\d{1,3}\s*,\s*\d{1,3}\s*,\s*\d{1,3}\s*(?:,\s*(?:0|1|0?\.\d{1,3}|1\.0)\s*)?\)", re.IGNORECASE
)
_COLORS: Final = frozenset(colormap) | {
    "transparent",
    "inherit",
    "initial",
    "currentcolor",
    "rebeccapurple",
    "none",
}
_KIND = re.compile(r"(\w+)(?:\(([^)]*)\))?(?:\{(\d),(\d)\})?")


_COLOUR: Final = Said(
    "a colour: #1F2A30, rgb(31,42,48) or a name", "une couleur\u00a0: #1F2A30, rgb(31,42,48) ou un nom"
)
_YES_OR_NO: Final = Said("true or false", "true ou false")
_WHOLE: Final = Said("a whole number", "un nombre entier")


def fault(kind: str, value: str) -> Said:
    """What a value should be; empty when it is good."""
    match = _KIND.fullmatch(kind)
    if match is None or match[1] == "string":
        return NOTHING
    options = tuple((match[2] or "").split(","))
    if match[1] == "color":
        return NOTHING if _is_color(value) else _COLOUR
    if match[1] == "enum":
        return NOTHING if value in options else _one_of(options)
    if match[1] in {"unit", "unitWithNegative"}:
        return _length(match[1], options, int(match[3] or 1), int(match[4] or 1), value)
    if match[1] == "boolean":
        return NOTHING if value in {"true", "false"} else _YES_OR_NO
    return NOTHING if re.fullmatch(r"\d+", value) else _WHOLE


def _one_of(options: tuple[str, ...]) -> Said:
    named = ", ".join(option for option in options if option)
    return Said(f"one of: {named}", f"l’une de celles-ci\u00a0: {named}")


def _is_color(value: str) -> bool:
    lower = value.strip().lower()
    return lower in _COLORS or bool(_HEX.fullmatch(lower)) or bool(_FUNCTION.fullmatch(lower))


def _length(kind: str, units: tuple[str, ...], fewest: int, most: int, value: str) -> Said:
    one = _one_length(kind, units)
    parts = value.split()
    if fewest <= len(parts) <= most and all(one.fullmatch(part) for part in parts):
        return NOTHING
    named = [unit for unit in units if unit not in {"", "auto"}]
    examples = [f"16{unit}" for unit in named]
    return Said(
        f"{'one to four lengths' if most > 1 else 'a length'} such as {' or '.join(examples)}",
        f"{'une à quatre longueurs' if most > 1 else 'une longueur'}, par exemple {' ou '.join(examples)}",
    )


@cache
def _one_length(kind: str, units: tuple[str, ...]) -> re.Pattern[str]:
    sign = "-?" if kind == "unitWithNegative" else ""
    named = "|".join(re.escape(unit) for unit in units if unit != "auto")
    auto = "|auto" if "auto" in units else ""
    return re.compile(rf"{sign}(?:\d+\.?\d*|\.\d+)(?:{named})|0{auto}")
