"""The theme judged: names that nobody asks for or that are missing, measures out of range, colours that cannot be read.

In: theme.toml, its values, the templates. Out: findings with the line. Called by frame.context.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from itertools import product
from math import ceil
from typing import Any, NamedTuple

from newsletter.compose.findings import THEME, Findings
from newsletter.compose.frame.toml_lines import Path, line_of, lines
from newsletter.model.colour import IS_SEEN, READS, contrast, is_colour
from newsletter.model.finding import Severity
from newsletter.model.place import Place
from newsletter.model.said import NOTHING, Said

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
    message: Said
    hint: Said = NOTHING
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
    present = {path for path, _value in _leaves(values)}
    known = KNOWN | asked.keys()
    for path in present:
        if not any(path[: len(name)] == name for name in known):
            beside = [name for name in known if name[:-1] == path[:-1]]
            meant = _near(path, [name for name in beside if name not in present]) or _near(path, beside)
            hint = (
                Said(f"Did you mean “{meant}”?", f"Vouliez-vous dire «\u00a0{meant}\u00a0»?")
                if meant
                else NOTHING
            )
            name = ".".join(path)
            message = Said(f"no template asks for “{name}”", f"aucun gabarit ne demande «\u00a0{name}\u00a0»")
            yield Fault(path, message, hint, Severity.WARNING)
    for path, place in asked.items():
        if not any(name[: len(path)] == path for name in present):
            name, other = (
                ".".join(path),
                _near(path, [own for own in present - known if own[:-1] == path[:-1]]),
            )
            hint = (
                Said(f"Did you write “{other}” for it?", f"L’auriez-vous écrit «\u00a0{other}\u00a0»?")
                if other
                else NOTHING
            )
            message = Said(
                f"“{name}” is missing; {place} asks for it",
                f"il manque «\u00a0{name}\u00a0», que demande {place}",
            )
            yield Fault(path, message, hint)


def _near(path: Path, others: Iterable[Path]) -> str:
    found = get_close_matches(path[-1], sorted(name[-1] for name in others), n=1)
    return found[0] if found else ""


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
            yield Fault(path, _whole(name), _example(f"{name} = {least}"))
        elif not least <= value <= most:
            message = Said(
                f"“{name}” is {value}; it may be {least} to {most}",
                f"«\u00a0{name}\u00a0» vaut {value}; de {least} à {most} est permis",
            )
            yield Fault(path, message)
        elif path in _ON_GRID and value % _STEP:
            nearest = max(least, round(value / _STEP) * _STEP)
            message = Said(
                f"“{name}” is {value}, which is off the grid of {_STEP}",
                f"«\u00a0{name}\u00a0» vaut {value}, hors de la grille de {_STEP}",
            )
            yield Fault(path, message, _example(f"{name} = {nearest}"), Severity.WARNING)


def _whole(name: str) -> Said:
    return Said(
        f"“{name}” is a whole number of pixels", f"«\u00a0{name}\u00a0» est un nombre entier de pixels"
    )


def _example(written: str) -> Said:
    return Said(f"For example: {written}", f"Par exemple\u00a0: {written}")


def _type(values: Mapping[str, Any]) -> Iterator[Fault]:
    """Every size has a line height that neither glues its lines together nor lets them fall apart."""
    sizes, heights = (
        part if isinstance(part := values.get(name), Mapping) else {} for name in ("size", "line")
    )
    for name, size in sizes.items():
        height = heights.get(name)
        if not _is_whole(size) or size < 1:
            yield Fault(("size", name), _whole(f"size.{name}"), _example("text = 16"))
        elif not _is_whole(height):
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


# --- colours and fonts ---


def _palette(mode: str, palette: Mapping[str, Any]) -> Iterator[Fault]:
    for name, colour in palette.items():
        if not is_colour(colour):
            message = Said(
                f"“{mode}.{name}” is no colour", f"«\u00a0{mode}.{name}\u00a0» n’est pas une couleur"
            )
            yield Fault((mode, name), message, _example(f'{name} = "#0B5D5B"'))
    for voice, ground in PAIRS:
        one, other = palette.get(voice), palette.get(ground)
        if is_colour(one) and is_colour(other) and contrast(str(one), str(other)) < READS:
            yield _pair(mode, voice, ground, contrast(str(one), str(other)))


def _pair(mode: str, voice: str, ground: str, ratio: float) -> Fault:
    shown = int(ratio * 100) / 100  # never rounded up to what is asked
    message = Said(
        f"{mode}: “{voice}” on “{ground}” has a contrast of {shown}; text needs {READS}",
        f"{mode}\u00a0: le contraste de «\u00a0{voice}\u00a0» sur «\u00a0{ground}\u00a0» est de {shown}; il faut {READS} pour du texte".replace(
            ".", ","
        ),
    )
    darker = (mode == "light") is not (voice == "on_accent")
    hint = Said(
        f"Make “{voice}” {'darker' if darker else 'lighter'}, or change “{ground}”.",
        f"Rendez «\u00a0{voice}\u00a0» plus {'foncé' if darker else 'clair'}, ou changez «\u00a0{ground}\u00a0».",
    )
    return Fault((mode, voice), message, hint, Severity.ERROR if ratio < IS_SEEN else Severity.WARNING)


def _fonts(fonts: object) -> Iterator[Fault]:
    for name, stack in fonts.items() if isinstance(fonts, Mapping) else ():
        for message, hint, severity in _stack(f"fonts.{name}", stack):
            yield Fault(("fonts", name), message, hint, severity)


def _stack(name: str, stack: object) -> Iterator[tuple[Said, Said, Severity]]:
    if not isinstance(stack, str) or set(stack) & set("\"'\\;{}<>"):
        message = Said(
            f"“{name}” holds a sign that would end a style",
            f"«\u00a0{name}\u00a0» contient un signe qui fermerait un style",
        )
        hint = Said("Write names without quotation marks.", "Écrivez les noms sans guillemets.")
        yield message, hint, Severity.ERROR
        return
    families = [part.strip().lower() for part in stack.split(",")]
    if families[-1] not in _GENERIC:
        message = Said(
            f"“{name}” ends with no family that every reader has",
            f"«\u00a0{name}\u00a0» ne finit pas par une famille que tout le monde possède",
        )
        kinds = ", ".join(_GENERIC)
        yield (
            message,
            Said(f"End it with one of: {kinds}.", f"Terminez par l’une de celles-ci\u00a0: {kinds}."),
            Severity.ERROR,
        )
    if any(part.startswith("times") for part in families):
        message = Said(
            f"“{name}” names Times, which is what a mail without any type looks like",
            f"«\u00a0{name}\u00a0» nomme Times, l’allure d’un courriel sans typographie",
        )
        yield message, Said("Georgia is everywhere.", "Georgia est partout."), Severity.WARNING
