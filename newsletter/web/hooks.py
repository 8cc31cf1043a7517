"""Hooks: what providers post is verified and kept, then answered; understanding it comes later.

In: POST /hooks/{provider}. Out: 2xx once the body is durably kept; 403 for one that is not the provider's; 413 and 429 beyond
the limits; 503 when it could not be kept. Called by web.public.app. Providers post again what was not answered with 2xx.
"""

from __future__ import annotations

import logging
from typing import Self

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
HELD_BYTES = 64 * 1024 * 1024  #: of posts that are read, or wait to be kept, at one time
BACKLOG = 5_000  #: kept bodies that nothing was made of yet: beyond it something is wrong here, and the provider may wait
_THREADS = 1  #: they would only wait for the writer's turn; four took a tenth off the speed of a send in a storm, and were no quicker
_LOOK_EVERY = 100  #: posts between two looks at the backlog
_AGAIN = {"Retry-After": "60"}


class _Share:
    """What one post holds of the memory for all of them. Counted by what has come, not by posts: a stranger who sends slowly
    keeps nobody out."""

    def __init__(self, hooks: Hooks) -> None:
        self._hooks = hooks
        self._size = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._hooks.held -= self._size

    def take(self, size: int) -> None:
        """So many bytes more. Raises HTTPException 429 when there is no room for them."""
        if self._hooks.held + size > HELD_BYTES:
            raise HTTPException(429, headers=_AGAIN)
        self._hooks.held += size
        self._size += size


class Hooks:
    """The endpoint, with its limits. `held`: bytes of posts that are read, or wait to be kept."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self.held = 0
        self._posts = 0
        self._full = False
        self._limiter: CapacityLimiter | None = None

    async def receive(self, request: Request) -> Response:
        """One post."""
        if await self._is_full():
            return _later()
        with _Share(self) as share:
            return await self._keep(request, await bodies.read(request, BODY_BYTES, share.take))

    async def _keep(self, request: Request, body: bytes) -> Response:
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
        # A thread of their own: readers' pages never wait behind a storm of events.
        if self._limiter is None:
            self._limiter = CapacityLimiter(_THREADS)
        await anyio.to_thread.run_sync(receive, self._ctx, provider, headers, body, limiter=self._limiter)

    async def _is_full(self) -> bool:
        if self._full or self._posts % _LOOK_EVERY == 0:
            self._full = await anyio.to_thread.run_sync(waiting, self._ctx) >= BACKLOG
        self._posts += 1
        return self._full


def _later(status: int = 429) -> Response:
    return PlainTextResponse("Please post this again.\n", status, _AGAIN)
