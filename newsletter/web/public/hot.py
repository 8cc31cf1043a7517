"""Clicks and opens: two bare ASGI answers ahead of the framework, for these are the requests that come by the thousand.

In: ASGI requests. Out: 302, an image of one pixel, or 404; a hit in the buffer. Called by web.public.app for /c/ and /o/.

The answer waits for no store: the first click on a mail reads its links once, after its token was found valid; all else is memory.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable

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
_PIXEL: Headers = [(b"content-type", b"image/gif"), (b"content-length", str(len(PIXEL)).encode()), *_SAFE]
_EMPTY: Headers = [(b"content-length", b"0"), *_SAFE]
_NOT_ALLOWED: Headers = [(b"allow", b"GET, HEAD"), *_EMPTY]
_AHEAD = (
    b"purpose",
    b"sec-purpose",
    b"x-purpose",
    b"x-moz",
)  #: where browsers say that they fetch ahead of a reader
_LONGEST_AGENT = 500

Missing = Callable[[str], tuple[int, Headers, bytes]]


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
        number = read(rest[0], Purpose.TRACK, self._keys) if len(rest) == 1 else None
        short, _, digits = name.rpartition("-")
        target = None if number is None else await self._target(short, digits)
        if number is None or target is None:
            await self._nothing(scope, send)
            return
        if number:
            self._hits.add(self._seen(scope, HitKind.CLICK, number, short, int(digits), target.siblings))
        await _answer(scope, send, 302, [(b"location", target.location), *_EMPTY])

    async def open(self, scope: Scope, send: Send) -> None:
        """`/o/<token>.gif`: the image, whatever the token; a hit, if it is one of ours."""
        if not _readable(scope):
            await _answer(scope, send, 405, _NOT_ALLOWED)
            return
        name = scope["path"][3:]
        if not name.endswith(".gif") or "/" in name:
            await self._nothing(scope, send)
            return
        number = read(name[:-4], Purpose.TRACK, self._keys)
        if number:
            self._hits.add(self._seen(scope, HitKind.OPEN, number))
        await _answer(scope, send, 200, _PIXEL, PIXEL)

    async def _target(self, short: str, digits: str) -> Target | None:
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 4 and len(short) == 12):
            return None
        table = self._links.known(short)
        if table is None:
            table = await run_in_threadpool(self._links.load, short)
        place = int(digits)
        return table[place] if place < len(table) and str(place) == digits else None

    def _seen(
        self,
        scope: Scope,
        kind: HitKind,
        number: int,
        edition: str = "",
        link: int | None = None,
        links: int = 0,
    ) -> Seen:
        agent, ahead = b"", False
        for name, value in scope["headers"]:
            if name == b"user-agent":
                agent = value[:_LONGEST_AGENT]
            elif name in _AHEAD and b"pre" in value.lower():
                ahead = True
        client = scope.get("client")
        return Seen(
            at=self._now(),
            kind=kind,
            number=number,
            edition=edition,
            link=link,
            links=links,
            head=scope["method"] == "HEAD",
            prefetch=ahead,
            agent=agent.decode("latin-1"),
            address=client[0] if client else "",
        )

    async def _nothing(self, scope: Scope, send: Send) -> None:
        accept = next((value for name, value in scope["headers"] if name == b"accept-language"), b"")
        status, headers, body = self._missing(accept.decode("latin-1"))
        await _answer(scope, send, status, headers, body)


def _readable(scope: Scope) -> bool:
    return scope["method"] in {"GET", "HEAD"}


async def _answer(scope: Scope, send: Send, status: int, headers: Headers, body: bytes = b"") -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
