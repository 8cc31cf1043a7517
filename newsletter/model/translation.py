"""Translation: the texts of an issue one by one, what each translation was made from, and how it stands.

In: outlines, the record beside an issue. Out: frozen values. Called by compose.translation, workspace, checks, pipeline.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from newsletter.model.place import Place

BODY = "text"  #: the name of what stands between `::: name` and `:::`
DATA = "data."  #: how the names and shapes of texts of `data:` begin


class State(StrEnum):
    """How a translation stands."""

    MISSING = "missing"  #: there is none
    STALE = "stale"  #: what it was made from has changed since
    DRAFT = "draft"  #: nobody has said that it is right
    REVIEWED = "reviewed"  #: a person said so, of these very words


@dataclass(frozen=True, slots=True)
class Part:
    """One text that is translated by itself: a key of front matter, a text of its `data:`, a paragraph, a heading, one attribute or the
    inside of a component.

    `shape` is equal for texts that may stand for one another; `name` is the attribute's, BODY for the inside of a component. `piece` is its piece's index in the outline; `start` and `end` are
    offsets in the piece's source (of an attribute: without its quotes); both -1 for front matter. A text of `data:` has no piece: `piece` is -1, and its name leads to it.
    """

    what: str
    shape: str
    text: str
    place: Place
    piece: int
    start: int = -1
    end: int = -1
    name: str = ""
    shared: bool = False  #: a text of `data:` that is one for all languages

    @property
    def in_data(self) -> bool:
        """True for a text of front matter's `data:`."""
        return self.shape.startswith(DATA)


@dataclass(frozen=True, slots=True)
class Memory:
    """What the record says of one translation: the text that it was made from, its words then, and who stands for it.

    `on` is an ISO date.
    """

    shape: str
    source: str
    text: str
    state: State
    by: str = ""
    on: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """One text of the source language with its translation, as they are now."""

    source: Part
    target: Part | None
    state: State
    memory: Memory | None = None


@dataclass(frozen=True, slots=True)
class Translation:
    """How one language of an issue stands to the one that it is translated from, in the order of the source."""

    source: str
    language: str
    standings: tuple[Standing, ...]

    def counted(self) -> dict[State, int]:
        """How many texts are in each state."""
        return {state: sum(one.state is state for one in self.standings) for state in State}
