"""The public application: which path is answered by whom.

In: a Context. Out: an ASGI application with a buffer of hits that is flushed twice a second and at the end. Called by web.serving.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import lru_cache

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from newsletter.pipeline.context import Context
from newsletter.pipeline.hits import Hits
from newsletter.pipeline.links import Links
from newsletter.web.hooks import Hooks
from newsletter.web.public.approving import ApprovalPages
from newsletter.web.public.archive import ArchivePages
from newsletter.web.public.feed import FeedPage
from newsletter.web.public.holding import HoldPages
from newsletter.web.public.hot import Headers, Hot
from newsletter.web.public.pages import SAFE, missing, trouble, voice
from newsletter.web.public.plain import PlainPages
from newsletter.web.public.quick import quick
from newsletter.web.public.reader import ReaderPages
from newsletter.web.public.reviewing import ReviewPages

log = logging.getLogger(__name__)

FLUSH_SECONDS = 0.5
_ASIDE = 0.0005  # seconds: some ten readers are answered in them


def _step_aside() -> None:
    """Let the thread that answers readers have the interpreter: it would not get it back for milliseconds otherwise, at every answer."""
    time.sleep(_ASIDE)


class Public:
    """The ASGI application of the public listener."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.hits = Hits(ctx, pause=_step_aside)
        self._hot = Hot(ctx, self.hits, Links(ctx), lru_cache(maxsize=256)(self._missing))
        self.quick = quick(self._hot)
        self._rest = self._routes()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = scope["path"] if scope["type"] == "http" else ""
        if path.startswith("/c/"):
            await self._hot.click(scope, send)
        elif path.startswith("/o/"):
            await self._hot.open(scope, send)
        else:
            await self._rest(scope, receive, send)

    def _routes(self) -> Starlette:
        reader = ReaderPages(self.ctx, self.hits)
        plain = PlainPages(self.ctx)
        archive = ArchivePages(self.ctx)
        feed = FeedPage(self.ctx)
        hooks = Hooks(self.ctx)
        review, approval = ReviewPages(self.ctx), ApprovalPages(self.ctx)
        routes = [
            Route("/u/{token}", reader.unsubscribe, methods=["GET", "POST"]),
            Route("/p/{token}", reader.preferences, methods=["GET", "POST"]),
            Route("/v/{token}", reader.view, methods=["GET"]),
            Route("/own", reader.own, methods=["GET"]),
            Route("/archive", archive.issues, methods=["GET"]),
            Route("/archive/{language}.atom", archive.feed, methods=["GET"]),
            Route("/archive/{name}", archive.issue, methods=["GET"]),
            Route("/archive/{name}/{language}", archive.issue, methods=["GET"]),
            Route("/h/{token}", HoldPages(self.ctx).hold, methods=["GET", "POST"]),
            Route("/r/{token}", review.review, methods=["GET", "POST"]),
            Route("/r/{token}/mail/{language}", review.mail, methods=["GET"]),
            Route("/a/{token}", approval.approve, methods=["GET", "POST"]),
            Route("/a/{token}/mail/{language}", approval.mail, methods=["GET"]),
            Route("/i/{file}", plain.image, methods=["GET"]),
            Route("/f/{key}/{name}", plain.file, methods=["GET"]),
            Route("/calendar/{name}", feed.calendar, methods=["GET"]),
            Route("/hooks/{provider}", hooks.receive, methods=["POST"]),
            Route("/.well-known/newsletter", plain.probe, methods=["GET"]),
            Route("/healthz", plain.health, methods=["GET"]),
            Route("/robots.txt", plain.robots, methods=["GET"]),
        ]
        application = Starlette(
            routes=routes,
            lifespan=self._lifespan,
            exception_handlers={HTTPException: self._refused, Exception: self._failed},
        )
        # A redirect to a path with or without its last slash would break the one-click POST (RFC 8058 section 3.1).
        application.router.redirect_slashes = False
        return application

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        flushing = asyncio.create_task(self._keep_flushing())
        try:
            yield
        finally:
            flushing.cancel()
            with suppress(asyncio.CancelledError):
                await flushing
            await self.flush()

    async def _keep_flushing(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            await self.flush()

    async def flush(self) -> None:
        """Write the hits that wait, and say what was lost."""
        try:
            await run_in_threadpool(self.hits.flush)
        except Exception:
            log.exception("hits could not be written; they wait")
        if lost := self.hits.take_dropped():
            log.warning("%d clicks and opens found no room, and are not counted", lost)

    def _missing(self, accept: str) -> tuple[int, Headers, bytes]:
        page = missing(voice(self.ctx.publication, "", "", accept))
        return page.status_code, page.raw_headers, bytes(page.body)

    async def _refused(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        if status == 404:
            asked = request.query_params.get("lang", "")
            accept = request.headers.get("accept-language", "")
            return missing(voice(self.ctx.publication, asked, "", accept))
        headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
        return PlainTextResponse(f"{status}\n", status, SAFE | headers)

    async def _failed(self, request: Request, error: Exception) -> Response:
        log.error("%s %s failed", request.method, request.url.path.split("/")[1], exc_info=error)
        return trouble(voice(self.ctx.publication, "", "", request.headers.get("accept-language", "")))
