"""segments.toml: the segments by name, as written; `audience` reads the expressions.

In: the workspace's root. Out: names with expression, label and line. Called by pipeline.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from newsletter.model.errors import ConfigurationError
from newsletter.model.place import Place
from newsletter.model.said import Said, quoted
from newsletter.workspace.configuration import Tables, read_tables

SEGMENTS_FILE = "segments.toml"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_KEYS = ("where", "label")
_NAMES = Said(
    "Use small letters, digits, hyphens; `everyone` is built in.",
    "Employez des minuscules, des chiffres et des traits d’union; `everyone` existe déjà.",
)
_PARTS = Said(
    "A segment has `where` and, if you like, `label`.",
    "Un segment a `where` et, si vous le voulez, `label`.",
)


@dataclass(frozen=True, slots=True)
class SegmentText:
    """One segment as written. `place` is that of its expression."""

    name: str
    where: str
    label: str
    place: Place


def read_segments(root: Path) -> dict[str, SegmentText]:
    """Every segment of segments.toml, in its order; none when there is no such file. Raises ConfigurationError with the line."""
    path = root / SEGMENTS_FILE
    if not path.exists():
        return {}
    tables = read_tables(root, path)
    return {name: _segment(tables, name, table) for name, table in tables.items()}


def _segment(tables: Tables, name: str, table: object) -> SegmentText:
    place = tables.place(name)
    if not _NAME.fullmatch(name) or name == "everyone":
        shown = quoted(name)
        message = Said(
            f"{shown.en} cannot be the name of a segment", f"{shown.fr} ne peut être le nom d’un segment"
        )
        raise ConfigurationError(message, code="segment-name", place=place, hint=_NAMES)
    if not isinstance(table, Mapping):
        hint = Said(
            f'Write [{name}] on its own line, then where = "…".',
            f'Écrivez [{name}] seul sur une ligne, puis where = "…".',
        )
        message = Said(f"{name} is no table", f"{name} n’est pas une table")
        raise ConfigurationError(message, code="segment-form", place=place, hint=hint)
    for key, value in table.items():
        _check(tables, f"{name}.{key}", key, value)
    if "where" not in table:
        example = "where = \"province == 'ON'\"."
        hint = Said(f"Add a line such as {example}", f"Ajoutez une ligne comme {example}")
        message = Said(f"{name} has no `where`", f"{name} n’a pas de `where`")
        raise ConfigurationError(message, code="segment-form", place=place, hint=hint)
    return SegmentText(name, str(table["where"]), str(table.get("label", "")), tables.place(f"{name}.where"))


def _check(tables: Tables, path: str, key: str, value: object) -> None:
    if key not in _KEYS:
        near = get_close_matches(key, _KEYS, n=1)
        hint = Said(f"Did you mean {near[0]}?", f"Vouliez-vous dire {near[0]}?") if near else _PARTS
        message = Said(f"{path} is not a key that is known here", f"{path} n’est pas une clé connue ici")
        raise ConfigurationError(message, code="segment-form", place=tables.place(path), hint=hint)
    if not isinstance(value, str):
        message = Said(f"{path} must be a text in quotes", f"{path} doit être un texte entre guillemets")
        raise ConfigurationError(message, code="segment-form", place=tables.place(path))
