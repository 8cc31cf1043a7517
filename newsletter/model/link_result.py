"""What came of asking where a link leads.

In: nothing. Out: the value that is kept, judged and shown. Called by pipeline.asking_links, which makes it, checks.link_status
and workspace.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Skip(StrEnum):
    """Why a link was not asked. The words are stable: they stand in JSON."""

    PERSONAL = "personal"  #: it differs from reader to reader
    OURS = "ours"  #: a page of this program, where asking would count as a click
    LEAVING = "leaving"  #: it looks as if asking could sign somebody off
    MANY = "many"  #: there are more links than one run asks


@dataclass(frozen=True, slots=True)
class Step:
    """One redirect: its status, and where it led."""

    status: int
    url: str


@dataclass(frozen=True, slots=True)
class LinkResult:
    """What the server said last (`status`), or why nothing came (`why` with a few words of `detail`), or why nobody asked (`skip`).

    `url` has no fragment; `final` is where the redirects ended; `at` is aware.
    """

    url: str
    at: datetime
    status: int = 0
    why: str = ""
    detail: str = ""
    final: str = ""
    steps: tuple[Step, ...] = ()
    skip: str = ""

    @property
    def well(self) -> bool:
        """True when readers get something there."""
        return 200 <= self.status < 300

    @property
    def moved_to(self) -> str:
        """The address that took this one's place for good: where its permanent redirects lead (RFC 9110 15.4.2, 15.4.9)."""
        found = ""
        for step in self.steps:
            if step.status not in {301, 308}:
                break
            found = step.url
        return found

    def as_json(self) -> dict[str, object]:
        """What `--json` shows."""
        return {
            "url": self.url,
            "at": self.at.isoformat(timespec="seconds"),
            "status": self.status or None,
            "why": self.why or None,
            "detail": self.detail or None,
            "final": self.final or None,
            "redirects": [{"status": step.status, "url": step.url} for step in self.steps],
            "skipped": self.skip or None,
        }


def without_part(url: str) -> str:
    """The address as it is asked: what stands behind # never leaves the browser."""
    return url.partition("#")[0]
