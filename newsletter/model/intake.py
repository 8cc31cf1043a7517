"""A file of members that was handed in: where it stands.

In: nothing. Out: the words. Called by store.intake, pipeline.intake, the studio.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class IntakeState(StrEnum):
    """What became of it."""

    NEW = "new"  #: its columns are not decided yet
    MAPPED = "mapped"  #: a plan can be made
    APPLYING = "applying"
    APPLIED = "applied"
    DROPPED = "dropped"  #: by a person, or because nobody came back to it


@dataclass(frozen=True, slots=True)
class Intake:
    """One file. `columns`: what each column becomes, by position; `result`: counts, once it is applied."""

    id: int
    name: str
    size: int
    sha256: str
    columns: Mapping[int, str]
    basis: str
    evidence: str
    state: IntakeState
    result: Mapping[str, int]
    created_at: datetime
    created_by: str
    expires_at: datetime
    changed_at: datetime

    @property
    def is_open(self) -> bool:
        """True while it can still be planned and applied."""
        return self.state in {IntakeState.NEW, IntakeState.MAPPED}
