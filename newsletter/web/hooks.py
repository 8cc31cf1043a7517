"""Hooks: what providers post is verified and kept, then answered; understanding it comes later.

In: POST /hooks/{provider}. Out: 2xx once the body is durably kept; 403 for one that is not the provider's; 413 and 429 beyond
the limits; 503 when it could not be kept. Called by web.public.app. Providers post again what was not answered with 2xx.
"""

from __future__ import annotations

import logging

import anyio
from anyio import CapacityLimiter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from newsletter.model.errors import ConfigurationError, HookRejected, NotFound
from newsletter.pipeline.context import Context
from newsletter.pipeline.record import receive, waiting
from newsletter.web import bodies

log = logging.getLogger(__name__)

BODY_BYTES = 4 * 1024 * 1024  #: SendGrid posts at 768 kB
UNDER_WAY = 32  #: posts that are read or kept at one time
BACKLOG = 5_000  #: kept bodies that nothing was made of yet: beyond it something is wrong here, and the provider may wait
_THREADS = 4
_LOOK_EVERY = 100  #: posts between two looks at the backlog


class Hooks:
    """The endpoint, with its limits."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._under_way = 0
        self._posts = 0
        self._full = False
        self._limiter: CapacityLimiter | None = None

    async def receive(self, request: Request) -> Response:
        """One post."""
        if self._under_way >= UNDER_WAY:
            return _later()
        self._under_way += 1
        try:
            return await self._keep(request)
        finally:
            self._under_way -= 1

    async def _keep(self, request: Request) -> Response:
        if await self._is_full():
            return _later()
        body = await bodies.read(request, BODY_BYTES)
        try:
            await self._in_thread(request.path_params["provider"], dict(request.headers), body)
        except HookRejected as error:
            log.warning("a hook was refused: %s", error.message)
            return PlainTextResponse("This is not signed by the provider.\n", 403)
        except NotFound:
            raise HTTPException(404) from None
        except ConfigurationError as error:
            log.warning("a hook could not be verified: %s", error)
            return _later(503)
        except Exception:
            log.exception("a hook could not be kept")
            return _later(503)
        return PlainTextResponse("kept\n")

    async def _in_thread(self, provider: str, headers: dict[str, str], body: bytes) -> None:
        # A few threads of their own: readers' pages never wait behind a storm of events.
        if self._limiter is None:
            self._limiter = CapacityLimiter(_THREADS)
        await anyio.to_thread.run_sync(receive, self._ctx, provider, headers, body, limiter=self._limiter)

    async def _is_full(self) -> bool:
        if self._full or self._posts % _LOOK_EVERY == 0:
            self._full = await anyio.to_thread.run_sync(waiting, self._ctx) >= BACKLOG
        self._posts += 1
        return self._full


def _later(status: int = 429) -> Response:
    return PlainTextResponse("Please post this again.\n", status, {"Retry-After": "60"})
