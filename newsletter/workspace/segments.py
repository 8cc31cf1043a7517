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
from newsletter.workspace.configuration import Tables, read_tables

SEGMENTS_FILE = "segments.toml"
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_KEYS = ("where", "label")


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
    if not NAME.fullmatch(name) or name == "everyone":
        hint = "Use small letters, digits, hyphens; `everyone` is built in."
        raise ConfigurationError(
            f"{name!r} cannot be the name of a segment", code="segment-name", place=place, hint=hint
        )
    if not isinstance(table, Mapping):
        hint = f'Write [{name}] on its own line, then where = "…".'
        raise ConfigurationError(f"{name} is no table", code="segment-form", place=place, hint=hint)
    for key, value in table.items():
        _check(tables, f"{name}.{key}", key, value)
    if "where" not in table:
        hint = "Add a line such as where = \"province == 'ON'\"."
        raise ConfigurationError(f"{name} has no `where`", code="segment-form", place=place, hint=hint)
    return SegmentText(name, str(table["where"]), str(table.get("label", "")), tables.place(f"{name}.where"))


def _check(tables: Tables, path: str, key: str, value: object) -> None:
    if key not in _KEYS:
        near = get_close_matches(key, _KEYS, n=1)
        hint = f"Did you mean {near[0]}?" if near else "A segment has `where` and, if you like, `label`."
        raise ConfigurationError(
            f"{path} is not a key that is known here",
            code="segment-form",
            place=tables.place(path),
            hint=hint,
        )
    if not isinstance(value, str):
        raise ConfigurationError(
            f"{path} must be a text in quotes", code="segment-form", place=tables.place(path)
        )
