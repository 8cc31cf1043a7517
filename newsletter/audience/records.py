"""Lines as records: the cells of each row of a CSV file, and where the row begins.

In: lines. Out: records, and faults where a row cannot be read; the rows after it are read all the same. Called by
pipeline.importing.

A quotation mark that is never closed would swallow the rest of the file as one cell. A record that reaches the end of the file
within quotation marks, takes too many lines, or closes one where no cell ends (it was the next row's opening one), is given up,
and reading goes on with the line after the one on which it began.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

MAX_LINES = 50  #: lines of one record
_MAX_CELL = 1 << 20
_DELIMITERS = (";", "\t", "|", ",")  # of equals the first: names of columns may hold commas
_UNCLOSED = "a quotation mark is opened and never closed"


class Record(NamedTuple):
    """The cells of one row, and the line (from 1) on which it begins. A fault has no cells."""

    line: int
    cells: list[str]
    fault: str = ""


class _Lines:
    """Lines with a memory of those that the present record took, so that they can be given back."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.source = lines
        self.waiting: deque[str] = deque()
        self.taken: list[str] = []
        self.number = 0

    def first(self) -> str:
        """The next line, not yet of any record; empty at the end."""
        return self.waiting.popleft() if self.waiting else next(self.source, "")

    def header(self) -> str:
        """The lines of the first record, by its quotation marks; they stay to be read."""
        taken: list[str] = []
        while len(taken) < MAX_LINES and (line := self.first()):
            taken.append(line)
            if sum(one.count('"') for one in taken) % 2 == 0:
                break
        self.waiting.extendleft(reversed(taken))
        return "".join(taken)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= MAX_LINES:
            raise _Unclosed
        line = self.first()
        if not line:
            raise StopIteration
        self.taken.append(line)
        return line

    def done(self) -> int:
        """The record is read; the line on which it began."""
        start = self.number + 1
        self.number += len(self.taken)
        self.taken.clear()
        return start

    def give_up(self) -> int:
        """Only the first line belonged to the record; the others are read anew."""
        self.waiting.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]
        return self.done()


class _Unclosed(Exception):
    """The record does not end."""


def delimiter_of(header: str) -> str:
    """The sign between the cells of the header: the one that stands there most, outside quotation marks."""
    outside = "".join(header.split('"')[::2])
    found = max(_DELIMITERS, key=outside.count)
    return found if found in outside else ","


def records(lines: Iterator[str]) -> Iterator[Record]:
    """All records that are not empty, the header first. Excel's line `sep=;` before it is obeyed."""
    source = _Lines(lines)
    first = source.first()
    while first and not first.strip():
        source.number += 1
        first = source.first()
    named = ""
    if first.strip().lower().startswith("sep="):
        named = first.strip()[4:5]
        source.number += 1
    elif first:
        source.waiting.append(first)
    return _read(source, named or delimiter_of(source.header()))


def _read(source: _Lines, delimiter: str) -> Iterator[Record]:
    csv.field_size_limit(max(csv.field_size_limit(), _MAX_CELL))
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    waiting, others = source.waiting, source.source
    while line := (waiting.popleft() if waiting else next(others, "")):
        if '"' not in line:  # nearly all: three times as fast as csv.reader
            source.number += 1
            cells = line.rstrip("\r\n").split(delimiter)
            if any(cells):
                yield Record(source.number, cells)
            continue
        waiting.appendleft(line)
        try:
            cells = next(reader)
        except (_Unclosed, csv.Error):
            reader = csv.reader(source, delimiter=delimiter, strict=True)
            cells = _leniently(source.taken, delimiter)
            if not cells:
                yield Record(source.give_up(), [], _UNCLOSED)
                continue
        start = source.done()
        if any(cells):
            yield Record(start, cells)


def _leniently(lines: list[str], delimiter: str) -> list[str]:
    """The cells of one line whose quotation marks are in pairs, though not where they belong: `"Acme" Inc,ON`."""
    if len(lines) != 1 or lines[0].count('"') % 2:
        return []
    try:
        return next(csv.reader(lines, delimiter=delimiter), [])
    except csv.Error:
        return []
