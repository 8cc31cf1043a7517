"""The studio as an application: every section's routes behind the guard.

In: a Context, the port it listens on. Out: an ASGI application. Called by web.serving and tests.
"""

from __future__ import annotations

from threading import Event
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from newsletter.model.errors import StoreUnavailable, Superseded
from newsletter.pipeline.context import Context
from newsletter.web.api.app import beside
from newsletter.web.studio import sections
from newsletter.web.studio.arriving import Arrivals, Station
from newsletter.web.studio.cookies import Cookies
from newsletter.web.studio.guard import Guard
from newsletter.web.studio.studio import Studio

_KEPT = "private, max-age=31536000, immutable"


def studio(ctx: Context, port: int, stop: Event | None = None) -> ASGIApp:
    """The application of the staff listener on this port; live lines end when `stop` is set."""
    made = Studio(ctx, sections.rail(), stop)
    base_url = ctx.settings.text("studio.base_url")
    cookies = Cookies(
        ctx.keys.studio, base_url.startswith("https://"), 60 * ctx.settings.whole("studio.idle_minutes")
    )
    arrivals = Arrivals(made, cookies)
    routes = [arrivals.route(Station(name, way)) for name, way in sections.every()]

    async def file(request: Request) -> Response:
        found = made.assets.get(request.path_params["name"])
        if found is None:
            return await arrivals.missing(request, LookupError())
        kept = {"Cache-Control": _KEPT} if request.query_params.get("v") == found.version else {}
        return Response(found.data, headers=kept, media_type=found.media_type)

    handlers: dict[Any, Any] = {
        400: arrivals.missing,
        404: arrivals.missing,
        405: arrivals.missing,
        408: arrivals.missing,
        413: arrivals.missing,
        StoreUnavailable: arrivals.away,
        Superseded: arrivals.away,
        500: arrivals.broken,
    }
    inner = Starlette(
        routes=[*routes, Route("/look/{name:path}", file)],
        exception_handlers=handlers,
    )
    return Guard(beside(ctx, inner), port, base_url)
