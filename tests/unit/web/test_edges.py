"""At the edges of HTTP: numbers that are none, ends that are told twice, bodies within bodies, lines that say nothing."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from newsletter.model.account import Role
from newsletter.web import bodies, lines
from newsletter.web.studio import sections
from newsletter.web.studio.routing import Act, Anybody
from tests.browser.studio import GREETING, Studio, served
from tests.emulated import Emulated

pytestmark = pytest.mark.enable_socket

TOO_LARGE = ("9" * 19, "9" * 5000)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, far: Emulated) -> Iterator[Studio]:
    """One studio for all of these."""
    with served(tmp_path_factory.mktemp("edges"), far) as studio:
        yield studio


def raw(url: str, sent: bytes, wait: float = 10) -> bytes:
    """Everything that is answered to these bytes, until the line is closed."""
    with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), wait) as line:
        line.sendall(sent)
        return b"".join(iter(lambda: line.recv(65536), b""))


@pytest.mark.ci
@pytest.mark.parametrize("role", [None, Role.ADMIN])
def test_numbers_that_no_database_holds_are_nowhere(made: Studio, role: Role | None) -> None:
    paths = {way.path for _, way in sections.every() if ":int" in way.path}
    acts = {way.path for _, way in sections.every() if isinstance(way, Act)}
    with made.client(role) as client:
        proofs = client.form("/account" if role else "/sign-in")
        for path, number in ((path, number) for path in sorted(paths) for number in TOO_LARGE):
            where = re.sub(r"\{\w+:int\}", number, path).replace("{slug}", GREETING)
            where = re.sub(r"\{\w+(:path)?\}", "en", where)
            assert client.get(where).status_code == 404, path
            if path in acts:
                answer = client.http.post(where, data=proofs, headers={"origin": made.url})
                assert answer.status_code == 404, path


@pytest.mark.ci
def test_numbers_in_forms_that_are_none_break_nothing(made: Studio) -> None:
    with made.client(Role.SENDER) as client:
        for number in TOO_LARGE:
            answer = client.post("/recipients/import/1/columns", {f"column-{number}": "email"})
            assert answer.status_code == 404
            for act in ("assume", "again"):
                answer = client.post(f"/mailings/1/{act}", {"batch": number, "typed": "0"})
                assert answer.status_code in {404, 409}


@pytest.mark.parametrize("side", ["staff", "public"])
def test_a_request_whose_end_is_told_twice_is_the_last_of_its_line(made: Studio, side: str) -> None:
    """RFC 9112 section 6.1: a program before this one may have taken another end, and what follows is perhaps somebody else's."""
    url = made.url if side == "staff" else made.public_url
    host = f"Host: {url.removeprefix('http://')}\r\n".encode()
    smuggled = b"GET /robots.txt HTTP/1.1\r\n" + host + b"Connection: close\r\n\r\n"
    both = b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    answer = raw(url, b"POST /u/x HTTP/1.1\r\n" + host + both + smuggled)
    assert answer.count(b"HTTP/1.1 ") == 1, answer
    assert answer.startswith(b"HTTP/1.1 400 ")


def nested(kind: bytes, levels: int) -> bytes:
    """Bodies within bodies."""
    return b"".join(
        b"--b%d\r\nContent-Type: %s; boundary=b%d\r\n\r\n" % (number, kind, number + 1)
        for number in range(levels)
    )


@pytest.mark.parametrize(
    "body",
    [
        nested(b"multipart/mixed", 1000),
        nested(b"MULTIPART/form-data", 200),
        b"--b0\r\nContent-Type:\r\n multipart/mixed; boundary=b1\r\n\r\n" * 900,
        b"--b0\r\nContent-Type: message/rfc822\r\n\r\n" * 900,
        b"--b0\r\n\r\n" * 7000,
        b"--b0\n" * 9000,
        b"--b0\r" * 9000,
        b"\n" * 64_000,
        b"--b0\r\n" + b"a: b\r\n" * 10_000,
    ],
    ids=[
        "nested",
        "in capitals",
        "folded",
        "letters",
        "parts",
        "line feeds",
        "returns",
        "empty lines",
        "headers",
    ],
)
def test_a_strangers_body_keeps_nobody_waiting(made: Studio, body: bytes) -> None:
    """What is read of it is flat, and short: it is read where everybody is answered."""
    headers = {"content-type": "multipart/form-data; boundary=b0"}
    with httpx.Client(base_url=made.public_url, trust_env=False, timeout=60) as client:
        client.get("/healthz")
        begun = time.process_time()
        assert client.post("/r/" + "x" * 36, content=body[:64_000], headers=headers).status_code == 404
        assert time.process_time() - begun < 0.25


def test_one_click_by_multipart_is_still_read() -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'
    assert bodies.multipart("multipart/form-data; boundary=b", body) == {"List-Unsubscribe": "One-Click"}


@pytest.mark.ci
@pytest.mark.parametrize("charset", ["unicode_escape", "raw_unicode_escape", "utf-16", "zlib", "punycode"])
def test_signs_that_are_none_break_nothing(made: Studio, charset: str) -> None:
    with made.client(Role.SENDER) as client:
        fields = client.form("/hold") | {"reason": "\\ud800\0", "other\0": "\0"}
        parts = (
            f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
            for name, text in fields.items()
        )
        body = ("".join(parts) + "--b--\r\n").encode()
        kind = f"multipart/form-data; boundary=b; charset={charset}"
        answer = client.http.post("/hold", content=body, headers={"origin": made.url, "content-type": kind})
        assert answer.status_code in {303, 400, 403, 409}, answer.status_code


@pytest.mark.ci
def test_no_sign_of_an_address_breaks_a_page(made: Studio) -> None:
    """NUL is no text for PostgreSQL, and no path for a file system."""
    with made.client(Role.ADMIN) as client:
        for _, way in sections.every():
            if isinstance(way, Act) or isinstance(way.need, Anybody):
                continue
            path = re.sub(r"\{\w+:int\}", "1", way.path)
            path = re.sub(r"\{\w+(:path)?\}", "%00x", path)
            with client.http.stream(
                "GET", f"{path}?search=%00&q=%00&who=%00&segment=%00&address=%00&month=%00"
            ) as answer:
                assert answer.status_code < 500, path


def closed(line: socket.socket) -> bool:
    """True once the other side has closed it; what it said before is passed over."""
    line.settimeout(8)
    while line.recv(65536):
        pass
    return True


@pytest.mark.parametrize("begun", [b"", b"GET / HT", b"after one"])
def test_a_line_that_says_nothing_is_closed(
    made: Studio, monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr(lines, "HEAD_SECONDS", 0.2)
    for url in (made.url, made.public_url):
        with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), 10) as line:
            if begun == b"after one":
                line.sendall(b"GET /robots.txt HTTP/1.1\r\nHost: x\r\n\r\n")
                assert line.recv(65536).startswith(b"HTTP/1.1 ")
            line.sendall(begun)
            assert closed(line)


def test_strangers_lines_leave_the_studio_its_own(
    tmp_path: Path, far: Emulated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsletter.web.serving.room", lambda: 5)
    with served(tmp_path, far) as studio, ExitStack() as held:
        address = ("127.0.0.1", int(studio.public_url.rpartition(":")[2]))
        strangers = [held.enter_context(socket.create_connection(address, 10)) for _ in range(8)]
        assert sum(closed(line) for line in strangers[5:]) == 3, "one too many is closed at once"
        assert httpx.get(f"{studio.url}/sign-in", trust_env=False).status_code == 200
        for one in strangers:
            one.close()
        with httpx.Client(transport=httpx.HTTPTransport(retries=5), trust_env=False) as client:
            assert client.get(f"{studio.public_url}/robots.txt").status_code == 200


def test_files_are_left_for_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    limits, asked = {"now": (1024, 4096)}, []
    monkeypatch.setattr("resource.getrlimit", lambda _: limits["now"])
    monkeypatch.setattr("resource.setrlimit", lambda _, wanted: asked.append(wanted))
    assert (lines.room(), asked) == (1920, [(4096, 4096)])
    limits["now"] = (1024, 1024)
    assert lines.room() == 384
    limits["now"] = (-1, -1)
    assert lines.room() == 2000
