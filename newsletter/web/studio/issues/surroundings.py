"""What the forms of the issue page offer: templates, segments; and who may write.

In: visits. Out: names. Called by the issue page's modules.
"""

from __future__ import annotations

from typing import Final

from newsletter.model.account import Right
from newsletter.model.errors import Explained
from newsletter.pipeline import beginning
from newsletter.web.studio.visit import Visit

WRITE: Final = Right.WRITE


def templates(visit: Visit) -> tuple[str, ...]:
    """The templates of the workspace."""
    return beginning.templates(visit.ctx)


def segments(visit: Visit) -> tuple[str, ...]:
    """The segments of the workspace; none where segments.toml cannot be read."""
    try:
        return beginning.segments(visit.ctx)
    except Explained:
        return ()


def told(visit: Visit, error: Explained) -> dict[str, str]:
    """What a verb refuses, for the page's script: in the language of the interface, where its French is written."""
    message, hint = visit.explained(error)
    return {"trouble": message, "hint": hint}
