"""The calendar feed: what is coming, for the calendar programs of staff, under an address that only they know.

In: requests. Out: text/calendar, or the page of what is not there. Called by web.public.app.
"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from newsletter.pipeline import agenda
from newsletter.pipeline.context import Context
from newsletter.web.public.pages import SAFE

_ENDING = ".ics"


class FeedPage:
    """The endpoint."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    async def calendar(self, request: Request) -> Response:
        """`/calendar/<token>.ics`. Any other name, and a revoked one, is as if it had never been there."""
        name = request.path_params["name"]
        if not name.endswith(_ENDING):
            raise HTTPException(404)
        if not await run_in_threadpool(agenda.opened, self._ctx, name.removesuffix(_ENDING)):
            raise HTTPException(404)
        asked = request.query_params.get("lang", "")
        body = await run_in_threadpool(agenda.calendar, self._ctx, asked if asked in {"en", "fr"} else "")
        return Response(
            body,
            headers=SAFE | {"Content-Disposition": 'inline; filename="newsletter.ics"'},
            media_type="text/calendar",
        )
