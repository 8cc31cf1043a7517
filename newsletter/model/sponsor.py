"""A sponsor as an issue shows it: what was agreed, and where it stands.

In: what compose read of sponsors.toml. Out: one frozen value a place. Called by compose, checks.sponsor_expired.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from newsletter.model.place import Place


@dataclass(frozen=True, slots=True)
class SponsorUse:
    """A sponsor of sponsors.toml in one language of an issue.

    `begins` and `ends` are the first and the last day on which it may be shown, `most` in how many mailings; None: no limit.
    `missing` names what it lacks in this language: "text", "logo". `terms` is where the agreement stands.
    """

    key: str
    language: str
    place: Place | None = None
    begins: date | None = None
    ends: date | None = None
    most: int | None = None
    missing: tuple[str, ...] = ()
    terms: Place | None = None
