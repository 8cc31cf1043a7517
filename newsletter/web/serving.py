"""Serving: the public listener and the staff listener, in one process, until a signal.

In: a Context, two addresses, what works beside them. Out: both answered; at the end open answers end and hits are written.
Called by cli.serve.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import cast

import uvicorn
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp

from newsletter import app
from newsletter.host import when_told_to_end
from newsletter.model.errors import ConfigurationError, NotAllowed
from newsletter.model.said import Said, alike, system
from newsletter.pipeline import heartbeat
from newsletter.pipeline.context import Context
from newsletter.pipeline.steady import steady
from newsletter.settings import LOOPBACK_HOSTS, Settings
from newsletter.web.lines import Line, OneEnd, QuickLine, room
from newsletter.web.public.app import Public
from newsletter.web.studio.app import studio

log = logging.getLogger(__name__)

LOOPBACK = "127.0.0.1"
LISTEN_SECONDS = 30.0  #: between two looks at the runner's heartbeat
_END_WITHIN = 10  #: seconds that open answers have to end
_TURN_SECONDS = 0.001


@dataclass(frozen=True, slots=True)
class Listeners:
    """Two open sockets, before anything answers on them."""

    public: socket.socket
    staff: socket.socket

    @property
    def public_url(self) -> str:
        """Where readers are answered."""
        return url_of(self.public)

    @property
    def staff_url(self) -> str:
        """Where staff are answered."""
        return url_of(self.staff)


def url_of(listener: socket.socket) -> str:
    """The URL of an open socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def listen(host: str, port: int, staff_port: int, staff_host: str = LOOPBACK) -> Listeners:
    """Open both sockets; port 0 takes a free one. Raises NotAllowed when an address is taken or is not this machine's."""
    public = _bind(host, port, "--port")
    try:
        return Listeners(public, _bind(staff_host, staff_port, "--staff-port"))
    except NotAllowed:
        public.close()
        raise


def staff_host(settings: Settings) -> str:
    """The address on which the studio is answered. Raises ConfigurationError where passwords would cross a network in the open."""
    host = settings.text("studio.host")
    beyond = host not in LOOPBACK_HOSTS
    if beyond and not settings.text("studio.base_url").startswith("https://"):
        raise ConfigurationError(
            Said(
                f"studio.host = {host!r} opens the studio to other machines without https",
                f"studio.host = {host!r} ouvre l’atelier à d’autres ordinateurs sans https",
            ),
            code="studio-open",
            hint=Said(
                "Leave it out, and let a reverse proxy on this machine answer; or set studio.base_url to the https address of one.",
                "Omettez-le, et laissez répondre un mandataire inverse de cet ordinateur; ou donnez à studio.base_url l’adresse https d’un tel mandataire.",
            ),
        )
    return host


def _bind(host: str, port: int, option: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        made = socket.create_server((host, port), family=family, backlog=512)
    except (OSError, OverflowError) as error:
        reason = system(error) if isinstance(error, OSError) and error.strerror else alike(str(error))
        raise NotAllowed(
            Said(
                f"{host}:{port} cannot be listened on: {reason.en}",
                f"impossible d’écouter sur {host}:{port}\u00a0: {reason.fr}",
            ),
            code="port-taken",
            hint=Said(
                f"Name another with {option}, or 0 for any that is free.",
                f"Indiquez-en un autre avec {option}, ou 0 pour n’importe lequel qui est libre.",
            ),
        ) from None
    # asyncio sets it only on sockets that know their protocol; without it a second answer on a line waits 40 ms for an ACK
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


class _Server(uvicorn.Server):
    """One of two: signals are caught once, for both."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def serve(ctx: Context, listeners: Listeners, stop: threading.Event) -> None:
    """Answer on both listeners until `stop` is set, or the system or Ctrl-C asks to end (in the main thread). `stop` is set then."""
    ctx = app.remembering(ctx)
    readers = Public(ctx)
    public = _server(readers, partial(QuickLine, readers.quick), behind_proxy=True)
    proxied = bool(ctx.settings.text("studio.base_url"))
    inside = _server(studio(ctx, listeners.staff.getsockname()[1], stop), Line, behind_proxy=proxied)
    told: list[bool] = []  # a signal handler must take no lock, for this thread may hold it: so no Event
    with when_told_to_end(lambda: told.append(True), by_keyboard=True), steady(), _in_turns():
        asyncio.run(_all(ctx, public, inside, listeners, stop, told))


def _server(application: ASGIApp, line: Callable[..., Line], *, behind_proxy: bool) -> _Server:
    # A reverse proxy on this machine says whose request it carries; nobody else is believed.
    return _Server(
        uvicorn.Config(
            OneEnd(application),
            http=cast("type[Line]", line),  # it is only ever called
            ws="none",
            lifespan="on",
            log_level="warning",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=behind_proxy,
            forwarded_allow_ips=f"{LOOPBACK},::1",
            timeout_keep_alive=10,
            timeout_graceful_shutdown=_END_WITHIN,
            limit_concurrency=room(),
            h11_max_incomplete_event_size=32 * 1024,
        )
    )


async def _all(
    ctx: Context,
    public: _Server,
    inside: _Server,
    listeners: Listeners,
    stop: threading.Event,
    told: Sequence[bool],
) -> None:
    listening = asyncio.create_task(_listen_to_runner(ctx))
    try:
        await _both(public, inside, listeners, stop, told)
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening


async def _listen_to_runner(ctx: Context) -> None:
    """The runner cannot tell that it is silent itself: whoever answers readers does, while it lives."""
    begun = ctx.now()
    while True:
        await asyncio.sleep(LISTEN_SECONDS)
        try:
            await run_in_threadpool(heartbeat.listen, ctx, begun)
        except Exception:
            log.exception("the runner could not be listened to")


async def _both(
    public: _Server, inside: _Server, listeners: Listeners, stop: threading.Event, told: Sequence[bool]
) -> None:
    async def watch() -> None:
        while not (told or stop.is_set() or public.should_exit or inside.should_exit):
            await asyncio.sleep(0.1)
        stop.set()  # what follows the desk live ends with it
        public.should_exit = inside.should_exit = True

    await asyncio.gather(public.serve([listeners.public]), inside.serve([listeners.staff]), watch())


@contextmanager
def _in_turns() -> Iterator[None]:
    """Threads take turns by the millisecond, not by five: while one makes a page, readers wait for each turn twice an answer."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(_TURN_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
