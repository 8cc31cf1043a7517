"""One pooled HTTP client, and one exchange that knows how far it got.

In: a request as bytes. Out: an Answer, or Broken, which says whether a byte of the body can have left. Called by providers that
speak HTTP.

A provider without idempotency keys forces the question "may it have been taken?". It cannot while nothing of the body has left;
after the first byte nobody knows (house.md 5). httpx asks for the body's first piece only when connection, TLS and the request's
head are done, so the body itself keeps the account.
"""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import h11
import httpx

from newsletter.providers.answer import Answer, Broken, Sent

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

#: bytes of the body handed to the socket at a time
PIECE = 128 * 1024
#: the longest answer that is read; a longer one is not a provider's
MAX_ANSWER = 4 * 1024 * 1024
#: the longest that the body of an answer may take, in seconds, however slowly it drips
MAX_READING = 120.0

#: seconds
TIMEOUT = httpx.Timeout(connect=5.0, write=30.0, read=60.0, pool=5.0)

# UnicodeError: a host name that cannot be one. h11's own errors are not always translated by httpx.
_FAILURES = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.StreamError,
    h11.ProtocolError,
    OSError,
    UnicodeError,
)
_LOGGERS = ("httpx", "httpcore", "python_http_client")


class _Body(httpx.SyncByteStream):
    """A body in pieces that knows how far it was read. `sent` is ALL once the last piece was written without an error."""

    def __init__(self, body: bytes) -> None:
        self._body = memoryview(body)
        self.size = len(body)
        self.sent = Sent.NOTHING

    def __iter__(self) -> Iterator[bytes]:
        for start in range(0, self.size, PIECE):
            self.sent = Sent.PART
            yield bytes(self._body[start : start + PIECE])
        self.sent = Sent.ALL

    def let_go(self) -> None:
        """Hold the bytes no longer. httpx's response and its stream hold each other and, through the request, this: half a megabyte for
        each batch stayed until the collector came by."""
        self._body = memoryview(b"")


def is_loopback(url: str) -> bool:
    """True when a URL leads to this machine only."""
    return urlsplit(url).hostname in LOOPBACK


def pooled(
    base_url: str,
    *,
    timeout: httpx.Timeout = TIMEOUT,
    connections: int = 8,
    context: ssl.SSLContext | None = None,
) -> httpx.Client:
    """A client for one host: no redirects, no retries, no proxies or certificates from the environment, HTTP/1.1, every wait
    bounded, idle connections given up soon, loggers quiet.

    `context` replaces the usual trust in public certificate authorities (for tests).
    """
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)  # below it they write headers, with the key
    if context is None and urlsplit(base_url).scheme == "http":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # never used: saves reading all authorities
    limits = httpx.Limits(
        max_connections=connections, max_keepalive_connections=connections, keepalive_expiry=5.0
    )
    verify: ssl.SSLContext | bool = True if context is None else context
    return httpx.Client(
        base_url=base_url,
        timeout=timeout,
        transport=httpx.HTTPTransport(
            verify=verify, trust_env=False, http1=True, http2=False, limits=limits, retries=0
        ),
        trust_env=False,
        follow_redirects=False,
        headers={"Accept-Encoding": "identity"},
    )


def exchange(
    client: httpx.Client, method: str, url: str, headers: Mapping[str, str], body: bytes = b""
) -> Answer:
    """One request, one answer. Raises Broken; posts once, whatever happens."""
    stream = _Body(body)
    failure = ""
    try:
        request = _request(client, method, url, headers, stream)
        response = client.send(request, stream=True)
        try:
            return _read(response, stream)
        finally:
            response.close()
    except _FAILURES as error:
        failure = type(error).__name__
    finally:
        stream.let_go()
    # Raised here, not in the handler: the library's error, whose frames hold the key, must not hang on ours.
    raise Broken(failure, stream.sent)


def _request(
    client: httpx.Client, method: str, url: str, headers: Mapping[str, str], body: _Body
) -> httpx.Request:
    if not body.size:
        return client.build_request(method, url, headers=dict(headers))
    length = {"Content-Length": str(body.size)}  # without it, the body would go in chunks
    return client.build_request(method, url, content=body, headers={**headers, **length})


def _read(response: httpx.Response, stream: _Body) -> Answer:
    body = bytearray()
    whole = True
    end = time.monotonic() + MAX_READING
    for piece in response.iter_bytes():
        body += piece
        if len(body) > MAX_ANSWER or time.monotonic() > end:
            whole = False
            break
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status_code, headers, bytes(body), whole and _framed(headers), stream.sent)


def _framed(headers: Mapping[str, str]) -> bool:
    """Without a length or chunks an answer ends when the connection does, and a torn one looks whole (RFC 9112 section 6.3)."""
    return "content-length" in headers or headers.get("transfer-encoding", "").lower().endswith("chunked")
