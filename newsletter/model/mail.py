"""A mail as a mail program shows it: read from a file or a rehearsal, not sent by us.

In: what providers.reading found in the bytes of one mail. Out: frozen values. Called by providers, pipeline.mailbox, shells.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Line:
    """A mail as one row of an inbox. `key` finds it again in its box; `mailing` is its issue's name; `at` is aware, None where the
    mail says nothing that is a date."""

    key: str
    sender: str
    subject: str
    snippet: str
    to: str
    at: datetime | None
    mailing: str


@dataclass(frozen=True, slots=True)
class Enclosure:
    """What is enclosed in a mail. `name` is safe to save a file under; `data` is the decoded content."""

    number: int
    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail. `html` and `text` are None where it has no such part. `headers` are decoded and in their order; `fault` says in a few
    words why the rest could not be read."""

    line: Line
    headers: tuple[tuple[str, str], ...]
    html: str | None
    text: str | None
    enclosures: tuple[Enclosure, ...]
    source: bytes
    fault: str = ""

    def header(self, name: str) -> str:
        """The first header of a name, whatever its case; empty where there is none."""
        return next((value for each, value in self.headers if each.lower() == name.lower()), "")


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a box, newest first. `after` is the cursor of the next page, empty at the end. `total` counts the whole box;
    `at_least`: it holds more than were counted. `searched` mails were looked at for this page, where something was searched for."""

    lines: tuple[Line, ...]
    after: str
    total: int
    at_least: bool = False
    searched: int = 0
