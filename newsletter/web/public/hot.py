"""Clicks and opens: two bare ASGI answers ahead of the framework, for these are the requests that come by the thousand.

In: ASGI requests. Out: 302, an image of one pixel, or 404; a hit in the buffer. Called by web.public.app for /c/ and /o/.

The answer waits for no store: the first click on a mail reads its links once, after its token was found valid; all else is memory.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.types import Scope, Send

from newsletter.model.event import HitKind
from newsletter.model.token import Purpose, read
from newsletter.pipeline.context import Context
from newsletter.pipeline.hits import Hits, Seen
from newsletter.pipeline.links import Links, Target

PIXEL = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")

Headers = list[tuple[bytes, bytes]]
_SAFE: Headers = [
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-robots-tag", b"noindex, nofollow"),
    (b"x-content-type-options", b"nosniff"),
]
PIXEL_HEADERS: Headers = [
    (b"content-type", b"image/gif"),
    (b"content-length", str(len(PIXEL)).encode()),
    *_SAFE,
]
EMPTY: Headers = [(b"content-length", b"0"), *_SAFE]
_NOT_ALLOWED: Headers = [(b"allow", b"GET, HEAD"), *EMPTY]
#: where browsers say that they fetch ahead of a reader
AHEAD = frozenset({b"purpose", b"sec-purpose", b"x-purpose", b"x-moz"})
_LONGEST_AGENT = 500

Missing = Callable[[str], tuple[int, Headers, bytes]]


class Told(NamedTuple):
    """What a request says of whoever asks: the User-Agent line in small letters, whether it fetches ahead, the address, whether it is a
    HEAD."""

    agent: bytes
    ahead: bool
    address: str
    head: bool = False


class Hot:
    """The two endpoints. `missing` makes the 404 page for an Accept-Language header."""

    def __init__(self, ctx: Context, hits: Hits, links: Links, missing: Missing) -> None:
        self._keys = ctx.keys.tokens
        self._now = ctx.now
        self._hits = hits
        self._links = links
        self._missing = missing

    async def click(self, scope: Scope, send: Send) -> None:
        """`/c/<edition>-<link>/<token>`: 302 to the link of the edition. An altered token, or no such link: 404."""
        if not _readable(scope):
            await _answer(scope, send, 405, _NOT_ALLOWED)
            return
        _, _, name, *rest = scope["path"].split("/")
        token = rest[0] if len(rest) == 1 else ""
        short, _, digits = name.rpartition("-")
        if await self._loaded(short, digits, token):
            target = self.clicked(short, int(digits), token, _told(scope))
            if target is not None:
                await _answer(scope, send, 302, [(b"location", target.location), *EMPTY])
                return
        await self._nothing(scope, send)

    def clicked(self, short: str, link: int, token: str, told: Told) -> Target | None:
        """Where a link of an edition in memory leads; a hit, if its token is one of ours. None: not in memory, or no such link."""
        table = self._links.known(short)
        target = table[link] if table and link < len(table) else None
        if target is None:
            return None
        number = read(token, Purpose.TRACK, self._keys)
        if number is None:
            return None
        if number:
            self._hits.add(self._seen(HitKind.CLICK, number, told, short, link, target.siblings))
        return target

    async def open(self, scope: Scope, send: Send) -> None:
        """`/o/<token>.gif`: the image, whatever the token; a hit, if it is one of ours."""
        if not _readable(scope):
            await _answer(scope, send, 405, _NOT_ALLOWED)
            return
        name = scope["path"][3:]
        if not name.endswith(".gif") or "/" in name:
            await self._nothing(scope, send)
            return
        self.opened(name[:-4], _told(scope))
        await _answer(scope, send, 200, PIXEL_HEADERS, PIXEL)

    def opened(self, token: str, told: Told) -> None:
        """An image was asked for: a hit, if its token is one of ours."""
        number = read(token, Purpose.TRACK, self._keys)
        if number:
            self._hits.add(self._seen(HitKind.OPEN, number, told))

    async def _loaded(self, short: str, digits: str, token: str) -> bool:
        """Whether the edition's links are in memory. They are read only for a valid token: strangers cause no reads."""
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 4 and len(short) == 12):
            return False
        if str(int(digits)) != digits:
            return False
        if self._links.known(short) is None and read(token, Purpose.TRACK, self._keys) is not None:
            await run_in_threadpool(self._links.load, short)
        return True

    def _seen(
        self,
        kind: HitKind,
        number: int,
        told: Told,
        edition: str = "",
        link: int | None = None,
        links: int = 0,
    ) -> Seen:
        agent = told.agent[:_LONGEST_AGENT].decode("latin-1")
        return Seen(
            self._now(), kind, number, edition, link, links, told.head, told.ahead, agent, told.address
        )

    async def _nothing(self, scope: Scope, send: Send) -> None:
        accept = next((value for name, value in scope["headers"] if name == b"accept-language"), b"")
        status, headers, body = self._missing(accept.decode("latin-1"))
        await _answer(scope, send, status, headers, body)


def _told(scope: Scope) -> Told:
    agent, ahead = b"", False
    for name, value in scope["headers"]:
        if name == b"user-agent":
            agent = value
        elif name in AHEAD and says_ahead(value):
            ahead = True
    client = scope.get("client")
    return Told(agent.lower(), ahead, client[0].lower() if client else "", scope["method"] == "HEAD")


def says_ahead(value: bytes) -> bool:
    """Whether the value of such a header says so: prefetch, preview."""
    return b"pre" in value.lower()


def _readable(scope: Scope) -> bool:
    return scope["method"] in {"GET", "HEAD"}


async def _answer(scope: Scope, send: Send, status: int, headers: Headers, body: bytes = b"") -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
