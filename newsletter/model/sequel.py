"""A sequel: a mailing that completes another on the same issue and in the same books: the refused, late joiners, a corrected text.

In: nothing. Out: words. Called by store.sequels, pipeline, shells.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SequelKind(StrEnum):
    """Whom a sequel is for, counted from the mailing that it follows."""

    RETRY = "retry"  #: those whom the provider refused
    LATE = "late"  #: those who joined the audience since
    CORRECTED = "corrected"  #: those whom a stopped mailing did not reach: the corrected text
    REST = "rest"  #: the same people: the text as it was approved
    TOLD = "told"  #: those who have it, or may have it: a short correction, an issue of its own

    @property
    def takes_over(self) -> bool:
        """True where its people were written down by the mailing that it follows and have nothing from it."""
        return self in {SequelKind.RETRY, SequelKind.CORRECTED, SequelKind.REST}

    @property
    def written(self) -> bool:
        """True where somebody writes its text; else it is the one that others have, whatever the files say by now."""
        return self in {SequelKind.CORRECTED, SequelKind.TOLD}

    @property
    def same_issue(self) -> bool:
        """True where it keeps the place of the mailing that it follows: nobody gets both."""
        return self is not SequelKind.TOLD


@dataclass(frozen=True, slots=True)
class Sequel:
    """`follows`: the mailing whose people it is about; `root`: the first of the family; `campaign`: its own number, 0 before it has one."""

    kind: SequelKind
    follows: int
    root: int
    campaign: int = 0
