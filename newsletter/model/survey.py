"""A survey: what the personal fields of a mail come to over the real members of its audience.

In: what the store counted. Out: values that checks judge and shells show. Called by store, checks, pipeline, cli.
"""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.model.place import Place


@dataclass(frozen=True, slots=True)
class SlotSurvey:
    """One slot in one text. `members` get that text; `fallback` of them have no such value; `longest` is the longest value of one."""

    field: str
    language: str
    place: Place | None
    shown: str | None  #: the fallback that they see; None where the author gave none
    members: int
    fallback: int
    longest: str

    @property
    def share(self) -> float:
        """How many of a hundred see the fallback."""
        return 100 * self.fallback / self.members if self.members else 0.0

    def as_json(self) -> dict[str, object]:
        """The slot in the form that `check --audience --json` promises."""
        place = self.place or Place("")
        return {
            "field": self.field,
            "language": self.language,
            "file": place.file or None,
            "line": place.line or None,
            "shown": self.shown,
            "members": self.members,
            "fallback": self.fallback,
            "longest": self.longest,
            "longest_length": len(self.longest),
        }


@dataclass(frozen=True, slots=True)
class Largest:
    """The mail of the member whose HTML is the largest: bytes after personalisation, tracked links included."""

    language: str
    size: int

    def as_json(self) -> dict[str, object]:
        """The mail in the form that `check --audience --json` promises."""
        return {"language": self.language, "bytes": self.size}


@dataclass(frozen=True, slots=True)
class Survey:
    """All slots of a mail over the `members` that it would go to now. `zones` is in how many time zones they live.

    `largest` is None when nobody would be mailed. `measured` of the members were filled one by one to find it; it is exact.
    """

    members: int
    zones: int
    slots: tuple[SlotSurvey, ...]
    largest: Largest | None
    measured: int = 0

    def as_json(self) -> dict[str, object]:
        """The survey in the form that `check --audience --json` promises."""
        return {
            "members": self.members,
            "zones": self.zones,
            "slots": [slot.as_json() for slot in self.slots],
            "largest": self.largest.as_json() if self.largest else None,
        }
