"""The guard of the staff pages: only this machine's own browser, and only what it was meant to do.

In: ASGI requests. Out: 421 for a foreign Host, 403 for a post that another site caused. Called by web.staff.app.

A page elsewhere can make a browser ask 127.0.0.1 (CSRF), and point its own name at it (DNS rebinding). So: the Host must be ours;
what changes something needs our Origin and a token that only our own pages hold.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "newsletter_staff"
FIELD = "token"
_NAMES = ("127.0.0.1", "localhost", "[::1]")
_SAFE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
}


class Guard:
    """Wraps the staff application. `port` is the one that it listens on."""

    def __init__(self, application: ASGIApp, port: int) -> None:
        self._application = application
        self._hosts = {f"{name}:{port}" for name in _NAMES} | (set(_NAMES) if port == 80 else set())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, or not."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        refusal = self._refusal(Request(scope))
        if refusal is not None:
            await refusal(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _SAFE.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._application(scope, receive, guarded)

    def _refusal(self, request: Request) -> Response | None:
        host = request.headers.get("host", "")
        if host not in self._hosts:
            return PlainTextResponse("This address is not one of the staff pages.\n", 421)
        if request.method in {"GET", "HEAD"}:
            return None
        if request.headers.get("origin") != f"http://{host}":
            return PlainTextResponse("This did not come from one of our own pages.\n", 403)
        return None


class Tokens:
    """Proof that a form was made by our own page for this browser: a MAC of its cookie, under a key that lives as long as the
    process."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def cookie(self, request: Request) -> str:
        """This browser's cookie, or a new one."""
        known = request.cookies.get(COOKIE, "")
        return known if len(known) == 43 and known.isascii() else secrets.token_urlsafe(32)

    def token(self, cookie: str) -> str:
        """The token that belongs to a cookie."""
        return hmac.new(self._key, cookie.encode(), "sha256").hexdigest()

    def set_on(self, response: Response, cookie: str) -> None:
        """Give the browser its cookie. SameSite=Strict: other sites' requests do not carry it."""
        response.set_cookie(COOKIE, cookie, httponly=True, samesite="strict", path="/")

    def proves(self, request: Request, fields: Mapping[str, str]) -> bool:
        """Whether a form came from our own page."""
        cookie = request.cookies.get(COOKIE, "")
        given = fields.get(FIELD, "")
        return bool(cookie) and hmac.compare_digest(given.encode(), self.token(cookie).encode())
