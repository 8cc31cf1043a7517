"""Names of the theme: those that no template asks for, and those that one asks for in vain.

In: the values of theme.toml, the templates. Out: faults. Called by frame.judging.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from newsletter.compose.frame.theme_faults import Fault
from newsletter.compose.frame.toml_lines import Path
from newsletter.model.finding import Severity
from newsletter.model.place import Place
from newsletter.model.said import NOTHING, Said

_MOST: Final = 200  # names that are judged: a theme has fifty, a hostile file could have any number
_ASKED = re.compile(r"\btheme((?:\.[a-z_][a-z0-9_]*)+)(?!\w*\()(\s+is\s|\s*\|\s*default)?", re.IGNORECASE)
_REMARK = re.compile(r"\{#.*?#\}|/\*.*?\*/|<!--(?!\[if).*?-->", re.DOTALL)


def name_faults(
    values: Mapping[str, Any], templates: Mapping[str, str], known: frozenset[Path]
) -> Iterator[Fault]:
    """Names that are neither known nor asked for, and names that are asked for and missing."""
    asked = _asked(templates)
    present = list(islice(_leaves(values), _MOST))
    known = known.union(asked)
    yield from _strangers(present, known)
    strangers = [path for path in present if path not in known]
    for path, place in asked.items():
        if not any(name[: len(path)] == path for name in present):
            yield _missing(path, place, strangers)


def _strangers(present: list[Path], known: frozenset[Path]) -> Iterator[Fault]:
    for path in present:
        if not any(path[: len(name)] == name for name in known):
            beside = [name for name in known if name[:-1] == path[:-1]]
            meant = _near(path, [name for name in beside if name not in present]) or _near(path, beside)
            hint = Said(f"Did you mean “{meant}”?", f"Vouliez-vous dire «\u00a0{meant}\u00a0»?")
            name = ".".join(path)
            message = Said(f"no template asks for “{name}”", f"aucun gabarit ne demande «\u00a0{name}\u00a0»")
            yield Fault(path, message, hint if meant else NOTHING, Severity.WARNING)


def _missing(path: Path, place: Place, strangers: list[Path]) -> Fault:
    name, other = ".".join(path), _near(path, [own for own in strangers if own[:-1] == path[:-1]])
    hint = Said(f"Did you write “{other}” for it?", f"L’auriez-vous écrit «\u00a0{other}\u00a0»?")
    message = Said(
        f"“{name}” is missing; {place} asks for it",
        f"il manque «\u00a0{name}\u00a0», que demande {place}",
    )
    return Fault(path, message, hint if other else NOTHING)


def _near(path: Path, others: Iterable[Path]) -> str:
    found = get_close_matches(path[-1], sorted(name[-1] for name in others), n=1)
    return found[0] if found else ""


def _leaves(values: Mapping[str, Any], above: Path = ()) -> Iterator[Path]:
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, (*above, key))
        else:
            yield (*above, key)


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
