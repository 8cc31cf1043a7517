"""TOML files of the workspace: read, with the line of every key.

In: a file's path. Out: tables that know where each key stands. Called by app (newsletter.toml) and segments.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from newsletter.model.errors import ConfigurationError
from newsletter.model.place import Place
from newsletter.model.said import NBSP, Said
from newsletter.model.toml_words import TomlFault, explain
from newsletter.workspace.paths import SETTINGS_FILE
from newsletter.workspace.texts import read_text

_HEADER = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]\s*(?:#.*)?")
_KEY = re.compile(r"\s*([A-Za-z0-9_.\"' -]+?)\s*=")
_FORM = Said(
    'A line is `key = "text"`; a table begins with `[name]`.',
    'Une ligne s’écrit `clé = "texte"`; une table commence par `[nom]`.',
)
_NAMED = re.compile(r"[{,]\s*([A-Za-z0-9_-]+)\s*=")


class Tables(dict[str, object]):
    """The tables of a TOML file. `place(path)` says where a dotted key stands."""

    def __init__(self, content: Mapping[str, object], name: str, lines: Mapping[str, int]) -> None:
        super().__init__(content)
        self.name = name
        self.lines = lines

    def place(self, path: str) -> Place:
        """The line of a key, else of the nearest table around it, else the file."""
        while path:
            if path in self.lines:
                return Place(self.name, self.lines[path])
            path = path.rpartition(".")[0]
        return Place(self.name)


def read_configuration(root: Path) -> Tables:
    """newsletter.toml. Raises ConfigurationError with the line of a mistake in its form."""
    return read_tables(root, root / SETTINGS_FILE)


def read_tables(root: Path, path: Path) -> Tables:
    """A TOML file of the workspace. Raises ConfigurationError, or AuthorError when it is no text at all."""
    text = read_text(root, path)
    name = path.relative_to(root).as_posix()
    try:
        content = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError: also a number of 5,000 digits
        fault = explain(error)
        message = Said(
            f"is not well-formed: {fault.reason.en}", f"le fichier est mal formé{NBSP}: {fault.reason.fr}"
        )
        place = _place(name, fault, text)
        raise ConfigurationError(message, code="toml-form", place=place, hint=_FORM) from None
    return Tables(content, name, _lines(text))


def _place(name: str, fault: TomlFault, text: str) -> Place:
    if fault.line is None:
        return Place(name, text.count("\n") + 1)
    return Place(name, fault.line, fault.column) if fault.line else Place(name)


def _lines(text: str) -> dict[str, int]:
    """Line of every dotted key, read roughly: good enough to point at, the values come from tomllib."""
    found: dict[str, int] = {}
    table, quote = "", ""
    for number, line in enumerate(text.split("\n"), start=1):
        if quote:  # within a text of several lines
            quote = "" if quote in line else quote
            continue
        header, key = _HEADER.fullmatch(line), _KEY.match(line)
        if header:
            table = _dotted(header.group(1))
            found.setdefault(table, number)
        elif key:
            path = f"{table}.{_dotted(key.group(1))}".lstrip(".")
            found.setdefault(path, number)
            for inner in _NAMED.findall(line[key.end() :]):
                found.setdefault(f"{path}.{inner}", number)
        quote = next((mark for mark in ('"""', "'''") if line.count(mark) % 2), "")
    return found


def _dotted(key: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in key.split("."))
