"""An access token: by which another program acts through the API, with no more rights than it was given.

In: nothing. Out: values. Called by store.access, pipeline.access, the API, the command line.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newsletter.model.account import Right

PREFIX = "nlk_"  #: how every secret begins, so that scanners of source code know one when they see it


@dataclass(frozen=True, slots=True)
class Access:
    """One token. `scopes` are rights of the studio; the secret itself is kept nowhere. `ended_at`: it was revoked then."""

    id: int
    name: str
    scopes: frozenset[Right]
    made_at: datetime
    made_by: str
    until: datetime
    ended_at: datetime | None = None

    def may(self, right: Right) -> bool:
        """Whether it was given a right."""
        return right in self.scopes

    def valid(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        return self.ended_at is None and now < self.until
