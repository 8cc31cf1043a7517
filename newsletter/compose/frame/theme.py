"""theme.toml and words.toml, as tables for templates.

In: TOML texts. Out: tables, or findings with the line. Called by frame.context.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from newsletter.compose.findings import LIMIT, TEMPLATE, Findings
from newsletter.compose.frame.environment import ROOT, running_place
from newsletter.compose.frame.values import Table
from newsletter.model.place import Place
from newsletter.model.said import Said
from newsletter.model.toml_words import explain

_DEEPEST = 8


def read_toml(name: str, templates: Mapping[str, str], findings: Findings) -> dict[str, Any]:
    """The values of a TOML file; empty when there is none."""
    try:
        values = tomllib.loads(templates.get(name, ""))
    except RecursionError:
        values, depth = {}, _DEEPEST + 1
    except tomllib.TOMLDecodeError as error:
        fault = explain(error)
        place = Place(ROOT + name, fault.line or _last_line(templates[name]), fault.column)
        findings.error(TEMPLATE, _not_toml(fault.reason), place)
        return {}
    except ValueError:  # a number of more digits than Python reads
        values, depth = {}, _DEEPEST + 1
    else:
        depth = _depth(values)
    if depth > _DEEPEST:
        findings.error(
            LIMIT,
            Said(
                f"tables lie more than {_DEEPEST} deep in one another, or a number is too long",
                f"des tables sont imbriquées sur plus de {_DEEPEST} niveaux, ou un nombre est trop long",
            ),
            Place(ROOT + name, 1),
        )
        return {}
    return values


def _not_toml(reason: Said) -> Said:
    return Said(f"this is not TOML: {reason.en}", f"ceci n’est pas du TOML\u00a0: {reason.fr}")


def _depth(values: Mapping[str, Any]) -> int:
    """How deep tables lie in one another, reckoned without going down the stack; no more than one beyond what is borne."""
    level: list[Mapping[str, Any]] = [values]
    depth = 0
    while level and depth <= _DEEPEST:
        depth += 1
        level = [value for held in level for value in held.values() if isinstance(value, Mapping)]
    return depth


def _last_line(text: str) -> int:
    return text.rstrip("\n").count("\n") + 1


def table(name: str, values: Mapping[str, Any]) -> Table:
    """Nested mappings as tables that know their names."""
    return Table(
        name,
        {
            key: table(f"{name}.{key}", value) if isinstance(value, Mapping) else value
            for key, value in values.items()
        },
    )


class Words(Table):
    """The words of a language. A missing one is a finding, and shows its own key."""

    def __init__(self, language: str, values: Mapping[str, Any], findings: Findings) -> None:
        super().__init__(f"words.toml [{language}]", values)
        self._language = language
        self._findings = findings

    def __getitem__(self, key: str) -> Any:
        if key in self._values:
            return self._values[key]
        hint = Said(
            f"Add it to [{self._language}] in {ROOT}words.toml.",
            f"Ajoutez-le à [{self._language}] dans {ROOT}words.toml.",
        )
        self._findings.error(
            TEMPLATE, self.complaint(key), running_place(), hint=hint, language=self._language
        )
        return key

    def __contains__(self, key: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)
