"""The guard of the studio: only under its own address, only from its own pages, and with headers that hold the browser to it.

In: ASGI requests. Out: 421 for a foreign Host, 403 for a post that another site caused; else the answer, with a strict policy.
Called by web.studio.app.

A page elsewhere can make a browser ask 127.0.0.1 (CSRF), and point its own name at it (DNS rebinding). So: the Host must be ours;
what changes something needs our Origin, and a token that only our own pages hold (arriving).
"""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_API = "/api/v1/"
_NAMES = ("127.0.0.1", "localhost", "[::1]")
_SAFE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class Guard:
    """Wraps the studio. `port`: where it listens; `base_url`: the address that a reverse proxy gives it, if there is one."""

    def __init__(self, application: ASGIApp, port: int, base_url: str = "") -> None:
        self._application = application
        self._origins = {f"{name}:{port}": f"http://{name}:{port}" for name in _NAMES}
        if port == 80:
            self._origins |= {name: f"http://{name}" for name in _NAMES}
        self.secure = base_url.startswith("https://")
        if base_url:
            parts = urlsplit(base_url)
            self._origins[parts.netloc.lower()] = f"{parts.scheme}://{parts.netloc.lower()}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, or not."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        refusal = self._refusal(Request(scope))
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce
        policy = _POLICY.format(nonce=nonce)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _SAFE.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", policy)
                if self.secure:
                    headers.setdefault("Strict-Transport-Security", "max-age=31536000")
            await send(message)

        await self._application(scope, receive, guarded)

    def _refusal(self, request: Request) -> Response | None:
        hosts = request.headers.getlist("host")
        origin = self._origins.get(hosts[0].lower()) if len(hosts) == 1 else None
        if origin is None:
            return PlainTextResponse("This address is not one of the staff pages.\n", 421)
        if request.method in {"GET", "HEAD"} or request.scope["path"].startswith(
            _API
        ):  # no cookie opens the API
            return None
        if request.headers.get("origin") != origin:
            return PlainTextResponse("This did not come from one of our own pages.\n", 403)
        return None
