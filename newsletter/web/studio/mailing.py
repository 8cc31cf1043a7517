"""Mailings: where each stands, and one mailing's report; pause, go on, let go.

In: visits. Out: pages, acts. Called by web.studio.sections.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from starlette.responses import Response

from newsletter.model.account import Right
from newsletter.model.campaign import Campaign, CampaignStatus
from newsletter.pipeline import control, hold
from newsletter.pipeline.context import Context
from newsletter.pipeline.progress import Progress, progress
from newsletter.pipeline.reasons import language, plain
from newsletter.pipeline.report import report
from newsletter.web.studio.routing import Act, Endpoint, Page, Way
from newsletter.web.studio.visit import Visit

_LISTED = 50  #: mailings on the page
_OFFERED = {
    CampaignStatus.SENDING: ("pause",),
    CampaignStatus.PAUSED: ("resume",),
    CampaignStatus.HELD: ("resume",),
}


def listed(visit: Visit) -> list[Progress]:
    """The newest mailings, and where each stands."""
    return [_progress(visit, campaign) for campaign in control.every(visit.ctx)[:_LISTED]]


def _progress(visit: Visit, campaign: Campaign) -> Progress:
    """Where one stands. Of a finished one the list shows nothing that still changes: it is counted once."""
    if campaign.status is not CampaignStatus.FINISHED:
        return progress(visit.ctx, campaign.id)
    key = f"mailing {campaign.id}"
    if key not in visit.studio.kept:
        visit.studio.kept[key] = progress(visit.ctx, campaign.id)
    return cast("Progress", visit.studio.kept[key])


def every(visit: Visit) -> Response:
    """`/mailings`."""
    return visit.page("mailing/list.html", title=visit.w.mailing_title, rows=listed(visit))


def one(visit: Visit) -> Response:
    """`/mailings/7`."""
    number = visit.path["number"]
    made = report(visit.ctx, number)
    look = next((kept for kept in hold.every_waiting(visit.ctx) if kept.campaign.id == number), None)
    return visit.page(
        "mailing/one.html",
        title=made.title,
        report=made,
        now=progress(visit.ctx, number),
        look=look,
        offered=() if look else _OFFERED.get(made.campaign.status, ()),
        plain=plain,
        language_name=language,
    )


def _does(verb: Callable[[Context, int], object]) -> Endpoint:
    def act(visit: Visit) -> Response:
        number = visit.path["number"]
        verb(visit.ctx, number)
        return visit.to(f"/mailings/{number}")

    return act


def _release(ctx: Context, number: int) -> object:
    return hold.release(ctx, number)


def _release_late(ctx: Context, number: int) -> object:
    return hold.release(ctx, number, late=True)


ROUTES: tuple[Way, ...] = (
    Page("/mailings", every, need=Right.LOOK),
    Page("/mailings/{number:int}", one, need=Right.LOOK),
    Act("/mailings/{number:int}/pause", _does(control.pause), need=Right.WRITE),
    Act("/mailings/{number:int}/resume", _does(control.resume), need=Right.SEND),
    Act("/mailings/{number:int}/release", _does(_release), need=Right.SEND),
    Act("/mailings/{number:int}/release-late", _does(_release_late), need=Right.SEND),
)
