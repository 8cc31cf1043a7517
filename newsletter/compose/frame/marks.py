"""Line marks: where each piece of a rendered template came from.

In: a template's source. Out: the source with marks that no reader and no parser sees, and the way back. Called by
frame.environment (setting) and mjml.parse (taking out).

A mark is made of Unicode's noncharacters, which no text may hold (request.cleaned removes them). It stands before every tag, and
after every expression inside a tag (in CSS, before every line and after every expression): enough for a line and a column of any element and attribute, whatever Jinja wrote between.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from jinja2 import Environment

from newsletter.model.place import Place

_BEGIN, _END = "\ufdee", "\ufdef"
_DIGITS = "\ufdd0\ufdd1\ufdd2\ufdd3\ufdd4\ufdd5\ufdd6\ufdd7\ufdd8\ufdd9"
_ENCODE = str.maketrans("0123456789", _DIGITS)
_DECODE = str.maketrans(_DIGITS, "0123456789")
_MARK = re.compile(f"{_BEGIN}([{_DIGITS}]+)\ufdda([{_DIGITS}]+)\ufdda([{_DIGITS}]+){_END}")
_TAG = re.compile(r"<(?=[A-Za-z/!])|[<>]")
_LINE = re.compile(r"(?m)^(?=.)")


def _mark(file: int, line: int, column: int) -> str:
    numbers = "\ufdda".join(str(number).translate(_ENCODE) for number in (file, line, column))
    return f"{_BEGIN}{numbers}{_END}"


def marked(environment: Environment, source: str, name: str, file: int) -> str:
    """A template's source with marks in its text. `file` is the number by which the file is found again."""
    return "".join(_Marker(source, file, lines=name.endswith(".css")).pieces(environment, name))


@dataclass(slots=True)
class _Marker:
    source: str
    file: int
    lines: bool = False  #: of CSS, each line is marked: it has no tags
    position: int = 0
    in_tag: bool = False
    breaks: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.breaks = [offset for offset, character in enumerate(self.source) if character == "\n"]

    def pieces(self, environment: Environment, name: str) -> Iterator[str]:
        for _line, kind, text in environment.lexer.tokeniter(self.source, name):
            begin = self.source.index(text, self.position)
            yield self.source[self.position : begin]
            yield self._data(text, begin) if kind == "data" else text
            self.position = begin + len(text)
        yield self.source[self.position :]

    def _data(self, text: str, begin: int) -> str:
        if self.lines:
            return _LINE.sub(lambda match: self._at(begin + match.start()), text)
        out = [self._at(begin)] if self.in_tag else []
        last = 0
        if not self.position and text.strip() and text.lstrip()[0] != "<":  # text that opens the file
            last = len(text) - len(text.lstrip())
            out += [text[:last], self._at(last)]
        for match in _TAG.finditer(text, last):
            out.append(text[last : match.start()])
            if match[0] == "<" and not self.in_tag:
                out.append(self._at(begin + match.start()))
                self.in_tag = True
            elif match[0] == ">":
                self.in_tag = False
            last = match.start()
        return "".join([*out, text[last:]])

    def _at(self, offset: int) -> str:
        line = bisect_left(self.breaks, offset)
        before = self.breaks[line - 1] if line else -1
        return _mark(self.file, line + 1, offset - before)


@dataclass(frozen=True, slots=True)
class Origin:
    """A rendered text without its marks, and the place of each of its offsets. `files` are paths by number."""

    text: str
    files: tuple[str, ...]
    main: str = ""  #: the file to name where nothing is known
    _offsets: list[int] = field(default_factory=list)
    _places: list[Place] = field(default_factory=list)

    def place(self, offset: int) -> Place:
        """The place in a template that an offset came from; the template itself when nothing is known."""
        index = bisect_right(self._offsets, offset) - 1
        if index < 0:
            return Place(self.main, 1)
        place, begin = self._places[index], self._offsets[index]
        between = self.text[begin:offset]
        lines = between.count("\n")
        column = len(between) - between.rfind("\n") if lines else place.column + len(between)
        return Place(place.file, place.line + lines, column)


def unmarked(rendered: str, files: tuple[str, ...], main: str = "") -> Origin:
    """Take the marks out of a rendered text; `main` is the template that was rendered."""
    pieces: list[str] = []
    origin_offsets: list[int] = []
    places: list[Place] = []
    last = length = 0
    for match in _MARK.finditer(rendered):
        pieces.append(rendered[last : match.start()])
        length += match.start() - last
        last = match.end()
        file, line, column = (int(group.translate(_DECODE)) for group in match.groups())
        origin_offsets.append(length)
        places.append(Place(files[file], line, column))
    pieces.append(rendered[last:])
    return Origin("".join(pieces), files, main, origin_offsets, places)


def plain(rendered: str) -> str:
    """A rendered text without its marks."""
    return _MARK.sub("", rendered)
