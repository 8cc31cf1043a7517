"""The conformance suite for providers that speak HTTP: what each way of breaking must mean.

In: a provider pointed at a server of ours on the loopback. Out: AssertionError that says what was promised. Called as
`conformance` is; the server is a bare socket, because a torn status line and a reset in mid-body are no web server's trade.

The promise (house.md 5): *Unavailable* only when no byte of a body can have left; *Refused* only after a whole refusal;
everything else *Uncertain*; and one connection at most carries a body, whatever happens.
"""

from __future__ import annotations

import os
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from newsletter.model.errors import ProviderError, RefusalScope, Refused, Unavailable, Uncertain
from newsletter.model.outbound import Receipt
from newsletter.providers.conformance import need, sample_batch, sample_message
from newsletter.providers.contract import Provider

Outcome = Receipt | ProviderError
_RESET = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)


class Visit:
    """One connection, seen from the server. Reads as much as it is told to."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self.head = b""
        self.body = 0  #: bytes of the body that arrived
        self.length = 0

    def read_head(self) -> None:
        """Up to the empty line."""
        raw = b""
        while b"\r\n\r\n" not in raw:
            piece = self._sock.recv(1)  # not a byte of the body, so that what is read can be counted
            if not piece:
                return
            raw += piece
        self.head = raw
        lengths = [line[15:] for line in raw.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        self.length = int(lengths[0]) if lengths else 0

    def read_body(self, most: int | None = None) -> None:
        """The body, or so many bytes of it."""
        goal = self.length if most is None else min(most, self.length)
        while self.body < goal:
            piece = self._sock.recv(min(65536, goal - self.body))
            if not piece:
                return
            self.body += len(piece)

    def send(self, data: bytes) -> None:
        """Bytes as they are."""
        self._sock.sendall(data)

    def reset(self) -> None:
        """An end with RST."""
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._sock.close()

    def wait_until_left(self) -> None:
        """Silence until the client goes."""
        with suppress(OSError):
            while self._sock.recv(65536):
                pass


Script = Callable[[Visit], None]


class FaultServer:
    """A server on a free loopback port that plays one script to every connection."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.visits: list[Visit] = []
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._serve, daemon=True)]
        self._threads[0].start()

    def _serve(self) -> None:
        with suppress(OSError):  # closing the listener ends it
            while True:
                sock, _ = self._listener.accept()
                thread = threading.Thread(target=self._play, args=(sock,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _play(self, sock: socket.socket) -> None:
        visit = Visit(sock)
        self.visits.append(visit)
        with sock, suppress(OSError):
            self._script(visit)

    def close(self) -> None:
        """Stop, and wait for every script to end."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)

    @property
    def bodies(self) -> int:
        """How many connections carried a byte of a body."""
        return sum(1 for visit in self.visits if visit.body)


@contextmanager
def serving(script: Script) -> Iterator[FaultServer]:
    """A FaultServer, closed at the end."""
    server = FaultServer(script)
    try:
        yield server
    finally:
        server.close()


def answer(status: int, body: bytes = b"", *headers: str, length: int | None = None) -> bytes:
    """A response as bytes; `length` lies about the body's."""
    size = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status} Something", f"Content-Length: {size}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def replying(data: bytes) -> Script:
    """Read the whole request, send these bytes, and close."""

    def script(visit: Visit) -> None:
        visit.read_head()
        visit.read_body()
        visit.send(data)

    return script


def _leaving(*steps: Callable[[Visit], None]) -> Script:
    def script(visit: Visit) -> None:
        for step in steps:
            step(visit)

    return script


_HEAD, _BODY, _RST = Visit.read_head, Visit.read_body, Visit.reset
_SILENT = Visit.wait_until_left


def _half(visit: Visit) -> None:
    visit.read_body(visit.length // 2)


@dataclass(frozen=True, slots=True)
class Break:
    """A way to break, and the error that it must mean. `status` is the answer's, where one is complete."""

    name: str
    script: Script
    means: type[ProviderError]
    scope: RefusalScope | None = None


BREAKS = (
    Break("closed after the body", _leaving(_HEAD, _BODY), Uncertain),
    Break("reset after the body", _leaving(_HEAD, _BODY, _RST), Uncertain),
    Break("reset in mid-body", _leaving(_HEAD, _half, _RST), Uncertain),
    Break("closed in mid-body", _leaving(_HEAD, _half), Uncertain),
    Break("silence after the body", _leaving(_HEAD, _BODY, _SILENT), Uncertain),
    Break("silence in mid-body", _leaving(_HEAD, _half, _SILENT), Uncertain),
    Break("garbage", replying(b"\x16\x03\x01\x02\x00garbage\r\n\r\n"), Uncertain),
    Break("half a status line", replying(b"HTTP/1.1 20"), Uncertain),
    Break("half a head", replying(b"HTTP/1.1 202 Accepted\r\nX-Message-Id: ab"), Uncertain),
    Break("a yes with half a body", replying(answer(202, b"ab", length=10)), Uncertain),
    Break("half a refusal", replying(answer(400, b'{"errors": [{"mess', length=900)), Uncertain),
    Break("half a refusal, no length", replying(b'HTTP/1.1 400 No\r\n\r\n{"errors": [{"m'), Uncertain),
    Break("500", replying(answer(500, b'{"errors":[{"message":"oops"}]}')), Uncertain),
    Break("502 as a page", replying(answer(502, b"<html>Bad Gateway</html>")), Uncertain),
    Break("503 asking to retry", replying(answer(503, b"", "Retry-After: 1")), Uncertain),
    Break("504", replying(answer(504)), Uncertain),
    Break("an unknown yes", replying(answer(204)), Uncertain),
    Break("an unknown no", replying(answer(418)), Uncertain),
    Break("429", replying(answer(429, b"too many requests")), Unavailable),
    Break("301", replying(answer(301, b"", "Location: /elsewhere")), Refused, RefusalScope.ACCOUNT),
    Break("307", replying(answer(307, b"", "Location: /elsewhere")), Refused, RefusalScope.ACCOUNT),
    Break("401", replying(answer(401, b"{}")), Refused, RefusalScope.ACCOUNT),
    Break("403", replying(answer(403, b"{}")), Refused, RefusalScope.ACCOUNT),
    Break("404", replying(answer(404, b"{}")), Refused, RefusalScope.REQUEST),
    Break("405", replying(answer(405, b"{}")), Refused, RefusalScope.REQUEST),
    Break("413 as a page", replying(answer(413, b"<html>too large</html>")), Refused, RefusalScope.REQUEST),
    Break("415", replying(answer(415, b"{}")), Refused, RefusalScope.REQUEST),
)

#: nobody can say whether the body began to leave: an honest provider may find either, and must be right
EARLY = (
    Break("closed before reading", _leaving(), Unavailable),
    Break("reset before reading", _leaving(_RST), Unavailable),
    Break("reset after the head", _leaving(_HEAD, _RST), Unavailable),
)


class HttpConformance:
    """Give `at(url)`: a provider that posts there and waits a second at most for anything."""

    def at(self, url: str) -> Provider:
        """The provider, pointed at a URL."""
        raise NotImplementedError

    def outcome(self, url: str, *, kilobytes: int = 600) -> Outcome:
        """What a parcel of about this size meets at a URL."""
        html = ("<p>" + "é" * 512 + "</p>\n") * kilobytes
        batch = sample_batch(2, replace(sample_message(()), html=(html,)))
        provider = self.at(url)
        parcel = provider.encode(batch)
        try:
            return provider.submit(parcel)
        except ProviderError as error:
            return error
        finally:
            provider.close()

    def test_each_break_means_what_it_should(self) -> None:
        """One request, one meaning."""
        for each in BREAKS:
            with serving(each.script) as server:
                found = self.outcome(server.url)
            need(type(found) is each.means, f"{each.name}: {found!r} is no {each.means.__name__}")
            if each.scope:
                need(isinstance(found, Refused) and found.scope is each.scope, f"{each.name}: {each.scope}")
            need(len(server.visits) == 1, f"{each.name}: posted {len(server.visits)} times")

    def test_an_early_end_is_never_taken_for_a_no_after_a_byte_arrived(self) -> None:
        """Unavailable promises that nothing of the body left."""
        for each in EARLY:
            with serving(each.script) as server:
                found = self.outcome(server.url)
            need(isinstance(found, Unavailable | Uncertain), f"{each.name}: {found!r}")
            need(not (isinstance(found, Unavailable) and server.bodies), f"{each.name}: a body had left")
            need(len(server.visits) == 1, f"{each.name}: posted {len(server.visits)} times")

    def test_nobody_listens(self) -> None:
        """Nothing left: asking again is safe."""
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        found = self.outcome(f"http://127.0.0.1:{port}")
        need(type(found) is Unavailable, f"nobody listens: {found!r}")

    def test_a_redirect_is_not_followed(self) -> None:
        """The key and the mail stay here."""
        with serving(replying(answer(202))) as elsewhere:
            away = answer(302, b"", f"Location: {elsewhere.url}/v3/mail/send")
            with serving(replying(away)) as server:
                found = self.outcome(server.url)
        need(isinstance(found, Refused), f"redirected: {found!r}")
        need(not elsewhere.visits, "a redirect is not followed")
