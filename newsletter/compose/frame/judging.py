"""The theme judged: names, measures, type, colours, fonts, each fault at its line of theme.toml.

In: theme.toml, its values, the templates. Out: findings. Called by frame.context.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from math import ceil
from typing import Any, Final

from newsletter.compose.findings import THEME, Findings
from newsletter.compose.frame.palette import COLOURS, MODES, colour_faults, font_faults
from newsletter.compose.frame.theme_faults import Fault, example
from newsletter.compose.frame.theme_names import name_faults
from newsletter.compose.frame.toml_lines import Path, line_of, lines
from newsletter.model.finding import Severity
from newsletter.model.place import Place
from newsletter.model.said import Said

FILE: Final = "theme.toml"
#: whole numbers and their range, in CSS pixels. Below 600 a line is short on a desk, above 640 Outlook and Gmail cut it.
RANGES: Final[dict[Path, tuple[int, int]]] = {
    ("width",): (600, 640),
    ("gutter",): (16, 64),
    ("gutter_phone",): (12, 32),
    ("phone",): (320, 599),
    ("radius",): (0, 24),
    ("button",): (44, 64),
    ("size", "small"): (12, 16),
    ("size", "text"): (16, 20),
}
_STEP = 4  #: half of the grid of 8: what a measure beside text may be
_ON_GRID: tuple[Path, ...] = (("gutter",), ("gutter_phone",), ("button",))
_BEYOND = 10_000  # no measure of a mail; and a hostile number can be too long to be shown
_SIZES = ("small", "text", "lead", "section", "story", "title")
KNOWN: Final[frozenset[Path]] = frozenset(
    {*RANGES, *product(MODES, COLOURS), *product(("size", "line"), _SIZES)}
    | set(product(("fonts",), ("heading", "body", "outlook_heading", "outlook_body")))
)
_LINE_HEIGHT = {"text": 1.5}
_LEAST_LINE_HEIGHT = 1.15


def judge_theme(
    text: str, values: Mapping[str, Any], templates: Mapping[str, str], findings: Findings
) -> None:
    """Add a finding for each fault of theme.toml, at its line."""
    where = lines(text)
    for fault in _faults(values, templates):
        add = findings.error if fault.severity is Severity.ERROR else findings.warning
        add(THEME, fault.message, Place(f"templates/{FILE}", line_of(fault.path, where)), hint=fault.hint)


def _faults(values: Mapping[str, Any], templates: Mapping[str, str]) -> Iterator[Fault]:
    yield from name_faults(values, templates, KNOWN)
    yield from _measures(values)
    yield from _type(values)
    yield from colour_faults(values)
    yield from font_faults(values.get("fonts"))


def _value(values: Mapping[str, Any], path: Path) -> Any:
    found: Any = values
    for part in path:
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < _BEYOND


def _out_of_range(name: str, value: int, least: int, most: int) -> Said:
    return Said(
        f"“{name}” is {value}; it may be {least} to {most}",
        f"«\u00a0{name}\u00a0» vaut {value}; de {least} à {most} est permis",
    )


def _measures(values: Mapping[str, Any]) -> Iterator[Fault]:
    for path, (least, most) in RANGES.items():
        value, name = _value(values, path), ".".join(path)
        if value is None:
            continue
        if not _is_whole(value):
            yield Fault(path, _whole(name), example(f"{name} = {least}"))
        elif not least <= value <= most:
            yield Fault(path, _out_of_range(name, value, least, most))
        elif path in _ON_GRID and value % _STEP:
            nearest = max(least, round(value / _STEP) * _STEP)
            message = Said(
                f"“{name}” is {value}, which is off the grid of {_STEP}",
                f"«\u00a0{name}\u00a0» vaut {value}, hors de la grille de {_STEP}",
            )
            yield Fault(path, message, example(f"{name} = {nearest}"), Severity.WARNING)


def _whole(name: str) -> Said:
    return Said(
        f"“{name}” is a whole number of pixels", f"«\u00a0{name}\u00a0» est un nombre entier de pixels"
    )


def _type(values: Mapping[str, Any]) -> Iterator[Fault]:
    """Every size has a line height that neither glues its lines together nor lets them fall apart."""
    sizes, heights = (
        part if isinstance(part := values.get(name), Mapping) else {} for name in ("size", "line")
    )
    for name, size in sizes.items():
        height = heights.get(name)
        if not _is_whole(size) or size < 1:
            yield Fault(("size", name), _whole(f"size.{name}"), example("text = 16"))
        elif height is None or not _is_whole(height):
            yield Fault(("line", name), _no_height(name))
        else:
            yield from _line_height(name, size, height)


def _no_height(name: str) -> Said:
    return Said(
        f"“line.{name}” is missing: each size has its line height, in whole pixels",
        f"il manque «\u00a0line.{name}\u00a0»\u00a0: chaque corps a son interligne, en pixels entiers",
    )


def _line_height(name: str, size: int, height: int) -> Iterator[Fault]:
    least, most = ceil(size * _LINE_HEIGHT.get(name, _LEAST_LINE_HEIGHT)), size * 2
    if not least <= height <= most:
        message = Said(
            f"“line.{name}” is {height} for type of {size}; it may be {least} to {most}",
            f"«\u00a0line.{name}\u00a0» vaut {height} pour un corps de {size}; de {least} à {most} est permis",
        )
        yield Fault(("line", name), message)
