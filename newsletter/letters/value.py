"""What a letter is, once it is read: texts by language, pictures, and an account of everything that was done to it.

In: what the readers of this folder found. Out: frozen values. Called by letters and pipeline.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Said(StrEnum):
    """What a remark tells."""

    FOUND = "found"  #: recognised, and used so
    CHANGED = "changed"  #: carried over in another form
    LEFT_OUT = "left out"  #: not carried over
    TO_DO = "to do"  #: left for the author


@dataclass(frozen=True, slots=True)
class Remark:
    """One line of the account. `text` is what it is about, as the letter has it; it may be empty."""

    said: Said
    what: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """What somebody must decide before the letter can be used. `kind`: change, comment, text box. `paragraph` counts from 1."""

    kind: str
    what: str
    text: str
    who: str = ""
    paragraph: int = 0
    near: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the letter: a file's name without folders, and its bytes (PNG, JPEG or GIF)."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class LetterText:
    """The letter in one language. `body` is Markdown; `own` is the front matter that a .md file had."""

    language: str
    title: str
    opening: str  #: its first sentence, for the inbox row
    body: str
    own: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter in its languages. `how_parted` is empty where it was in one; `points`: what must be decided before it has texts."""

    texts: tuple[LetterText, ...]
    pictures: tuple[Picture, ...]
    remarks: tuple[Remark, ...]
    day: date | None = None
    points: tuple[OpenPoint, ...] = ()
    how_parted: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the bringer decided. `changes`: accept, reject or nothing; `boxes`: inline, drop or nothing.

    `languages` are those of the publication; `only` is one of them for a letter that is not to be parted. `known` maps the
    SHA-256 of pictures that are there already to their names; `taken` are names that may not be used.
    """

    languages: tuple[str, ...]
    changes: str = ""
    comments: str = ""
    boxes: str = ""
    only: str = ""
    known: Mapping[str, str] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()
