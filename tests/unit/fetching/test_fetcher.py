"""The fetcher against real servers on this machine: what it brings, what it refuses, and how every hostile one ends."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from newsletter.fetching.contract import Limits, Unfetched, Why
from newsletter.fetching.fetcher import Fetcher
from tests.mail_server import Trust, trust
from tests.web_server import Said, WebServer, moved, page, web_server

pytestmark = pytest.mark.enable_socket

QUICK = Limits(seconds=1.0, octets=50_000, redirects=3, header_octets=8_000)
HERE = Fetcher(QUICK, loopback=True)


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    return trust(tmp_path_factory.mktemp("trust"))


@pytest.fixture
def served() -> Iterator[WebServer]:
    with web_server({}) as server:
        yield server


def why(act: Callable[[], object]) -> tuple[Why, str]:
    with pytest.raises(Unfetched) as told:
        act()
    return told.value.why, told.value.detail


def test_a_page_comes_with_its_kind_and_nothing_of_ours_goes_there(served: WebServer) -> None:
    served.pages["/a?b=%2F"] = page("é".encode(), kind='Text/HTML; Charset="UTF-8"')
    answer = HERE.get(served.url("/a?b=%2F#part"), language="fr")
    assert (answer.status, answer.media_type, answer.charset, answer.body) == (
        200, "text/html", "utf-8", "é".encode(),
    )  # fmt: skip
    (head,) = served.asked
    names = {line.partition(":")[0].lower() for line in head.split("\r\n")[1:]}
    assert names == {"host", "user-agent", "accept", "accept-encoding", "accept-language"}
    assert head.startswith("GET /a?b=%2F HTTP/1.1")


def test_proxies_of_the_environment_are_not_asked(served: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/")
    served.pages["/"] = page(b"x")
    assert HERE.get(served.url()).body == b"x"


def test_cookies_are_not_kept(served: WebServer) -> None:
    served.pages["/"] = moved("/next").replace(b"\r\n\r\n", b"\r\nSet-Cookie: a=b\r\n\r\n", 1)
    served.pages["/next"] = page(b"x")
    HERE.get(served.url())
    assert len(served.asked) == 2
    assert all("cookie" not in head.lower() and "referer" not in head.lower() for head in served.asked)


def test_redirects_are_followed_and_told(served: WebServer) -> None:
    served.pages |= {"/": moved("b/../c?d", "301 Moved Permanently"), "/c?d": moved("/e"), "/e": page(b"x")}
    answer = HERE.head(served.url())
    assert [(hop.status, hop.permanent) for hop in answer.hops] == [(301, True), (302, False)]
    assert (answer.url, answer.status) == (served.url("/e"), 200)
    assert served.lines[0] == "HEAD / HTTP/1.1"


# --- what is never asked ---


def test_this_machine_is_not_asked_unless_it_is_said(served: WebServer) -> None:
    served.pages["*"] = page(b"secret")
    for host in ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "127.1"):
        assert why(lambda host=host: Fetcher(QUICK).get(served.url(host=host)))[0] is Why.REFUSED, host  # type: ignore[misc]
    assert served.asked == []


def test_a_redirect_to_this_machine_is_not_followed(served: WebServer) -> None:
    """The first server is public by its name and address; it is the only one that the resolver sends here."""
    with web_server({"*": page(b"secret")}) as inner:
        for host in ("127.0.0.1", "[::ffff:127.0.0.1]", "localhost", "2130706433"):
            served.pages["*"] = moved(f"http://{host}:{inner.port}/")
            fetcher = _as_public(served)
            assert why(lambda fetcher=fetcher: fetcher.get("http://news.example.org/"))[0] is Why.REFUSED, (
                host
            )  # type: ignore[misc]
        assert len(served.asked) == 4
        assert inner.asked == []


def _as_public(server: WebServer) -> Fetcher:
    """A fetcher for which 93.184.215.14 is the server on this machine: the network is bent behind all of its judging."""
    return Fetcher(QUICK, resolve=lambda _: ("93.184.215.14",))


@pytest.fixture(autouse=True)
def _bent(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections to 93.184.215.14 end at the test's own server: a network, not the fetcher, is replaced."""
    if "served" not in request.fixturenames:
        return
    server: WebServer = request.getfixturevalue("served")
    real = socket.create_connection

    def connect(address: tuple[str, int], *rest: object, **named: object) -> socket.socket:
        bent = ("127.0.0.1", server.port) if address[0] == "93.184.215.14" else address
        return real(bent, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "create_connection", connect)


def test_the_judged_address_is_the_one_connected_to(served: WebServer) -> None:
    """A name that answers differently the second time (rebinding) is looked up once a hop, and judged each time."""
    served.pages |= {"/": moved("/again"), "/again": page(b"x")}
    answers = [("93.184.215.14",), ("127.0.0.1",)]
    looked_up: list[str] = []

    def resolve(host: str) -> tuple[str, ...]:
        looked_up.append(host)
        return answers[min(len(looked_up), 2) - 1]

    fetcher = Fetcher(QUICK, resolve=resolve)
    assert why(lambda: fetcher.get("http://rebind.example.org/")) == (Why.REFUSED, "loopback")
    assert looked_up == ["rebind.example.org"] * 2
    assert served.lines == ["GET / HTTP/1.1"]
    assert "Host: rebind.example.org\r\n" in served.asked[0] + "\r\n"


def test_one_private_address_among_public_ones_is_enough() -> None:
    fetcher = Fetcher(QUICK, resolve=lambda _: ("93.184.215.14", "10.0.0.1"))
    assert why(lambda: fetcher.get("http://mixed.example.org/")) == (Why.REFUSED, "not-public")


@pytest.mark.parametrize(
    ("url", "detail"),
    [
        ("ftp://example.org/", "not http or https"),
        ("file:///etc/passwd", "not http or https"),
        ("javascript:alert(1)", "not http or https"),
        ("gopher://example.org:70/_x", "not http or https"),
        ("http://user@example.org/", "a name or password in the address"),
        ("http://:secret@example.org/", "a name or password in the address"),
        ("http://example.org:22/", "port 22"),
        ("http://example.org:6379/", "port 6379"),
        ("http://", "malformed"),
        ("http://[::1", "malformed"),
        ("//example.org/", "malformed"),
        ("https://example.org/" + "a" * 9000, "too long"),
        ("http://metadata.google.internal/computeMetadata/v1/", "metadata"),
        ("http://169.254.169.254/latest/meta-data/", "metadata"),
        ("http://2852039166/", "metadata"),
        ("http://[fd00:ec2::254]/", "metadata"),
        ("http://printer/", "not-public"),
        ("http://wiki.intranet/", "not-public"),
        ("http://LOCALHOST./", "loopback"),
        ("http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/", "loopback"),
        ("http://127。0。0。1/", "loopback"),
    ],
)
def test_what_is_refused_without_a_look_up(url: str, detail: str) -> None:
    def resolve(host: str) -> tuple[str, ...]:
        raise AssertionError(host)

    assert why(lambda: Fetcher(QUICK, resolve=resolve).get(url)) == (Why.REFUSED, detail)


def test_a_name_without_an_address_and_a_port_without_a_server(served: WebServer) -> None:
    def nowhere(host: str) -> tuple[str, ...]:
        raise socket.gaierror(-2, "Name or service not known")

    assert why(lambda: Fetcher(QUICK, resolve=nowhere).get("http://gone.example.org/"))[0] is Why.NAME
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert why(lambda: HERE.get(f"http://127.0.0.1:{port}/"))[0] is Why.CONNECT


# --- servers that mean ill ---


def _drip(before: bytes) -> Said:
    def say(line: socket.socket, closing: threading.Event) -> None:
        line.sendall(before)
        while not closing.wait(0.05):
            line.sendall(b"x")

    return say


def _endless(before: bytes, piece: bytes) -> Said:
    def say(line: socket.socket, closing: threading.Event) -> None:
        line.sendall(before)
        while not closing.is_set():
            line.sendall(piece)

    return say


def _silent(line: socket.socket, closing: threading.Event) -> None:
    closing.wait(10)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (_silent, {Why.TIME}),
        (_drip(b"HTTP/1.1 200 OK\r\nX-"), {Why.TIME}),
        (_drip(HEAD + b"Content-Length: 10000\r\n\r\n"), {Why.TIME}),
        (_endless(b"HTTP/1.1 200 OK\r\nX-A: ", b"y" * 1000), {Why.SIZE, Why.ANSWER}),
        (_endless(b"HTTP/1.1 200 OK\r\n", b"X-A: " + b"y" * 100 + b"\r\n"), {Why.SIZE, Why.ANSWER}),
        (_endless(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"), {Why.SIZE}),
        (_endless(HEAD + b"\r\n", b"z" * 1000), {Why.SIZE}),
        (page(b"z" * 50_001), {Why.SIZE}),
        (page(gzip.compress(b"z" * 50_000_000), headers="Content-Encoding: gzip\r\n"), {Why.SIZE}),
        (page(b"nothing packed", headers="Content-Encoding: gzip\r\n"), {Why.ANSWER}),
        (page(b"nothing packed", headers="Content-Encoding: br\r\n"), {Why.ANSWER}),
        (b"SSH-2.0-OpenSSH_9.2\r\n", {Why.ANSWER}),
        (b"", {Why.ANSWER}),
        (HEAD + b"Content-Length: 500\r\n\r\nshort", {Why.ANSWER}),
        (moved("http://[broken"), {Why.REDIRECTS}),
        (moved("/"), {Why.REDIRECTS}),
        (moved("file:///etc/passwd"), {Why.REFUSED}),
        (moved("http://user:secret@127.0.0.1/"), {Why.REFUSED}),
    ],
)  # fmt: skip
@pytest.mark.ci
def test_every_hostile_answer_ends_in_time(served: WebServer, said: Said, expected: set[Why]) -> None:
    served.pages["*"] = said
    begun = time.monotonic()
    assert why(lambda: HERE.get(served.url()))[0] in expected
    assert time.monotonic() - begun < QUICK.seconds + 0.7


def test_redirects_without_end_end(served: WebServer) -> None:
    served.pages |= {f"/{number}": moved(f"/{number + 1}") for number in range(9)}
    assert why(lambda: HERE.get(served.url("/0"))) == (Why.REDIRECTS, "too many")
    assert len(served.asked) == QUICK.redirects + 1


def test_the_body_is_not_read_when_only_the_status_is_asked(served: WebServer) -> None:
    served.pages["*"] = _endless(HEAD + b"\r\n", b"z" * 1000)
    assert HERE.touch(served.url()).status == 200


def test_a_packed_page_is_unpacked(served: WebServer) -> None:
    served.pages["/"] = page(gzip.compress(b"z" * 40_000), headers="Content-Encoding: gzip\r\n")
    assert HERE.get(served.url()).body == b"z" * 40_000


def test_a_resolver_that_never_answers_costs_no_more_than_the_deadline() -> None:
    held = threading.Event()

    def slow(_host: str) -> tuple[str, ...]:
        held.wait(10)
        return ("93.184.215.14",)

    begun = time.monotonic()
    fetcher = Fetcher(Limits(seconds=0.3), resolve=slow)
    assert why(lambda: fetcher.get("http://slow.example.org/"))[0] is Why.TIME
    assert time.monotonic() - begun < 1
    held.set()


def test_the_next_address_of_a_name_is_tried(served: WebServer) -> None:
    served.pages["/"] = page(b"x")
    fetcher = Fetcher(QUICK, loopback=True, resolve=lambda _: ("::1", "127.0.0.1"))
    assert fetcher.get(served.url(host="localhost")).body == b"x"


# --- TLS ---


def test_the_certificate_is_the_names(trusted: Trust) -> None:
    with web_server({"*": page(b"x")}, tls=trusted.server) as server:
        known = Fetcher(QUICK, loopback=True, trust=trusted.client)
        assert known.get(server.url(scheme="https")).body == b"x"
        other = server.url(scheme="https", host="localhost")
        assert why(lambda: known.get(other))[0] is Why.TLS
        stranger = why(lambda: HERE.get(server.url(scheme="https")))
        assert stranger == (Why.TLS, "self-signed certificate")


def test_no_tls_where_it_was_asked_for(served: WebServer) -> None:
    served.pages["*"] = page(b"x")
    assert why(lambda: HERE.get(served.url(scheme="https")))[0] in {Why.TLS, Why.TIME}


def test_version_six(tmp_path: Path) -> None:
    with web_server({"*": page(b"x")}, address="::1") as server:
        assert HERE.get(server.url(host="[::1]")).body == b"x"
        assert f"Host: [::1]:{server.port}" in server.asked[0]
