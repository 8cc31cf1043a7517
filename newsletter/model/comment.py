"""A comment: what a reviewer says of one block of an issue, and the answers to it.

In: nothing. Out: values. Called by compose.anchoring, store.comments, pipeline.commenting, the shells.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

NAME = 80  #: the longest name of a commenter, in characters
BODY = 2000  #: the longest comment, in characters


@dataclass(frozen=True, slots=True)
class Anchor:
    """Which block a comment was about when it was written. `digest` and `kind` are those of the piece (model.outline), `words` how it
    began; `outline` holds the digests of all pieces of that text then, and `index` which of them it was: by its neighbours a block is
    found again whose own words have changed."""

    digest: str
    kind: str
    words: str
    index: int
    outline: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReviewLink:
    """A link to one issue for somebody without an account."""

    number: int
    slug: str
    created_at: datetime
    created_by: str
    expires_at: datetime
    revoked_at: datetime | None = None

    def lives(self, now: datetime) -> bool:
        """True while it works."""
        return self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment, or (with a `thread`) an answer to one. `link`: the review link that it came by; None: from staff. `resolution` may
    hold a word of whoever resolved it."""

    number: int
    slug: str
    thread: int | None
    link: int | None
    language: str
    anchor: Anchor
    author: str
    body: str
    at: datetime
    resolved_at: datetime | None = None
    resolved_by: str = ""
    resolution: str = ""

    @property
    def open(self) -> bool:
        """True for the head of a thread that nobody resolved."""
        return self.thread is None and self.resolved_at is None
