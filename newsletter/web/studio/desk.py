"""The desk: what needs me now; then issues and mailings with date and result.

In: visits. Out: a page. Called by web.studio.sections.
"""

from __future__ import annotations

from starlette.responses import Response

from newsletter.model.account import Right
from newsletter.pipeline import hold
from newsletter.web.studio import mailing
from newsletter.web.studio.routing import Page, Way
from newsletter.web.studio.visit import Visit


def desk(visit: Visit) -> Response:
    """`/`."""
    return visit.page(
        "desk/desk.html",
        title=visit.w.desk_title,
        rows=mailing.listed(visit),
        waiting=hold.every_waiting(visit.ctx),
    )


ROUTES: tuple[Way, ...] = (Page("/", desk, need=Right.LOOK),)
