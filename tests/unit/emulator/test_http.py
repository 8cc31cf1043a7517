"""HTTP/1.1 as the emulator reads it: heads, chunks, 100-continue, pipelines, and what must be refused (RFC 9112)."""

from __future__ import annotations

import json
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.emulator.http1 import MalformedError, parse_head
from tests.unit.emulator.samples import KEY, Client, good
from tests.unit.emulator.test_faults import connect, read_all, request


def raw(client: Client, data: bytes) -> bytes:
    """What comes back for some bytes, until the end."""
    with connect(client) as sock:
        sock.sendall(data)
        sock.shutdown(socket.SHUT_WR)
        return read_all(sock)


def chunked(pieces: list[bytes]) -> bytes:
    head = f"POST /v3/mail/send HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    return (
        head.encode()
        + b"".join(b"%x;note=1\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
        + b"0\r\nTrailer: 1\r\n\r\n"
    )


def test_a_chunked_body(client: Client) -> None:
    content = json.dumps(good()).encode()
    pieces = [content[at : at + 97] for at in range(0, len(content), 97)]
    assert raw(client, chunked(pieces)).startswith(b"HTTP/1.1 202 ")
    assert client.log()[0]["size"] == len(content)


@pytest.mark.parametrize("size", [b"-1", b"0x5", b"5_0", b"zz", b"", b"fffffffff"])
def test_malformed_chunk_sizes(client: Client, size: bytes) -> None:
    data = chunked([])[: -len(b"0\r\nTrailer: 1\r\n\r\n")] + size + b"\r\nabcde\r\n"
    assert b" 202 " not in raw(client, data)
    assert client.log()[0]["verdict"] == "fault"


def test_a_chunked_body_of_thirty_megabytes(client: Client) -> None:
    assert raw(client, chunked([])[: -len(b"0\r\nTrailer: 1\r\n\r\n")] + b"1e00000\r\n").startswith(
        b"HTTP/1.1 413 "
    )


def test_100_continue(client: Client) -> None:
    head, _, body = request(None, "Expect: 100-continue").partition(b"\r\n\r\n")
    with connect(client) as sock:
        sock.sendall(head + b"\r\n\r\n")
        assert sock.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        sock.sendall(body)
        assert b" 202 " in sock.recv(1000)


def test_several_requests_on_one_connection(client: Client) -> None:
    answer = raw(client, request() * 3)
    assert answer.count(b"HTTP/1.1 202 ") == 3
    assert {each["connection"] for each in client.log()} == {client.log()[0]["connection"]}


def test_connection_close_and_http_1_0(client: Client) -> None:
    assert b"Connection: close" in raw(client, request(None, "Connection: close"))
    old = request().replace(b"HTTP/1.1", b"HTTP/1.0")
    assert b"Connection: close" in raw(client, old)


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/2.0\r\nHost: x",
        b"GET  / HTTP/1.1\r\nHost: x",
        b"GET /",
        b"GET / HTTP/1.1",
        b"GET / HTTP/1.1\r\nHost : x",
        b"GET / HTTP/1.1\r\nHost: x\r\n folded: y",
        b"GET / HTTP/1.1\r\nHost: x\r\nHost: y",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +1",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked",
        b"GET / HTTP/1.1\r\nHost: x\r\nA: b\x00c",
        b"GET http://[x HTTP/1.1\r\nHost: x",
    ],
)
def test_heads_that_must_be_refused(client: Client, head: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_head(head)
    assert raw(client, head + b"\r\n\r\n").startswith(b"HTTP/1.1 400 ")


def test_an_endless_head_is_refused(client: Client) -> None:
    assert raw(client, b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 20_000)[:13] == b"HTTP/1.1 400 "


@given(st.binary(max_size=200))
def test_any_bytes_parse_or_are_refused(data: bytes) -> None:
    try:
        head = parse_head(data)
    except MalformedError:
        return
    assert head.path.startswith("/") or head.target
    assert head.length >= 0


def test_a_page_from_elsewhere_gets_nothing(client: Client) -> None:
    for headers in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}):
        assert client.request("POST", "/_emulator/reset", headers=headers).status_code == 403
        assert client.request("GET", "/inbox", headers=headers).status_code == 403


def test_it_listens_on_loopback_only(client: Client) -> None:
    assert client.running.url.startswith("http://127.0.0.1:")
    own = socket.gethostbyname_ex(socket.gethostname())[2]
    for address in (each for each in own if not each.startswith("127.")):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((address, int(client.url.rsplit(":", 1)[1])), timeout=1)
