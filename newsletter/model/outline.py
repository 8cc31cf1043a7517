"""An outline: what an issue is made of in one language, piece by piece, in the author's order.

In: what compose.outline read. Out: frozen values that cross the renderer's pipe. Called by compose, checks, pipeline.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from newsletter.model.place import Place

_SAME = str.maketrans("‘’“”«»", '\'\'""""')  # a change of quotation marks is no change of the words


class PieceKind(StrEnum):
    """What a piece is."""

    SUBJECT = "subject"
    PREHEADER = "preheader"
    TITLE = "title"  #: of the front matter
    PARAGRAPH = "paragraph"
    HEADING = "heading"  #: `level` 1 to 6
    LIST = "list"  #: an item a line of `text`; `level` is 1 where it is numbered
    QUOTE = "quote"
    TABLE = "table"  #: `rows`, the head first
    CODE = "code"
    RULE = "rule"  #: `---`
    COMPONENT = "component"  #: `name` says which; a paragraph that is only an image is the component `image`
    WHEN = "when"  #: a conditional block opens; the pieces within it bear its `condition`


#: the kinds of front matter, in their order
FRONT = (PieceKind.SUBJECT, PieceKind.PREHEADER, PieceKind.TITLE)


@dataclass(frozen=True, slots=True)
class PieceLink:
    """A link of a piece: its target (encoded, slots as written) and the words that one clicks on."""

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class PieceImage:
    """An image of a piece: its path in the workspace (else as written), and its alternative text, None where there is none."""

    source: str
    alt: str | None


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece. `text` is plain, slots as they were written; `source` is what the author wrote, its line ends kept.

    `attributes` holds those that a component was given; `worded` names those of them that readers read. `digest` is the same as
    long as the words are: spaces, line ends and the form of quotation marks do not count.
    """

    kind: PieceKind
    place: Place
    text: str
    source: str
    digest: str
    name: str = ""
    level: int = 0
    condition: str = ""
    links: tuple[PieceLink, ...] = ()
    images: tuple[PieceImage, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    worded: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def wording(self) -> str:
        """Everything in it that readers read, a part a line; alternative texts are apart."""
        return "\n".join(
            [*(self.attributes[name] for name in self.worded if name != "alt"), self.text]
        ).strip()

    def place_of(self, words: str) -> Place:
        """Where words stand in it: line and column; where it begins, when they were composed of parts."""
        if self.kind in FRONT:  # a value may be quoted or folded: its key is the place
            return self.place
        for offset, line in enumerate(self.source.split("\n")):
            column = line.find(words) if words else -1
            if column >= 0:
                return Place(self.place.file, self.place.line + offset, column + 1)
        return self.place


@dataclass(frozen=True, slots=True)
class DataText:
    """One text of `data:` that readers read. `steps` lead to it, without the step that names a language; `language` is the one that it
    is in, empty where one text holds for all. `place` is the line of its key, in whichever file it stands."""

    steps: tuple[str, ...]
    language: str
    text: str
    place: Place

    @property
    def name(self) -> str:
        """As an author calls it: `data.ask.name`; entries of a list count from 1."""
        return ".".join(("data", *self.steps))


@dataclass(frozen=True, slots=True)
class Outline:
    """One language of an issue. Front matter first: subject, preheader and title, as far as they are written.

    `data` are the texts of `data:` in all languages of the issue: either file may hold those of both.
    """

    language: str
    path: str
    pieces: tuple[Piece, ...]
    data: tuple[DataText, ...] = ()


def digest(source: str) -> str:
    """16 hex digits that say whether words were changed: NFC, any run of white space one space, quotation marks alike."""
    words = " ".join(unicodedata.normalize("NFC", source).translate(_SAME).split())
    return hashlib.sha256(words.encode()).hexdigest()[:16]
