"""Plain requests for links, answered from their bytes: the same answer and the same hit as by the careful way, or none at all."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from typing import Any

import h11
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from newsletter.model.token import of_variant, sign
from newsletter.pipeline.hits import Seen
from newsletter.web import lines
from newsletter.web.public.app import Public
from newsletter.web.public.quick import LONGEST
from tests.browser.studio import Studio
from tests.mailed import KEYS, Mailed, hand_over, world

PROXY, STRANGER = "127.0.0.1", "203.0.113.9"
HOST = b"Host: news.example"
AGENT = b"User-Agent: Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)"


class Ways:
    """Both ways to answer the same bytes, with what each saw."""

    def __init__(self, mailed: Mailed) -> None:
        self.mailed = mailed
        self.app = Public(mailed.ctx)
        self.app._hot._links.load(mailed.edition.short)
        self.token = sign(KEYS.signing, KEYS.current, of_variant(7)).track
        self.paths = [
            f"/c/{mailed.edition.short}-0/{self.token}",
            f"/o/{self.token}.gif",
            f"/o/{'A' * 35}.gif",
            f"/c/{mailed.edition.short}-0/{sign(KEYS.signing, KEYS.current, 0).track}",
        ]

    def quick(self, data: bytes, client: str) -> tuple[bytes, list[Seen]] | None:
        answer = self.app.quick(data, client)
        return None if answer is None else (b"".join(answer), self.seen())

    def careful(self, data: bytes, client: str) -> tuple[bytes, list[Seen]]:
        """By h11 and ASGI. Raises h11.RemoteProtocolError for what is no request."""
        line = h11.Connection(h11.SERVER)
        line.receive_data(data)
        request = line.next_event()
        assert isinstance(request, h11.Request), request
        assert isinstance(line.next_event(), h11.EndOfMessage)
        assert (line.trailing_data[0], line.their_state) == (b"", h11.DONE), "one request, and the line stays"
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            raise AssertionError("nobody reads a body")

        path, _, query = request.target.partition(b"?")
        scope = {
            "type": "http", "method": request.method.decode(), "path": path.decode(), "query_string": query, "scheme": "http",
            "headers": list(request.headers), "client": (client, 4711),
        }  # fmt: skip
        asyncio.run(ProxyHeadersMiddleware(self.app, ["127.0.0.1", "::1"])(scope, receive, send))  # type: ignore[arg-type]
        answer = h11.Response(status_code=sent[0]["status"], headers=sent[0]["headers"], reason=b"")
        head = line.send(answer)
        reason = b"Found" if answer.status_code == 302 else b"OK"
        first, rest = head.split(b"\r\n", 1)
        return first + reason + b"\r\n" + rest + sent[1]["body"], self.seen()

    def seen(self) -> list[Seen]:
        found = list(self.app.hits._seen)
        self.app.hits._seen.clear()
        return found


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ways]:
    with world(tmp_path_factory.mktemp("quick")) as mailed:
        yield Ways(hand_over(mailed))


def request(path: str, *headers: bytes, end: bytes = b"\r\n\r\n") -> bytes:
    return b"\r\n".join((f"GET {path} HTTP/1.1".encode(), *headers)) + end


PLAIN = [
    (HOST,),
    (HOST, AGENT, b"Accept-Language: en-CA", b"Upgrade-Insecure-Requests: 1"),
    (b"host:news.example", b"USER-AGENT:   Curl/8  \t", b"Connection: Keep-Alive "),
    (HOST, b"Sec-Purpose: PREFETCH;prerender"),
    (HOST, b"Purpose: something else"),
    (HOST, AGENT, b"X-Forwarded-For: 24.48.1.2", b"X-Forwarded-Proto: https"),
    (HOST, AGENT, b"X-Forwarded-For: 1.2.3.4, 24.48.1.2"),
    (HOST, AGENT, b"X-Forwarded-For: 2001:DB8::7"),
]


@pytest.mark.parametrize("client", [PROXY, STRANGER])
@pytest.mark.parametrize("headers", PLAIN)
def test_what_is_plain_is_answered_as_ever(ways: Ways, headers: tuple[bytes, ...], client: str) -> None:
    for path in ways.paths:
        data = request(path, *headers)
        assert ways.quick(data, client) == ways.careful(data, client)


def test_a_click_and_an_open_are_seen(ways: Ways) -> None:
    kinds = [(ways.quick(request(path, HOST, AGENT), STRANGER) or (b"", []))[1] for path in ways.paths]
    assert [[one.kind.value for one in seen] for seen in kinds] == [["click"], ["open"], [], []]


CAREFUL = [
    b"GET /c/%b HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /c/%b HTTP/1.1\r\nHost: x\r\n\r\n\r\n",
    b"GET /c/%b HTTP/1.1\r\nHost: x\r\n",
    b"GET /c/%b HTTP/1.1\r\n\r\n",
    b"GET /c/%b HTTP/1.1\nHost: x\n\n",
    b"GET /c/%b HTTP/1.1\r\nHost: x\nContent-Length: 5\r\n\r\n",
    b"GET /c/%b HTTP/1.1\r\nHost: x\rContent-Length: 5\r\n\r\n",
    b"GET /c/%b HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    b"GET /c/%b HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    b"GET /c/%b HTTP/1.1\r\nHost: x\r\nContent-Length : 5\r\n\r\n",
    b"GET /c/%b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"GET /c/%b HTTP/1.1\r\nHost: x\r\nX: y\r\n Content-Length: 5\r\n\r\n",
    b"GET /c/%b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"GET /c/%b HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
    b"GET /c/%b HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\n",
    b"GET /c/%b HTTP/1.1\r\nHost: x\r\nUser-Agent: a\r\nUser-Agent: b\r\n\r\n",
    b"GET /c/%b HTTP/1.1\r\nHost: x\r\nUser-Agent: \xe9\r\n\r\n",
    b"GET /c/%b HTTP/1.1\r\nHost: x\r\nUser-Agent: \0\r\n\r\n",
    b"GET /c/%b HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 127.0.0.1\r\n\r\n",
    b"GET /c/%b HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 0:0::1\r\n\r\n",
    b"GET /c/%b HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: unknown\r\n\r\n",
    b"GET /c/%b HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 1.2.3.4\r\nX-Forwarded-For: 5.6.7.8\r\n\r\n",
    b"GET /c/%b HTTP/1.0\r\nHost: x\r\n\r\n",
    b"HEAD /c/%b HTTP/1.1\r\nHost: x\r\n\r\n",
    b"POST /c/%b HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET  /c/%b HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /c/%b?a HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET http://x/c/%b HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /c/%b HTTP/1.1\r\nHost: x\r\nX: " + b"y" * LONGEST + b"\r\n\r\n",
]


@pytest.mark.parametrize("shape", CAREFUL)
def test_what_is_not_plain_goes_the_careful_way(ways: Ways, shape: bytes) -> None:
    data = shape % ways.paths[0].removeprefix("/c/").encode()
    assert ways.quick(data, PROXY) is None
    assert ways.seen() == []


def test_what_leads_nowhere_goes_the_careful_way(ways: Ways) -> None:
    short, token = ways.mailed.edition.short, ways.token
    altered = token[:-1] + ("A" if token[-1] != "A" else "B")
    own = sign(KEYS.signing, KEYS.current, of_variant(7)).own
    for name in (f"{short}-0/{altered}", f"{short}-0/{own}", f"{short}-999/{token}", f"{short}-00/{token}",
                 f"{'f' * 12}-0/{token}"):  # fmt: skip
        assert ways.quick(request(f"/c/{name}", HOST), STRANGER) is None, name
    assert ways.seen() == []


_PIECES = some.sampled_from([
    b"\r\n", b"\n", b"\r", b": ", b":", b" ", b"\t", b"Host: x", b"host", b"Content-Length: 1", b"Connection: close", b"\0", b"\xff",
    b"Transfer-Encoding: chunked", b"Expect: 100-continue", b"GET / HTTP/1.1", b"User-Agent: z", b"Purpose: prefetch", b"X-Forwarded-For: ",
    b"127.0.0.1", b"::1", b"10.0.0.1", b",", b"\r\n\r\n",
])  # fmt: skip


@pytest.mark.ci
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=500)
@given(
    cuts=some.lists(some.tuples(some.integers(0, 300), some.integers(0, 8), _PIECES), max_size=3),
    kind=some.integers(0, 3),
)
def test_altered_anywhere_both_ways_still_agree(
    ways: Ways, cuts: list[tuple[int, int, bytes]], kind: int
) -> None:
    data = request(ways.paths[kind], HOST, AGENT, b"Connection: keep-alive", b"X-Forwarded-For: 24.48.1.2")
    for at, gone, piece in cuts:
        data = data[:at] + piece + data[at + gone :]
    found = ways.quick(data, PROXY)
    assert found is None or found == ways.careful(data, PROXY)


# ── on the line itself ──


@pytest.mark.enable_socket
def test_quick_and_careful_take_turns_on_one_line(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[bytes] = []
    real = lines.QuickLine._stay
    monkeypatch.setattr(lines.QuickLine, "_stay", lambda line: (taken.append(b""), real(line)))
    port = int(studio.public_url.rpartition(":")[2])
    plain = request(f"/o/{'A' * 35}.gif", HOST)
    with socket.create_connection(("127.0.0.1", port), 10) as line:
        for sent, expected in (
            (plain, 1), (plain + plain, 1), (request("/robots.txt", HOST), 1), (plain[:20], 1), (plain[20:] + plain, 1), (plain, 2)
        ):  # fmt: skip
            line.sendall(sent)
            if sent != plain[:20]:
                wanted = sent.count(b"\r\n\r\n")
                got = b""
                while got.count(b"HTTP/1.1 200") < wanted or not got.endswith((b";", b"\n")):
                    got += line.recv(65536)
                assert got.lower().count(b"\r\ndate: ") == wanted
            assert len(taken) == expected, sent


@pytest.mark.enable_socket
def test_a_line_of_quick_answers_is_closed_when_nothing_more_comes(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines.QuickLine, "_kept_for", lambda _: 0.3)
    port = int(studio.public_url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), 10) as line:
        for _ in range(2):
            line.sendall(request(f"/o/{'A' * 35}.gif", HOST))
            assert line.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")
        line.settimeout(8)
        assert line.recv(65536) == b""


@pytest.mark.enable_socket
def test_what_looks_plain_may_be_the_rest_of_a_header(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    came = threading.Event()
    real = lines.Line.data_received
    monkeypatch.setattr(lines.Line, "data_received", lambda line, data: (real(line, data), came.set()))
    with socket.create_connection(("127.0.0.1", int(studio.public_url.rpartition(":")[2])), 10) as line:
        line.sendall(b"GET /robots.txt HTTP/1.1\r\nX: ")
        assert came.wait(10)
        line.sendall(request(f"/o/{'A' * 35}.gif", HOST))
        assert b"content-type: text/plain" in line.recv(65536), "the robots were asked for, not the image"
