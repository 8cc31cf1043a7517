"""How far a request got: each moment of a POST broken once, and what is said of it."""

from __future__ import annotations

import gc
import logging
import socket
import ssl
import threading
import time
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from newsletter.providers.answer import Answer, Broken, Sent
from newsletter.providers.conformance_http import FaultServer, Visit, answer, replying, serving
from newsletter.providers.http import PIECE, _Body, exchange, is_loopback, pooled

KEY = "SG.canary-key-0123456789"
HEADERS = {"Authorization": f"Bearer {KEY}"}
FAST = httpx.Timeout(connect=1, write=1, read=0.3, pool=0.3)


def post(client: httpx.Client, url: str, body: bytes = b"x" * 10) -> Answer:
    return exchange(client, "POST", url + "/v3/mail/send", HEADERS, body)


def broken(url: str, body: bytes = b"x" * 10, client: httpx.Client | None = None) -> Broken:
    made = client or pooled(url, timeout=FAST)
    try:
        with pytest.raises(Broken) as caught:
            post(made, url, body)
    finally:
        if client is None:
            made.close()
    return caught.value


class TestNothingLeft:
    """No byte of the body was handed to a socket."""

    def test_nobody_listens(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        assert broken(f"http://127.0.0.1:{port}").sent is Sent.NOTHING

    def test_no_such_host(self) -> None:
        # An empty label never reaches a name server.
        assert broken("http://a..b:1").sent is Sent.NOTHING

    def test_connecting_takes_too_long(self) -> None:
        with socket.socket() as full:
            full.bind(("127.0.0.1", 0))
            full.listen(0)
            port = full.getsockname()[1]
            waiting = [socket.socket() for _ in range(4)]  # fill the backlog: the next SYN is not answered
            for each in waiting:
                each.setblocking(False)
                each.connect_ex(("127.0.0.1", port))
            found = broken(f"http://127.0.0.1:{port}")
            for each in waiting:
                each.close()
        assert (found.what, found.sent) == ("ConnectTimeout", Sent.NOTHING)

    def test_a_certificate_that_nobody_vouches_for(self, tls: TlsServer) -> None:
        assert broken(tls.url).sent is Sent.NOTHING
        assert not tls.received

    def test_a_server_that_speaks_no_tls(self) -> None:
        with serving(replying(answer(202))) as server:
            found = broken(server.url.replace("http:", "https:"))
        assert found.sent is Sent.NOTHING
        assert not server.bodies

    def test_all_connections_are_taken(self) -> None:
        with serving(Visit.wait_until_left) as server:
            client = pooled(
                server.url, timeout=httpx.Timeout(connect=1, write=1, read=1, pool=0.1), connections=1
            )
            busy = threading.Thread(target=lambda: broken(server.url, client=client))
            busy.start()
            wait_for(lambda: bool(server.visits))
            found = broken(server.url, client=client)
            client.close()
            server.close()
            busy.join(10)
        assert (found.what, found.sent) == ("PoolTimeout", Sent.NOTHING)


class TestSomethingMayHaveLeft:
    """The first piece was asked for: nobody knows any more."""

    def test_reset_while_the_body_goes_out(self) -> None:
        def script(visit: Visit) -> None:
            visit.read_head()
            visit.read_body(1000)
            visit.reset()

        with serving(script) as server:
            assert broken(server.url, b"x" * 8_000_000).sent is Sent.PART

    def test_nobody_reads_the_body(self) -> None:
        release = threading.Event()

        def script(visit: Visit) -> None:
            visit.read_head()
            release.wait(10)

        with serving(script) as server:
            found = broken(server.url, b"x" * 30_000_000)
            release.set()
        assert (found.what, found.sent) == ("WriteTimeout", Sent.PART)

    def test_silence_after_the_body(self) -> None:
        def script(visit: Visit) -> None:
            visit.read_head()
            visit.read_body()
            visit.wait_until_left()

        with serving(script) as server:
            found = broken(server.url, b"x" * (PIECE * 2 + 1))
            assert server.bodies == 1
        assert (found.what, found.sent) == ("ReadTimeout", Sent.ALL)

    def test_a_kept_connection_that_the_server_closes_at_that_moment(self) -> None:
        """It is broken, and not tried again on another connection: that could hand the same mail over twice."""

        def script(visit: Visit) -> None:
            visit.read_head()
            visit.read_body()
            visit.send(answer(202))
            visit.read_head()  # the second request begins …
            visit.reset()

        with serving(script) as server:
            client = pooled(server.url, timeout=FAST)
            assert post(client, server.url).status == 202
            broken(server.url, b"x" * 1_000_000, client)
            client.close()
        assert len(server.visits) == 1


def test_the_first_piece_counts_as_left_once_it_is_handed_out() -> None:
    """Before it is written, not after: the write itself may break half way."""
    body = _Body(b"x" * (PIECE + 1))
    pieces = iter(body)
    assert body.sent is Sent.NOTHING
    assert len(next(pieces)) == PIECE
    assert body.sent is Sent.PART
    assert list(pieces) == [b"x"]
    assert body.sent is Sent.ALL


class TestAnswers:
    def test_whole_and_as_sent(self) -> None:
        body = bytes(range(256)) * 3000
        received: list[bytes] = []

        def script(visit: Visit) -> None:
            visit.read_head()
            received.append(visit.head)
            visit.read_body()
            visit.send(answer(202, b"", "X-Message-Id: abc"))

        with serving(script) as server:
            client = pooled(server.url)
            found = post(client, server.url, body)
            client.close()
        assert (found.status, found.body, found.complete, found.sent) == (202, b"", True, Sent.ALL)
        assert found.headers["x-message-id"] == "abc"
        assert server.visits[0].body == len(body)
        head = received[0].lower()
        assert f"content-length: {len(body)}".encode() in head
        assert b"transfer-encoding" not in head
        assert b"accept-encoding: identity" in head

    @pytest.mark.parametrize(
        ("raw", "complete"),
        [
            (answer(400, b"{}"), True),
            (b"HTTP/1.1 400 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", True),
            (b"HTTP/1.1 400 No\r\n\r\n{}", False),
            (b"HTTP/1.0 400 No\r\n\r\n", False),
        ],
    )
    def test_an_answer_without_a_length_may_be_torn(self, raw: bytes, complete: bool) -> None:
        with serving(replying(raw)) as server:
            client = pooled(server.url)
            assert post(client, server.url).complete is complete
            client.close()

    def test_an_early_refusal_is_read(self) -> None:
        """A server may refuse a large body before it has it all."""
        release = threading.Event()

        def script(visit: Visit) -> None:
            visit.read_head()
            visit.send(answer(413, b"<html>", "Connection: close"))
            visit.read_body()
            release.wait(10)

        with serving(script) as server:
            client = pooled(server.url, timeout=FAST)
            found = post(client, server.url, b"x" * 3_000_000)
            release.set()
            client.close()
        assert (found.status, found.complete) == (413, True)

    def test_an_endless_answer_is_cut(self) -> None:
        def script(visit: Visit) -> None:
            visit.read_head()
            visit.read_body()
            visit.send(b"HTTP/1.1 202 Yes\r\nContent-Length: 99999999\r\n\r\n" + b"x" * 6_000_000)

        with serving(script) as server:
            client = pooled(server.url, timeout=FAST)
            assert not post(client, server.url).complete
            client.close()

    def test_over_tls_with_a_known_authority(self, tls: TlsServer) -> None:
        client = pooled(
            tls.url, timeout=FAST, context=ssl.create_default_context(cafile=str(tls.certificate))
        )
        assert post(client, tls.url).status == 202
        client.close()
        assert tls.received == [b"x" * 10]


class TestTheKeyStaysHidden:
    def test_not_in_logs_however_loud(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        with serving(replying(answer(202))) as server:
            client = pooled(server.url, timeout=FAST)
            post(client, server.url)
            client.close()
        with serving(Visit.read_head) as server:
            broken(server.url)
        assert KEY not in caplog.text
        assert "Bearer" not in caplog.text

    def test_not_in_errors_even_with_the_values_of_their_frames(self) -> None:
        with serving(Visit.read_head) as server:
            found = broken(server.url)
        assert found.__cause__ is None
        assert found.__context__ is None
        shown = "".join(traceback.TracebackException.from_exception(found).format())
        assert KEY not in shown

    def test_not_to_a_proxy_of_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with serving(replying(answer(200))) as proxy, serving(replying(answer(202))) as server:
            for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
                monkeypatch.setenv(name, proxy.url)
            client = pooled(server.url, timeout=FAST)
            assert post(client, server.url).status == 202
            client.close()
            assert not proxy.visits


def test_loopback_is_this_machine() -> None:
    for url in ("http://127.0.0.1:1", "http://localhost", "http://[::1]:4"):
        assert is_loopback(url)
    for url in (
        "https://api.sendgrid.com",
        "http://127.0.0.1.ngen.ca",
        "http://localhost.ngen.ca",
        "http://[::2]",
    ):
        assert not is_loopback(url)


def wait_for(condition: object, seconds: float = 5) -> None:
    """Wait until a condition holds."""
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.005)


class TlsServer:
    """A TLS server with a certificate of its own."""

    def __init__(self, folder: Path) -> None:
        self.certificate = folder / "certificate.pem"
        key = folder / "key.pem"
        _write_certificate(self.certificate, key)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self.certificate, key)
        self.received: list[bytes] = []
        self._plain = FaultServer(self._talk)
        self.url = self._plain.url.replace("http:", "https:")

    def _talk(self, visit: Visit) -> None:
        with self._context.wrap_socket(visit._sock, server_side=True) as secured:
            inner = Visit(secured)
            inner.read_head()
            self.received.append(secured.recv(inner.length))
            secured.sendall(answer(202, b"", "Connection: close"))

    def close(self) -> None:
        self._plain.close()


@pytest.fixture
def tls(tmp_path: Path) -> Iterator[TlsServer]:
    server = TlsServer(tmp_path)
    yield server
    server.close()


def _write_certificate(certificate: Path, key_file: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(_loopback())]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


def _loopback() -> object:
    from ipaddress import ip_address

    return ip_address("127.0.0.1")


class Body(bytes):
    """Bytes that can be looked after."""


def test_what_was_posted_is_let_go_at_once() -> None:
    """Half a megabyte for each batch: memory must not grow with their number until the collector comes by."""
    body = Body(b"x" * 10)
    gc.disable()
    try:
        with serving(replying(answer(202))) as server, pooled(server.url, timeout=FAST) as client:
            assert post(client, server.url, body).status == 202
            views = [one for one in gc.get_objects() if isinstance(one, memoryview) and one.obj is body]
    finally:
        gc.enable()
    assert not views
