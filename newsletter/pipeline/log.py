"""The log: who did what, when.

In: a filter. Out: lines, newest first. Called by the studio.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.pipeline.context import Context
from newsletter.store import audit
from newsletter.store.audit import Asked, Line

__all__ = ["Asked", "Line", "Log", "read"]

PAGE = 50


@dataclass(frozen=True, slots=True)
class Log:
    """A page of it. `older`: the number behind which the next page begins; None at the end."""

    lines: Sequence[Line]
    actors: Sequence[str]
    acts: Sequence[str]
    older: int | None


def read(ctx: Context, asked: Asked) -> Log:
    """The newest lines that fit."""
    with ctx.store.read() as db:
        found = audit.listed(db, asked, PAGE + 1)
        older = found[PAGE - 1].id if len(found) > PAGE else None
        return Log(found[:PAGE], audit.actors(db), audit.acts(db), older)
