"""A small web server on a socket of this machine, as polite or as broken as a test wants it.

In: what to say at each path, as raw bytes. Out: its port, and what it was asked. Called by the tests of fetching, links and teasers.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Said = bytes | Callable[[socket.socket, threading.Event], None]


@dataclass
class WebServer:
    """What it says (by path; `*` for all others), and what it was asked: head of each, and how many lines were open at once."""

    pages: dict[str, Said] = field(default_factory=dict)
    port: int = 0
    asked: list[str] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def url(self, path: str = "/", host: str = "127.0.0.1", scheme: str = "http") -> str:
        """The address of a path."""
        return f"{scheme}://{host}:{self.port}{path}"

    @property
    def lines(self) -> list[str]:
        """The first line of everything that was asked."""
        return [head.partition("\r\n")[0] for head in self.asked]


def page(
    body: bytes = b"", *, status: str = "200 OK", kind: str = "text/html; charset=utf-8", headers: str = ""
) -> bytes:
    """A whole answer."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{headers}\r\n"
    return head.encode("latin-1") + body


def moved(to: str, status: str = "302 Found") -> bytes:
    """A redirect."""
    return page(status=status, headers=f"Location: {to}\r\n")


@contextlib.contextmanager
def web_server(
    pages: dict[str, Said], *, tls: ssl.SSLContext | None = None, address: str = "127.0.0.1"
) -> Iterator[WebServer]:
    """The server, on a free port."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.create_server((address, 0), family=family)
    made = WebServer(pages, port=listener.getsockname()[1])
    threads: list[threading.Thread] = []

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=_visit, args=(made, connection, tls), daemon=True)
            threads.append(thread)
            thread.start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield made
    finally:
        made.closing.set()
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepting.join(5)
        for thread in threads:
            thread.join(5)


def _visit(server: WebServer, connection: socket.socket, tls: ssl.SSLContext | None) -> None:
    with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
        line = stack.enter_context(connection)
        line.settimeout(10)
        if tls:
            line = stack.enter_context(tls.wrap_socket(line, server_side=True))
        head = b""
        while b"\r\n\r\n" not in head:
            piece = line.recv(4096)
            if not piece:
                return
            head += piece
        text = head.partition(b"\r\n\r\n")[0].decode("latin-1")
        with server.lock:
            server.asked.append(text)
        _say(server, line, text)


def _say(server: WebServer, line: socket.socket, head: str) -> None:
    method, path, _ = head.split(" ", 2)
    said = server.pages.get(f"{method} {path}") or server.pages.get(path) or server.pages.get("*")
    if said is None:
        said = page(status="404 Not Found")
    if callable(said):
        said(line, server.closing)
    else:
        line.sendall(said.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if method == "HEAD" else said)
