"""The one safe fetcher: HEAD or GET of an address that somebody else wrote.

In: a URL. Out: an Answer, or Unfetched. Called by pipeline for links and teasers; nothing else in the program asks such addresses.

Every hop is judged afresh: read as browsers do, looked up once, refused unless each of its addresses is public, and connected to at
exactly that address. No cookies, no proxy of the environment, no Referer, nothing of the member or the workspace; one limit of time
for everything, and limits of size for headers, body, and what a packed body becomes.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

import httpcore

from newsletter import __version__
from newsletter.fetching import unpacking
from newsletter.fetching.contract import Answer, Hop, Limits, Resolver, Unfetched, Why
from newsletter.fetching.deadline import Deadline
from newsletter.fetching.resolving import Spot, joined, spot, system
from newsletter.fetching.wire import Connector, Room

AGENT = f"newsletter/{__version__} (checks the links of a newsletter)"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)


def _anywhere(_url: str) -> bool:
    return False


@dataclass(frozen=True)
class Fetcher:
    """`loopback` lets this machine be asked (rehearsals, tests). `resolve` and `trust` replace the system's own (tests).

    Thread-safe: nothing is kept between two fetches.
    """

    limits: Limits = field(default_factory=Limits)
    loopback: bool = False
    resolve: Resolver = system
    trust: ssl.SSLContext | None = None
    barred: Callable[[str], bool] = _anywhere  #: addresses that no redirect is followed to

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        return self.trust or ssl.create_default_context()

    def head(self, url: str) -> Answer:
        """What the server says of an address, without its body. Raises Unfetched."""
        return self._fetch("HEAD", url, accept="*/*", body=False)

    def touch(self, url: str) -> Answer:
        """As `head`, for servers that answer only GET: the body is not read. Raises Unfetched."""
        return self._fetch("GET", url, accept="*/*", body=False)

    def get(self, url: str, *, accept: str = "*/*", language: str = "") -> Answer:
        """What is there, the body too. `language` is one that we would like to read. Raises Unfetched."""
        return self._fetch("GET", url, accept=accept, language=language, body=True)

    def _fetch(self, method: str, url: str, *, accept: str, language: str = "", body: bool) -> Answer:
        deadline = Deadline(self.limits.seconds)
        headers = {"User-Agent": AGENT, "Accept": accept, "Accept-Encoding": "gzip"}
        if language:
            headers["Accept-Language"] = language
        hops: tuple[Hop, ...] = ()
        while True:
            try:
                at = spot(url, self.resolve, deadline, loopback=self.loopback)
                answer, location = self._ask(method, at, headers, deadline, body=body)
                if location is None:
                    return Answer(at.url, answer.status, hops, answer.media_type, answer.charset, answer.body)
                url = joined(location, at.url)
                hops = (*hops, Hop(answer.status, url))
                self._bear(hops)
                if self.barred(url):
                    raise Unfetched(Why.BARRED, "where a visit may change something")
            except Unfetched as error:
                raise Unfetched(error.why, error.detail, hops) from None

    def _bear(self, hops: tuple[Hop, ...]) -> None:
        if len(hops) > self.limits.redirects:
            raise Unfetched(Why.REDIRECTS, "too many")
        if len({hop.url for hop in hops}) < len(hops):
            raise Unfetched(Why.REDIRECTS, "in a circle")

    def _ask(
        self, method: str, at: Spot, headers: Mapping[str, str], deadline: Deadline, *, body: bool
    ) -> tuple[Answer, str | None]:
        """One hop: the answer, and where it redirects to."""
        room = Room(self.limits.header_octets)
        with (
            _explained(),
            self._pool(Connector(at.addresses, deadline, room)) as pool,
            pool.stream(method, _address(at), headers=[("Host", at.authority), *headers.items()]) as response,
        ):
            said = {name.lower(): _text(value) for name, value in reversed(response.headers)}
            location = said.get(b"location") if response.status in _REDIRECTS else None
            wanted = body and location is None and method == "GET"
            room.left = self.limits.octets + self.limits.header_octets
            content = (
                unpacking.unpacked(
                    response.iter_stream(),
                    said.get(b"content-encoding", "").strip().lower(),
                    self.limits.octets,
                )
                if wanted
                else b""
            )
            return _answer(at, response.status, said.get(b"content-type", ""), content), location

    def _pool(self, connector: Connector) -> httpcore.ConnectionPool:
        return httpcore.ConnectionPool(
            ssl_context=self._trust, network_backend=connector, max_connections=1, http1=True, http2=False
        )


def _address(at: Spot) -> httpcore.URL:
    return httpcore.URL(
        scheme=b"https" if at.secure else b"http",
        host=at.host.strip("[]").encode("ascii"),
        port=at.port,
        target=at.target.encode("ascii"),
    )


def _answer(at: Spot, status: int, said: str, body: bytes) -> Answer:
    charset = _CHARSET.search(said)
    return Answer(
        at.url,
        status,
        (),
        said.partition(";")[0].strip().lower(),
        charset[1].lower() if charset else "",
        body,
    )


def _text(value: bytes) -> str:
    """A header's value: UTF-8 where it is, else what browsers make of such bytes."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


@contextmanager
def _explained() -> Iterator[None]:
    """The faults of the wire as ours."""
    try:
        yield
    except (httpcore.ProtocolError, httpcore.ReadError, httpcore.WriteError) as error:
        raise Unfetched(Why.ANSWER, type(error).__name__) from None
    except (httpcore.TimeoutException, TimeoutError):
        raise Unfetched(Why.TIME) from None
    except (httpcore.NetworkError, httpcore.PoolTimeout, OSError):
        raise Unfetched(Why.CONNECT) from None
