"""The lease: which machine, in which folder, may send from a database, and how far it has counted.

In: what the database and the state file hold. Out: how they stand to one another; purely judged. Called by pipeline.lease.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Seat:
    """A machine (a digest of its id) and a folder on it, from which a database is used."""

    machine: str
    path: str


@dataclass(frozen=True, slots=True)
class Lease:
    """Who may send. `machine` is a digest of the machine's id, `host` its name for people, `path` the workspace's folder.

    `counter` grows with every act after which an older copy of the database would be wrong, and never falls.
    """

    machine: str
    host: str
    path: str
    counter: int = 0
    at: datetime | None = None

    @property
    def seat(self) -> Seat:
        """Where it is."""
        return Seat(self.machine, self.path)

    def same_place(self, other: Lease) -> bool:
        """True on the same machine, in the same folder."""
        return self.seat == other.seat


class Tenure(StrEnum):
    """How a database stands to the machine that opened it."""

    FREE = "free"  #: nothing was ever planned or sent with it: whoever is first takes it
    OURS = "ours"  #: it may send from here
    MACHINE = "machine"  #: another machine used it last
    PATH = "path"  #: another folder of this machine did
    ABSENT = "absent"  #: it was used here, and what this machine remembers of it is gone
    BEHIND = "behind"  #: more was done here than it knows of: a backup was put back

    @property
    def may_send(self) -> bool:
        """True where nobody needs to claim anything."""
        return self in {Tenure.FREE, Tenure.OURS}


def tenure(known: Lease | None, kept: Lease | None, here: Lease) -> Tenure:
    """Judge. `known` is what the database says, `kept` what this machine remembers of it, `here` where we are.

    The database counts first, the file follows: so a file that is behind is a crash between the two, and no fault.
    """
    if known is None:
        return Tenure.BEHIND if kept is not None and kept.counter else Tenure.FREE
    if known.machine != here.machine:
        return Tenure.MACHINE
    if known.path != here.path:
        return Tenure.PATH
    if kept is None:
        return Tenure.ABSENT
    if not kept.same_place(here):
        return Tenure.PATH if kept.machine == here.machine else Tenure.MACHINE
    return Tenure.BEHIND if kept.counter > known.counter else Tenure.OURS
