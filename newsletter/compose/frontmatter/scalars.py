"""One value of front matter: text as it was written, unless it is wholly quoted, a list or a mapping.

In: the rest of a line. Out: text, list or mapping of written values, or a fault. Called by frontmatter.tree; `quoted` by who writes values.

No YAML surprises: `Rappel : inscription`, `#`, `@`, `[NGen] News`, `ON`, `NO`, `9:00`, `0123` are text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from newsletter.model.place import Place
from newsletter.model.said import Said

Content = "str | tuple[Written, ...] | dict[str, Written]"
_ESCAPES = {"n": "\n", "t": "\t"}
_MARKS = re.compile(r"[\"'\[]|\{(?!\{)|[|>][+-]?$")  # how a value begins that is read as something else
FLOW_KEY = re.compile(r"\s*([A-Za-z_][\w.-]*)\s*:\s+(.*)", re.DOTALL)
_CLOSING = {"[": "]", "{": "}"}
_KINDS: dict[type, Said] = {
    str: Said("text", "un texte"),
    tuple: Said("a list", "une liste"),
    dict: Said("a mapping", "un groupe de lignes `nom: valeur`"),
}


@dataclass(frozen=True, slots=True)
class Written:
    """A value and where it stands."""

    content: str | tuple[Written, ...] | dict[str, Written]
    place: Place

    @property
    def kind(self) -> Said:
        """What it is, in a word for an author."""
        return _KINDS[type(self.content)]


class Fault(Exception):
    """A value that cannot be read: the sentence and the next step."""

    def __init__(self, message: Said, hint: Said) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def text(raw: str) -> str:
    """The text of a value: unquoted when it is wholly in matching quotes, else as written."""
    stripped = raw.strip(" \t")
    if stripped[:1] not in {'"', "'"}:
        return stripped
    end = _closing_quote(stripped)
    if end is None:
        raise Fault(
            Said("the opening quote is never closed", "le guillemet ouvrant n’est jamais fermé"),
            Said(
                "Close it, or put the whole value in the other kind of quotes.",
                "Fermez-le, ou mettez toute la valeur entre des guillemets de l’autre sorte.",
            ),
        )
    return _unquoted(stripped) if end == len(stripped) - 1 else stripped


def is_flow(raw: str) -> bool:
    """True when a value is wholly a YAML list or mapping: `[a, b]`, `{a: b}`; a personal field `{{ … }}` is none."""
    stripped = raw.strip(" \t")
    closing = _CLOSING.get(stripped[:1])
    if closing is None or stripped.startswith("{{"):
        return False
    return _end_of(stripped, stripped[0], closing) == len(stripped) - 1


def flow(raw: str, place: Place) -> Written:
    """A list `[a, b]` or mapping `{a: b}` written on one line."""
    stripped = raw.strip(" \t")
    parts = [part for part in split_flow(stripped[1:-1]) if part.strip()]
    if stripped[0] == "[":
        return Written(tuple(_item(part, place) for part in parts), place)
    return Written(dict(_pair(part, place) for part in parts), place)


def _item(part: str, place: Place) -> Written:
    return flow(part, place) if is_flow(part) else Written(text(part), place)


def _pair(part: str, place: Place) -> tuple[str, Written]:
    match = FLOW_KEY.fullmatch(part)
    if match is None:
        raise Fault(
            Said(
                f"“{part.strip()}” is not `name: value`",
                f"«\u00a0{part.strip()}\u00a0» n’est pas de la forme `nom: valeur`",
            ),
            Said("Write one `name: value` a line instead.", "Écrivez plutôt un `nom: valeur` par ligne."),
        )
    return match[1], _item(match[2], place)


def _closing_quote(value: str) -> int | None:
    quote, position = value[0], 1
    while position < len(value):
        if value[position] == "\\" and quote == '"':
            position += 2
        elif value[position] != quote:
            position += 1
        elif quote == "'" and value[position + 1 : position + 2] == "'":
            position += 2
        else:
            return position
    return None


def _unquoted(value: str) -> str:
    inner = value[1:-1]
    if value[0] == "'":
        return inner.replace("''", "'")
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), inner)


def _characters(value: str) -> Iterator[tuple[int, str]]:
    """The characters outside quotes, with their positions."""
    position = 0
    while position < len(value):
        before = value[:position].rstrip()
        if value[position] in "\"'" and before[-1:] in {"", "[", "{", ",", ":"}:
            length = _closing_quote(value[position:])
            position += (length or 0) + 1
        else:
            yield position, value[position]
            position += 1


def _end_of(value: str, opening: str, closing: str) -> int | None:
    depth = 0
    for position, character in _characters(value):
        depth += (character == opening) - (character == closing)
        if depth == 0:
            return position
    return None


def split_flow(value: str) -> list[str]:
    """What stands between the brackets of a flow, cut at its own commas and not at those of inner flows or quotes."""
    parts, depth, begun = [], 0, 0
    for position, character in _characters(value):
        depth += (character in "[{") - (character in "]}")
        if character == "," and depth == 0:
            parts.append(value[begun:position])
            begun = position + 1
    return [*parts, value[begun:]]


def quoted(text: str) -> str:
    """A text as a value of front matter: in quotes where it would be read as something else."""
    flat = " ".join(text.split("\n")).strip()
    if not _MARKS.match(flat):
        return flat
    return '"' + flat.replace("\\", "\\\\").replace('"', '\\"') + '"'
