"""The staff pages, first form: the list of mailings, one mailing's report; pause, resume, hold everything, release.

In: requests from this machine. Out: pages that renew themselves while something is being sent. Called by web.serving.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from newsletter.model.campaign import Campaign, CampaignStatus
from newsletter.model.errors import ConfigurationError, Explained, NotFound
from newsletter.model.hold import Hold
from newsletter.pipeline import control, hold, lease
from newsletter.pipeline.context import Context
from newsletter.pipeline.progress import Progress, progress
from newsletter.pipeline.reasons import language, plain
from newsletter.pipeline.report import Report, report
from newsletter.web import bodies
from newsletter.web.staff.guard import Guard, Tokens

_LOOK = Path(__file__).parent / "look"
_ASSETS = {"staff.css": "text/css", "staff.js": "text/javascript"}
_LISTED = 50  #: mailings on the first page
_WORDS = {
    CampaignStatus.DRAFT: "waiting for approval",
    CampaignStatus.SCHEDULED: "planned",
    CampaignStatus.PREPARING: "counting the recipients",
    CampaignStatus.SENDING: "going out",
    CampaignStatus.PAUSED: "paused",
    CampaignStatus.HELD: "waiting for you",
    CampaignStatus.FINISHED: "finished",
    CampaignStatus.CANCELLED: "cancelled",
    CampaignStatus.EXPIRED: "expired",
}
_MOVING = frozenset({CampaignStatus.SCHEDULED, CampaignStatus.PREPARING, CampaignStatus.SENDING})


@dataclass(frozen=True, slots=True)
class Act:
    """What a form may do to a mailing, and when it is offered."""

    label: str
    do: Callable[[Context, int], object]
    offered: frozenset[CampaignStatus] = frozenset()


def _release(ctx: Context, number: int) -> object:
    return hold.release(ctx, number)


def _release_late(ctx: Context, number: int) -> object:
    return hold.release(ctx, number, late=True)


ACTS = {
    "pause": Act("Pause", control.pause, frozenset({CampaignStatus.SENDING})),
    "resume": Act("Go on", control.resume, frozenset({CampaignStatus.PAUSED, CampaignStatus.HELD})),
    # offered by the look at what a hold keeps back
    "release": Act("Let it go on", _release),
    "release-late": Act("Let it go out late, now", _release_late),
}


def spaced(number: int) -> str:
    """A count for reading: `3,000`."""
    return f"{number:,}"


def staff(ctx: Context, port: int) -> ASGIApp:
    """The application of the staff listener on this port."""
    pages = StaffPages(ctx)
    routes = [
        Route("/", pages.index),
        Route("/hold", pages.hold, methods=["POST"]),
        Route("/release", pages.release, methods=["POST"]),
        Route("/campaigns/{number:int}", pages.campaign),
        Route("/campaigns/{number:int}/{act}", pages.act, methods=["POST"]),
        Route("/look/{name}", pages.asset),
    ]
    handlers: dict[Any, Any] = {NotFound: pages.missing, Explained: pages.explained}
    return Guard(Starlette(routes=routes, exception_handlers=handlers), port)


class StaffPages:
    """The endpoints."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._tokens = Tokens()
        self._finished: dict[int, Progress] = {}
        self._zone = ZoneInfo(ctx.publication.time_zone)
        self._look = Environment(
            loader=FileSystemLoader(_LOOK),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._look.filters.update(count=spaced, plain=plain, language=language, moment=self._moment)

    def _moment(self, at: datetime | None) -> str:
        if at is None:
            return ""
        there = at.astimezone(self._zone)
        return f"{there.day} {there:%B %Y}, {there.hour}:{there:%M}"

    async def index(self, request: Request) -> Response:
        """The newest mailings, and where each stands."""
        rows = await run_in_threadpool(self._listed)
        waiting = await run_in_threadpool(hold.every_waiting, self._ctx)
        moving = any(row.campaign.status in _MOVING for row in rows)
        return await self._page(
            request, "campaigns.html", title="Mailings", rows=rows, waiting=waiting, moving=moving
        )

    def _listed(self) -> list[Progress]:
        return [self._progress(campaign) for campaign in control.every(self._ctx)[:_LISTED]]

    def _progress(self, campaign: Campaign) -> Progress:
        """Where one stands. Of a finished one the list shows nothing that still changes: it is counted once."""
        known = self._finished.get(campaign.id)
        if known is None:
            known = progress(self._ctx, campaign.id)
            if campaign.status is CampaignStatus.FINISHED:
                self._finished[campaign.id] = known
        return known

    async def campaign(self, request: Request) -> Response:
        """One mailing's report."""
        number = request.path_params["number"]
        made, now = await run_in_threadpool(self._both, number)
        waiting = await run_in_threadpool(hold.every_waiting, self._ctx)
        look = next((one for one in waiting if one.campaign.id == number), None)
        return await self._page(
            request,
            "campaign.html",
            title=made.title,
            report=made,
            now=now,
            moving=made.campaign.status in _MOVING,
            look=look,
            acts={
                name: act for name, act in ACTS.items() if made.campaign.status in act.offered and not look
            },
        )

    def _both(self, number: int) -> tuple[Report, Progress]:
        return report(self._ctx, number), progress(self._ctx, number)

    async def act(self, request: Request) -> Response:
        """Pause, or go on; then back to the mailing's page."""
        act = ACTS.get(request.path_params["act"])
        if act is None:
            raise NotFound("there is no such act", code="act-unknown")
        number = request.path_params["number"]
        return await self._acted(request, lambda _fields: act.do(self._ctx, number), f"/campaigns/{number}")

    async def hold(self, request: Request) -> Response:
        """Hold everything."""
        return await self._acted(request, lambda fields: hold.hold(self._ctx, fields.get("reason", "")), "/")

    async def release(self, request: Request) -> Response:
        """End the hold; each mailing goes on waiting."""
        return await self._acted(request, lambda _fields: hold.release(self._ctx), "/")

    async def _acted(
        self, request: Request, act: Callable[[Mapping[str, str]], object], then: str
    ) -> Response:
        """What a form of ours asks for, once it is proved to be ours."""
        fields = await bodies.form(request)
        if not self._tokens.proves(request, fields):
            return PlainTextResponse(
                "This form is not one of ours, or too old. Go back, renew the page, try again.\n", 403
            )
        await run_in_threadpool(act, fields)
        return RedirectResponse(then, 303)

    async def asset(self, request: Request) -> Response:
        """Style and script of the pages."""
        name = request.path_params["name"]
        if name not in _ASSETS:
            raise NotFound("there is no such file", code="asset-unknown")
        return Response((_LOOK / name).read_bytes(), media_type=_ASSETS[name])

    async def missing(self, request: Request, error: Exception) -> Response:
        """404."""
        return await self._page(request, "told.html", status=404, title="Not here", error=error)

    async def explained(self, request: Request, error: Exception) -> Response:
        """409: what the state of things forbids."""
        return await self._page(request, "told.html", status=409, title="That did not work", error=error)

    async def _page(
        self, request: Request, template: str, *, status: int = 200, **values: object
    ) -> HTMLResponse:
        cookie = self._tokens.cookie(request)
        publication = self._ctx.publication
        standing, unclaimed = await run_in_threadpool(self._kept_back)
        text = self._look.get_template(template).render(
            name=publication.name[publication.languages[0]],
            token=self._tokens.token(cookie),
            words=_WORDS,
            moving=values.pop("moving", False),
            standing=standing,
            unclaimed=unclaimed,
            **values,
        )
        answer = HTMLResponse(text, status)
        self._tokens.set_on(answer, cookie)
        return answer

    def _kept_back(self) -> tuple[Hold | None, str]:
        """The hold that stands; why nothing may be sent from this copy of the database."""
        try:
            unclaimed = lease.look(self._ctx).sentence
        except ConfigurationError as error:
            unclaimed = error.message
        return hold.standing(self._ctx), unclaimed
