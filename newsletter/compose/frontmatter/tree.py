"""The lines of front matter as a tree of written values, each with its place.

In: the lines between the two `---`. Out: values by key. Called by frontmatter.read.

A small indented language, a subset of what YAML looks like: `key: rest of the line is text`, nested mappings, `- item` lists,
`|` and `>` for several lines, `#` at the beginning of a line for a comment.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from newsletter.compose.findings import FRONT_MATTER, Findings
from newsletter.compose.frontmatter.scalars import Fault, Written, flow, is_flow, text
from newsletter.model.place import Place
from newsletter.model.said import Said

KEY = re.compile(r"([A-Za-z_][\w.-]*):(?:[ \t]+(.*))?$")
_ITEM = re.compile(r"-(?:[ \t]+(.*))?$")
BLOCK = re.compile(r"([|>])[+-]?$")
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    indent: int
    text: str


class Tree:
    """Reads one front matter. Keys in `texts` take the rest of their line as text, and nothing else."""

    def __init__(
        self, lines: list[str], first: int, file: str, texts: Collection[str], findings: Findings
    ) -> None:
        self._raw = lines
        self._first = first
        self._file = file
        self._texts = texts
        self._findings = findings
        self._lines = [line for line in map(self._line, range(len(lines))) if line]
        self._next = 0

    def read(self) -> dict[str, Written]:
        """The values by key; faults are findings, and their lines are left out."""
        values: dict[str, Written] = {}
        while (line := self._peek()) is not None:
            if line.indent:
                self._refuse(
                    line,
                    Said(
                        "this line is indented, but nothing above it can hold it",
                        "cette ligne est en retrait, mais rien au-dessus ne peut la contenir",
                    ),
                    Said("Begin it at the margin.", "Commencez-la à la marge."),
                )
                self._next += 1
                continue
            self._mapping(0, values, 0)
        return values

    def _line(self, index: int) -> _Line | None:
        raw = self._raw[index]
        content = raw.lstrip(" ")
        if not content.strip() or content.startswith("#"):
            return None
        line = _Line(self._first + index, len(raw) - len(content), content.rstrip())
        if content.startswith("\t"):
            self._refuse(
                line,
                Said("a tab stands at the beginning of this line", "cette ligne commence par une tabulation"),
                Said("Indent with spaces.", "Mettez la ligne en retrait avec des espaces."),
            )
            return None
        return line

    def _peek(self) -> _Line | None:
        return self._lines[self._next] if self._next < len(self._lines) else None

    def _refuse(self, line: _Line, message: Said, hint: Said) -> None:
        self._findings.error(FRONT_MATTER, message, self._place(line), hint=hint)

    def _place(self, line: _Line) -> Place:
        return Place(self._file, line.number, line.indent + 1)

    def _mapping(self, indent: int, values: dict[str, Written], depth: int) -> dict[str, Written]:
        while (line := self._peek()) is not None and line.indent == indent:
            self._next += 1
            match = KEY.match(line.text)
            if match is None:
                self._refuse(
                    line,
                    Said(
                        f"“{_short(line.text)}” is not `key: value`",
                        f"«\u00a0{_short(line.text)}\u00a0» n’est pas de la forme `clé: valeur`",
                    ),
                    Said(
                        "Write a key, a colon, a space, a value.",
                        "Écrivez une clé, un deux-points, une espace, une valeur.",
                    ),
                )
            elif match[1] in values:
                self._refuse(
                    line,
                    Said(
                        f"“{match[1]}” stands here a second time",
                        f"«\u00a0{match[1]}\u00a0» figure ici une deuxième fois",
                    ),
                    Said("Keep one of the two.", "Gardez l’une des deux lignes."),
                )
                self._value(match, line, depth)
            else:
                value = self._value(match, line, depth)
                if value is not None:
                    values[match[1]] = value
        return values

    def _value(self, match: re.Match[str], line: _Line, depth: int) -> Written | None:
        """The value of `key:`; what stands below it when its line holds none."""
        rest = (match[2] or "").strip(" \t")
        if BLOCK.match(rest):
            return Written(self._block(line, fold=rest[0] == ">"), self._place(line))
        if rest:
            return self._scalar(rest, line, one_text=line.indent == 0 and match[1] in self._texts)
        return self._below(line, depth)

    def _scalar(self, rest: str, line: _Line, *, one_text: bool) -> Written | None:
        place = self._place(line)
        try:
            if not is_flow(rest):
                return Written(text(rest), place)
            if one_text:
                raise Fault(
                    Said(
                        "this key takes a text, not a list or a mapping",
                        "cette clé attend un texte, et non une liste ou un groupe de lignes `nom: valeur`",
                    ),
                    Said('Put the text in quotes: "[…]".', 'Mettez le texte entre guillemets\u00a0: "[…]".'),
                )
            return flow(rest, place)
        except Fault as fault:
            self._refuse(line, fault.message, fault.hint)
            return None

    def _below(self, line: _Line, depth: int) -> Written | None:
        following = self._peek()
        listed = following is not None and bool(_ITEM.match(following.text))
        deeper = following is not None and (
            following.indent > line.indent or (listed and following.indent == line.indent)
        )
        if following is None or not deeper:
            return Written("", self._place(line))
        if depth >= _DEEPEST:
            self._refuse(
                following,
                Said("this is nested too deep", "ceci est imbriqué trop profondément"),
                Said(f"At most {_DEEPEST} levels.", f"Au plus {_DEEPEST} niveaux."),
            )
            self._skip(following.indent)
            return None
        place = self._place(line)
        if listed:
            return Written(self._list(following.indent, depth + 1), place)
        return Written(self._mapping(following.indent, {}, depth + 1), place)

    def _skip(self, indent: int) -> None:
        while (line := self._peek()) is not None and line.indent >= indent:
            self._next += 1

    def _list(self, indent: int, depth: int) -> tuple[Written, ...]:
        items: list[Written] = []
        while (line := self._peek()) is not None and line.indent == indent:
            match = _ITEM.match(line.text)
            if match is None:
                break
            value = self._entry((match[1] or "").strip(), line, depth)
            if value is not None:
                items.append(value)
        return tuple(items)

    def _entry(self, rest: str, line: _Line, depth: int) -> Written | None:
        """One `- item`: a text, or a mapping whose first key stands behind the dash."""
        if not KEY.match(rest) or depth >= _DEEPEST:
            self._next += 1
            return self._scalar(rest, line, one_text=False) if rest else self._below(line, depth)
        inner = line.indent + len(line.text) - len(line.text[1:].lstrip())
        self._lines[self._next] = _Line(line.number, inner, rest)
        return Written(self._mapping(inner, {}, depth + 1), self._place(line))

    def _block(self, line: _Line, *, fold: bool) -> str:
        """The lines below that are indented deeper, comments and empty lines included."""
        start = line.number - self._first + 1
        end = start
        while end < len(self._raw) and (not self._raw[end].strip() or _indent(self._raw[end]) > line.indent):
            end += 1
        while (following := self._peek()) is not None and following.number < self._first + end:
            self._next += 1
        return _joined(self._raw[start:end], fold=fold)


def _indent(raw: str) -> int:
    return len(raw) - len(raw.lstrip(" "))


def _joined(lines: list[str], *, fold: bool) -> str:
    margin = min((_indent(line) for line in lines if line.strip()), default=0)
    cut = "\n".join(line[margin:].rstrip() for line in lines).strip("\n")
    return re.sub(r"(?<!\n)\n(?!\n)", " ", cut) if fold else cut


def _short(line: str) -> str:
    return line if len(line) <= 40 else line[:39] + "…"
