"""What the reader of TOML says of a file, in both languages, and where.

In: the error of `tomllib`. Out: a sentence, line and column. Called by workspace.configuration, compose.frame.theme, compose.sponsors.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from newsletter.model.said import NBSP, Said

_AT: Final = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)")
_KNOWN: Final = (
    (r"Invalid value", "cette valeur ne se lit pas"),
    (r"Invalid statement", "cette ligne n’est ni une clé ni une table"),
    (r"Expected '=' after a key in a key/value pair", f"après une clé, il faut un signe «{NBSP}={NBSP}»"),
    (r"Expected newline or end of document after a statement", "il faut aller à la ligne ici"),
    (r"Expected (?:'\]'|'\]\]') at the end of (?:a table|an array) declaration", "la table n’a pas de crochet fermant"),
    (r"Cannot overwrite a value", "cette clé a déjà une valeur"),
    (r"Cannot declare \((.+)\) twice", f"«{NBSP}{{0}}{NBSP}» est déclaré deux fois"),
    (r"Cannot (?:mutate|redefine|overwrite) (?:immutable )?namespace \((.+)\)", f"«{NBSP}{{0}}{NBSP}» est déclaré deux fois"),
    (r"Cannot mutate immutable namespace (.+)", f"«{NBSP}{{0}}{NBSP}» est déclaré deux fois"),
    (r"Duplicate inline table key '?(.+?)'?", f"la clé «{NBSP}{{0}}{NBSP}» s’y trouve deux fois"),
    (r"Unclosed array", "la liste n’a pas de crochet fermant"),
    (r"Unclosed inline table", "la table n’a pas d’accolade fermante"),
    (r"Unterminated string", "le guillemet n’est jamais fermé"),
    (r"Expected \"'''\"|Expected '\"\"\"'", "les trois guillemets ne sont jamais fermés"),
    (r"Expected \"'\"|Expected '\"'", "le guillemet n’est jamais fermé"),
    (r"Unescaped '\\' in a string", "dans un texte, la barre oblique inverse s’écrit deux fois (\\\\)"),
    (r"Illegal character (.+)", "le caractère {0} n’a pas sa place ici"),
    (r"Found invalid character (.+)", "le caractère {0} n’a pas sa place ici"),
    (r"Invalid hex value", "ce code de caractère n’est pas en chiffres hexadécimaux"),
    (r"Escaped character is not a Unicode scalar value", "ce code ne désigne aucun caractère"),
    (r"Invalid date or datetime", "cette date n’existe pas"),
    (r"Invalid initial character for a key part", "une clé ne peut pas commencer ainsi"),
    (r"TOML parser exceeded .*|.*recursion.*", "les tables sont imbriquées trop profondément"),
    (r"Exceeds the limit .*", "ce nombre est trop long"),
)  # fmt: skip
_OTHER: Final = "cette ligne ne se lit pas"


class TomlFault(NamedTuple):
    """What is wrong, as it may follow a colon. `line` is None at the end of the file; both are 0 where nothing is known."""

    reason: Said
    line: int | None
    column: int


def explain(error: Exception) -> TomlFault:
    """An error of `tomllib.loads` (TOMLDecodeError; ValueError for a number of thousands of digits; RecursionError)."""
    text = str(error)
    where = _AT.search(text)
    english = _AT.sub("", text).strip()
    said = Said(english, _french(english))
    if where is None:
        return TomlFault(said, 0, 0)
    return TomlFault(said, int(where[1]) if where[1] else None, int(where[2] or 0))


def _french(english: str) -> str:
    for pattern, french in _KNOWN:
        found = re.fullmatch(pattern, english)
        if found:
            return french.format(*(group.strip("(),'\"").replace("', '", ".") for group in found.groups()))
    return _OTHER
