"""Holding everything, and ending the hold: one switch, on every page.

In: visits. Out: a page, acts. Called by web.studio.sections.
"""

from __future__ import annotations

from starlette.responses import Response

from newsletter.model.account import Right
from newsletter.pipeline import hold
from newsletter.web.studio.routing import Act, Page, Way
from newsletter.web.studio.visit import Visit


def ask(visit: Visit) -> Response:
    """`/hold`: why?"""
    return visit.page("holding/hold.html", title=visit.w.holding_title)


def place(visit: Visit) -> Response:
    """Hold everything. Anybody of the staff may: a mistake is stopped by whoever sees it."""
    held = hold.hold(visit.ctx, visit.form.get("reason", ""))
    return visit.to("/", visit.w("holding_held", n=len(held.stopped)))


def end(visit: Visit) -> Response:
    """End the hold; each mailing goes on waiting."""
    hold.release(visit.ctx)
    return visit.to("/", visit.w.holding_ended)


ROUTES: tuple[Way, ...] = (
    Page("/hold", ask, need=Right.LOOK),
    Act("/hold", place, need=Right.LOOK),
    Act("/release", end, need=Right.SEND),
)
