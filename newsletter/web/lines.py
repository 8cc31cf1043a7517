"""Lines: the connections of a listener, and what a stranger may do with them: neither keep them for nothing nor blur where requests end.

In: sockets, requests. Out: lines closed in time; 400 for a request whose end is told twice; plain requests for links answered at once.
Called by web.serving.
"""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from newsletter import host
from newsletter.web.public.quick import Quick

HEAD_SECONDS = 30.0  #: until a request's head has come whole
_MOST = 2000  #: lines of one listener
_WANTED = 8192  #: files that the process may have open, where the system lets it
_OURS = 256  #: of them: the database, the renderer, the provider


class Line(H11Protocol):
    """One connection. It is closed where a request's head does not come in time, and at once where there are too many."""

    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the library has it
        """A line more."""
        super().connection_made(transport)
        if self.limit_concurrency is not None and len(self.connections) > self.limit_concurrency:
            transport.abort()
            return
        self._watch()

    def data_received(self, data: bytes) -> None:
        """A piece of a request."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """A line less."""
        self._forget()
        super().connection_lost(exc)

    def _watch(self) -> None:
        if self.conn.their_state is not h11.IDLE:
            self._forget()
        elif self._patience is None:
            self._patience = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _give_up(self) -> None:
        self._patience = None
        if self.conn.their_state is h11.IDLE:
            self.transport.close()

    def _forget(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None


class QuickLine(Line):
    """A line that answers plain requests itself (web.public.quick), while nothing else is under way on it."""

    def __init__(self, quick: Quick, **given: Any) -> None:
        super().__init__(**given)
        self._quick = quick
        self._from = ""
        self._answered = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the library has it
        """A line more."""
        super().connection_made(transport)
        self._from = self.client[0] if self.client else ""

    def data_received(self, data: bytes) -> None:
        """A piece of a request, or a plain one that is answered with that."""
        answer = self._quick(data, self._from) if self._at_rest() else None
        if answer is None:
            super().data_received(data)
            return
        self._stay()
        first, rest = answer
        own = [b"%b: %b\r\n" % header for header in self.server_state.default_headers]
        self.transport.write(b"".join((first, *own, rest)))

    def _at_rest(self) -> bool:
        """Whether nothing came of a request yet, and nobody waits for an answer, or for room to write one."""
        idle = self.conn.their_state is h11.IDLE and self.conn.our_state is h11.IDLE
        return idle and not self.conn.trailing_data[0] and not self.flow.write_paused

    def _stay(self) -> None:
        """An answer was given: the line is kept as long as after any other. One timer serves all answers."""
        self._forget()
        self._answered = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._wait(self._kept_for())

    def _kept_for(self) -> float:
        return self.timeout_keep_alive

    def _wait(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self.timeout_keep_alive_handler)

    def timeout_keep_alive_handler(self) -> None:
        """Nothing was asked for a while, unless by plain requests meanwhile."""
        left = self._answered + self._kept_for() - self.loop.time()
        if left > 0:
            self._wait(left)
        else:
            super().timeout_keep_alive_handler()


class OneEnd:
    """Refuses a request that tells its end twice (Content-Length beside Transfer-Encoding), and closes its line: a program before this one
    may have taken the other end, and what follows is then somebody else's request (RFC 9112 section 6.1)."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        names = {name for name, _ in scope["headers"]} if scope["type"] == "http" else set()
        if {b"content-length", b"transfer-encoding"} <= names:
            refused = PlainTextResponse(
                "The end of this request is told twice.\n", 400, {"Connection": "close"}
            )
            await refused(scope, receive, send)
            return
        await self._application(scope, receive, send)


def room() -> int:
    """How many lines a listener may have, beside another one, so that files are left for everything else."""
    return max(min(_MOST, (host.open_files(_WANTED) - _OURS) // 2), 16)
