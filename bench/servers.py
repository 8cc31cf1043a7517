"""Servers to be asked for pages: ours, one that answers without looking, and one as a framework's tutorial would write it.

In: a workspace. Out: a port, and at the end the CPU and memory it took. A process of its own: `python -m bench.servers KIND FOLDER`.
"""

from __future__ import annotations

import asyncio
import json
import resource
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bench import world
from bench.measuring import peak_mb

_FOUND = b"HTTP/1.1 302 Found\r\nlocation: https://www.ngen.ca/\r\ncontent-length: 0\r\n\r\n"


class _Fixed(asyncio.Protocol):
    """Answers every request with the same bytes: what sockets and the event loop cost by themselves."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._transport.write(_FOUND * data.count(b"\r\n\r\n"))


def _fixed(_folder: Path, line: socket.socket, stop: threading.Event) -> None:
    async def run() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(_Fixed, sock=line)
        await loop.run_in_executor(None, stop.wait)
        server.close()

    asyncio.run(run())


def _ours(folder: Path, line: socket.socket, stop: threading.Event) -> None:
    """What `newsletter serve` runs."""
    from newsletter.web.serving import LOOPBACK, Listeners, serve

    with world.opened(folder) as ctx, socket.create_server((LOOPBACK, 0)) as staff:
        serve(ctx, Listeners(line, staff), stop)


def _studio(folder: Path, line: socket.socket, stop: threading.Event) -> None:
    """The same; the line is that of staff."""
    from newsletter.web.serving import LOOPBACK, Listeners, serve

    with world.opened(folder) as ctx, socket.create_server((LOOPBACK, 0)) as public:
        serve(ctx, Listeners(public, line), stop)


def _tutorial(folder: Path, line: socket.socket, stop: threading.Event) -> None:
    """A route, a look into SQLite for the target, a row for the click twice a second."""
    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import RedirectResponse
    from starlette.routing import Route

    db = sqlite3.connect(folder / world.PREPARED, check_same_thread=False)
    waiting: list[tuple[str, str]] = []

    async def click(request: Request) -> RedirectResponse:
        number = int(request.path_params["token"])
        found = db.execute("SELECT address FROM deliveries WHERE id = ?", (number,)).fetchone()
        waiting.append((found[0], request.headers.get("user-agent", "")))
        return RedirectResponse("https://www.ngen.ca/", 302)

    app = Starlette(routes=[Route("/c/{link}/{token}", click)])
    config = uvicorn.Config(app, log_level="warning", access_log=False)
    server = uvicorn.Server(config)

    def end() -> None:
        stop.wait()
        server.should_exit = True

    threading.Thread(target=end, daemon=True).start()
    server.run(sockets=[line])


KINDS: dict[str, Callable[[Path, socket.socket, threading.Event], None]] = {
    "fixed": _fixed,
    "ours": _ours,
    "studio": _studio,
    "tutorial": _tutorial,
}


def main() -> None:
    """Serve until standard input ends."""
    kind, folder = sys.argv[1:]
    line = socket.create_server(("127.0.0.1", 0), backlog=512)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as `newsletter serve` listens
    print(line.getsockname()[1], flush=True)
    stop = threading.Event()

    def watch() -> None:
        sys.stdin.read()
        stop.set()

    threading.Thread(target=watch, daemon=True).start()
    KINDS[kind](Path(folder), line, stop)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"cpu": used.ru_utime + used.ru_stime, "peak_mb": peak_mb()}))


class Server:
    """A server in a process of its own, for as long as the `with` lasts; `told` afterwards holds what it took."""

    def __init__(self, kind: str, folder: Path) -> None:
        self._arguments = [sys.executable, "-m", "bench.servers", kind, str(folder)]
        self.told: dict[str, Any] = {}

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        told, _ = self._process.communicate()
        if error is None:
            self.told = json.loads(told)


if __name__ == "__main__":
    main()
