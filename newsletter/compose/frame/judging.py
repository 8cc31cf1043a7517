"""The theme judged: names that nobody asks for or that are missing, measures out of range, colours that cannot be read.

In: theme.toml, its values, the templates. Out: findings with the line. Called by frame.context.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import product
from typing import Any, NamedTuple

from newsletter.compose.findings import THEME, Findings, near
from newsletter.compose.frame.toml_lines import Path, line_of, lines
from newsletter.model.colour import IS_SEEN, READS, contrast, is_colour
from newsletter.model.finding import Severity
from newsletter.model.place import Place

FILE = "theme.toml"
MODES = ("light", "dark")
#: every pair of colours that meets in a mail: a voice on a ground
PAIRS = (*product(("text", "quiet", "accent", "festive"), ("page", "card", "tint")), ("on_accent", "accent"))
#: whole numbers and their range, in CSS pixels. Below 600 a line is short on a desk, above 640 Outlook and Gmail cut it.
RANGES: dict[Path, tuple[int, int]] = {
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
_COLOURS = ("page", "card", "tint", "text", "quiet", "accent", "on_accent", "festive", "hairline")
_SIZES = ("small", "text", "lead", "section", "story", "title")
KNOWN: frozenset[Path] = frozenset(
    {*RANGES, *product(MODES, _COLOURS), *product(("size", "line"), _SIZES)}
    | set(product(("fonts",), ("heading", "body", "outlook_heading", "outlook_body")))
)
_GENERIC = ("serif", "sans-serif", "monospace", "system-ui")
_ASKED = re.compile(r"\btheme((?:\.[a-z_][a-z0-9_]*)+)(?!\w*\()(\s+is\s|\s*\|\s*default)?", re.IGNORECASE)
_REMARK = re.compile(r"\{#.*?#\}|/\*.*?\*/|<!--(?!\[if).*?-->", re.DOTALL)
_LINE_HEIGHT = {"text": 1.5}
_LEAST_LINE_HEIGHT = 1.15


class Fault(NamedTuple):
    """One remark on the theme, before it has a line."""

    path: Path
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR


def judge_theme(
    text: str, values: Mapping[str, Any], templates: Mapping[str, str], findings: Findings
) -> None:
    """Add a finding for each fault of theme.toml, at its line."""
    where = lines(text)
    for fault in (*_names(values, _asked(templates)), *_faults(values)):
        add = findings.error if fault.severity is Severity.ERROR else findings.warning
        add(THEME, fault.message, Place(f"templates/{FILE}", line_of(fault.path, where)), hint=fault.hint)


def _faults(values: Mapping[str, Any]) -> Iterator[Fault]:
    yield from _measures(values)
    yield from _type(values)
    for mode in MODES:
        palette = values.get(mode)
        if isinstance(palette, Mapping):
            yield from _palette(mode, palette)
    yield from _fonts(values.get("fonts"))


# --- names ---


def _asked(templates: Mapping[str, str]) -> dict[Path, Place]:
    """What templates ask of the theme, and where first. What is asked with `is defined` or a default may be missing."""
    found: dict[Path, Place] = {}
    for name in sorted(templates):
        if not name.endswith(".toml"):
            for path, line in _asked_in(templates[name]):
                found.setdefault(path, Place(f"templates/{name}", line))
    return found


@lru_cache(maxsize=512)
def _asked_in(source: str) -> tuple[tuple[Path, int], ...]:
    bare = _REMARK.sub(lambda remark: re.sub(r"[^\n]", " ", remark[0]), source)
    matches = (match for match in _ASKED.finditer(bare) if not match[2])
    return tuple(
        (tuple(match[1][1:].split(".")), bare.count("\n", 0, match.start()) + 1) for match in matches
    )


def _names(values: Mapping[str, Any], asked: Mapping[Path, Place]) -> Iterator[Fault]:
    present = dict(_leaves(values))
    known = KNOWN | asked.keys()
    for path in present:
        if not any(path[: len(name)] == name for name in known):
            missing = [name[-1] for name in known if name[:-1] == path[:-1] and name not in present]
            hint = near(path[-1], missing) or near(
                path[-1], [name[-1] for name in known if name[:-1] == path[:-1]]
            )
            yield Fault(path, f"no template asks for “{'.'.join(path)}”", hint, Severity.WARNING)
    for path, place in asked.items():
        if not any(name[: len(path)] == path for name in present):
            strangers = [name[-1] for name in present if name[:-1] == path[:-1] and name not in known]
            hint = near(path[-1], strangers)
            yield Fault(path, f"“{'.'.join(path)}” is missing; {place} asks for it", hint)


def _leaves(values: Mapping[str, Any], above: Path = ()) -> Iterator[tuple[Path, Any]]:
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, (*above, key))
        else:
            yield (*above, key), value


# --- measures and type ---


def _value(values: Mapping[str, Any], path: Path) -> Any:
    found: Any = values
    for part in path:
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _measures(values: Mapping[str, Any]) -> Iterator[Fault]:
    for path, (least, most) in RANGES.items():
        value, name = _value(values, path), ".".join(path)
        if value is None:
            continue
        if not _is_whole(value):
            yield Fault(path, f"“{name}” is a whole number of pixels", f"{name} = {least}")
        elif not least <= value <= most:
            yield Fault(path, f"“{name}” is {value:,}; it may be {least} to {most}")
        elif path in _ON_GRID and value % _STEP:
            nearest = max(least, round(value / _STEP) * _STEP)
            hint = f"{name} = {nearest}"
            yield Fault(path, f"“{name}” is {value}, which is off the grid", hint, Severity.WARNING)


def _type(values: Mapping[str, Any]) -> Iterator[Fault]:
    """Every size has a line height that neither glues its lines together nor lets them fall apart."""
    sizes, heights = (
        part if isinstance(part := values.get(name), Mapping) else {} for name in ("size", "line")
    )
    for name, size in sizes.items():
        height = heights.get(name)
        if not _is_whole(size) or size < 1:
            yield Fault(("size", name), f"“size.{name}” is a whole number of pixels", "text = 16")
        elif height is None or not _is_whole(height):
            yield Fault(
                ("line", name), f"“line.{name}” is missing: each size has its line height, in whole pixels"
            )
        elif not size * _LINE_HEIGHT.get(name, _LEAST_LINE_HEIGHT) <= height <= size * 2:
            least = -int(-size * _LINE_HEIGHT.get(name, _LEAST_LINE_HEIGHT) // 1)
            message = f"“line.{name}” is {height} for type of {size}; it may be {least} to {size * 2}"
            yield Fault(("line", name), message)


# --- colours and fonts ---


def _palette(mode: str, palette: Mapping[str, Any]) -> Iterator[Fault]:
    for name, colour in palette.items():
        if not is_colour(colour):
            yield Fault((mode, name), f"“{mode}.{name}” is no colour", 'Write it as "#0B5D5B".')
    for voice, ground in PAIRS:
        one, other = palette.get(voice), palette.get(ground)
        if is_colour(one) and is_colour(other):
            yield from _pair(mode, voice, ground, contrast(str(one), str(other)))


def _pair(mode: str, voice: str, ground: str, ratio: float) -> Iterator[Fault]:
    if ratio < READS:
        shown = int(ratio * 100) / 100  # never rounded up to what is asked
        message = f"{mode}: “{voice}” on “{ground}” has a contrast of {shown}; text needs {READS}"
        darker = "darker" if (mode == "light") is not (voice == "on_accent") else "lighter"
        severity = Severity.ERROR if ratio < IS_SEEN else Severity.WARNING
        yield Fault((mode, voice), message, f"Make “{voice}” {darker}, or the ground less so.", severity)


def _fonts(fonts: object) -> Iterator[Fault]:
    for name, stack in fonts.items() if isinstance(fonts, Mapping) else ():
        path = ("fonts", name)
        if not isinstance(stack, str) or set(stack) & set("\"'\\;{}<>"):
            yield Fault(
                path,
                f"“fonts.{name}” holds a sign that would end a style",
                "Write names without quotation marks.",
            )
            continue
        families = [part.strip().lower() for part in stack.split(",")]
        if families[-1] not in _GENERIC:
            hint = f"End it with one of: {', '.join(_GENERIC)}."
            yield Fault(path, f"“fonts.{name}” ends with no family that every reader has", hint)
        if any(part.startswith("times") for part in families):
            yield Fault(
                path,
                f"“fonts.{name}” names Times, what readers see when a mail has no type at all",
                "Georgia is everywhere.",
                Severity.WARNING,
            )
