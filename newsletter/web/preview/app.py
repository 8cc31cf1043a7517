"""The preview's routes: pages, mails in frames, images, the live line. Only GET; nothing is ever changed.

In: requests from this machine's browser. Out: answers with a strict policy. Called by cli.preview and tests.

The Host header must name this machine: a site that points its own name at 127.0.0.1 (DNS rebinding) gets nothing. Mails come
only into frames whose sandbox runs no script; the frame may be measured by the page, as it is of the same origin.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from newsletter.model.errors import Explained, NotFound
from newsletter.model.member import Member
from newsletter.model.said import Said
from newsletter.web.preview.live import Live
from newsletter.web.preview.words import preferred, words
from newsletter.web.public.plain import file_headers
from newsletter.web.showing import page as pages
from newsletter.web.showing.choice import Choice, read
from newsletter.web.showing.frame import framed, policy
from newsletter.web.showing.shelf import Shelf

_LOOK = Path(__file__).parent / "look"
_ASSETS = {"preview.css": "text/css", "preview.js": "text/javascript", "icon.svg": "image/svg+xml"}
_THUMBNAILS = 12  #: issues that are built for the list; more are listed by name
_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
_SAFE = {
    b"cache-control": b"no-store",
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
    b"cross-origin-resource-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
}
#: what is named by its content never changes: a renewed mail shows at once
_KEPT = "private, max-age=3600, immutable"
#: a sandboxed frame without an origin of its own must reach images too; their names cannot be guessed
_IMAGE = {
    "Content-Security-Policy": "default-src 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": _KEPT,
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class Preview:
    """The pages of one workspace. `named` is the issue that was asked for, else empty; `find` looks members up, if there are any."""

    def __init__(self, shelf: Shelf, live: Live, *, named: str = "", find: pages.Find | None = None) -> None:
        self.shelf = shelf
        self.live = live
        self.named = named
        self.find = find
        self.look = Environment(
            loader=FileSystemLoader(_LOOK),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    async def start(self, request: Request) -> Response:
        """The issue that was named, else the list."""
        path = f"/issues/{self.named}" if self.named else "/issues"
        return RedirectResponse(read(request.query_params).url(path), 307)

    async def index(self, request: Request) -> Response:
        """Every issue."""
        return await run_in_threadpool(self._index, request)

    def _index(self, request: Request) -> Response:
        choice = read(request.query_params)
        slugs = self.shelf.slugs()
        listed = [self._issue(slug, self._ui(request, choice)) for slug in slugs[:_THUMBNAILS]]
        rest = slugs[_THUMBNAILS:]
        return self._page("index.html", request, choice, "/issues", listed=listed, rest=rest)

    def _issue(self, slug: str, language: str) -> pages.IssuePage:
        usual = Choice(view="desktop", lang=language)
        member, _ = pages.reader_of(usual, None)
        return pages.issue_page(self.shelf.desk, self.shelf.get(slug), usual, member, language)

    async def issue(self, request: Request) -> Response:
        """One issue."""
        return await run_in_threadpool(self._issue_page, request)

    def _issue_page(self, request: Request) -> Response:
        choice = read(request.query_params)
        member, known = self._reader(choice)
        shown = self.shelf.get(request.path_params["slug"])
        page = pages.issue_page(self.shelf.desk, shown, choice, member, self._ui(request, choice))
        return self._page(
            "issue.html",
            request,
            choice,
            f"/issues/{page.slug}",
            page=page,
            slugs=self.shelf.slugs(),
            member_known=known,
            **pages.controls(page, members=self.find is not None),
        )

    async def mail(self, request: Request) -> Response:
        """The mail itself, for a frame."""
        return await run_in_threadpool(self._mail, request)

    def _mail(self, request: Request) -> Response:
        choice = read(request.query_params)
        good = self.shelf.get(request.path_params["slug"]).good
        if good is None or good.rendering.artwork is None:
            raise NotFound(Said("nothing to show", "rien à montrer"), code="preview-nothing")
        member, _ = self._reader(choice)
        made = pages.mail(self.shelf.desk, good, good.rendering.artwork, choice, member)
        html = framed(
            made.html, dark=bool(choice.dark), images_from=self.shelf.desk.settings.text("web.base_url")
        )
        origin = f"{request.url.scheme}://{request.headers['host']}"
        headers = {"Content-Security-Policy": policy(origin, images=not choice.images)}
        if request.path_params["version"] == pages.version_of(made):
            headers["Cache-Control"] = _KEPT
        return HTMLResponse(html, headers=headers)

    async def image(self, request: Request) -> Response:
        """An image, by the digest of its content."""
        found = self.shelf.image(request.path_params["name"])
        if found is None:
            raise NotFound(Said("no such image", "cette image n’existe pas"), code="preview-nothing")
        return Response(found[1], media_type=found[0], headers=_IMAGE)

    async def file(self, request: Request) -> Response:
        """A hosted file of an issue that was shown."""
        key, name = request.path_params["key"], request.path_params["name"]
        found = self.shelf.file(f"{key}/{quote(name, safe='')}")
        if found is None:
            raise NotFound(Said("no such file", "ce fichier n’existe pas"), code="preview-nothing")
        return Response(found[1], media_type=found[0], headers=file_headers(name, found[0]))

    async def asset(self, request: Request) -> Response:
        """Style and script of the pages."""
        name = request.path_params["name"]
        if name not in _ASSETS:
            raise NotFound(Said("no such file", "ce fichier n’existe pas"), code="preview-nothing")
        return Response((_LOOK / name).read_bytes(), media_type=_ASSETS[name])

    async def events(self, request: Request) -> Response:
        """The live line."""
        lines = self.live.events(request.query_params.get("issue", ""))
        return StreamingResponse(lines, media_type="text/event-stream")

    def _reader(self, choice: Choice) -> tuple[Member, bool]:
        return pages.reader_of(choice, self.find)

    def _ui(self, request: Request, choice: Choice) -> str:
        return preferred(choice.ui, request.headers.get("accept-language", ""))

    def _page(self, template: str, request: Request, choice: Choice, path: str, **values: Any) -> Response:
        ui = self._ui(request, choice)

        def url(to: str = path, **changes: str) -> str:
            return choice.url(to, **changes)

        name = self.shelf.desk.publication.name
        html = self.look.get_template(template).render(
            w=words(ui),
            choice=choice,
            ui=ui,
            url=url,
            publication=name.get(ui) or next(iter(name.values())),
            **values,
        )
        return HTMLResponse(html, headers={"Content-Security-Policy": _POLICY})

    async def fault(self, request: Request, error: Exception) -> Response:
        """An error in words."""
        status = 404 if isinstance(error, NotFound | HTTPException) else 500
        choice = read(request.query_params)
        told = error.told(self._ui(request, choice)) if isinstance(error, Explained) else ("", "")
        message, hint = told
        answer = self._page("gone.html", request, choice, "/issues", message=message, hint=hint)
        answer.status_code = status
        return answer


def create(preview: Preview) -> ASGIApp:
    """The application; its life begins and ends the watching."""

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        preview.live.start(asyncio.get_running_loop())
        try:
            yield
        finally:
            await run_in_threadpool(preview.live.end)

    app = Starlette(
        routes=[
            Route("/", preview.start),
            Route("/issues", preview.index),
            Route("/issues/{slug}", preview.issue),
            Route("/mail/{slug}/{version}", preview.mail),
            Route("/i/{name}", preview.image),
            Route("/f/{key}/{name}", preview.file),
            Route("/look/{name}", preview.asset),
            Route("/events", preview.events),
        ],
        exception_handlers={Explained: preview.fault, 404: preview.fault},
        lifespan=life,
    )
    return Guard(app)


class Guard:
    """Answers only to this machine's own names, and adds what every answer carries."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *((n, v) for n, v in _SAFE.items() if n not in present),
                ]
            await send(message)

        if _host(scope) in _HOSTS:
            await self.app(scope, receive, safely)
        else:
            await PlainTextResponse("This preview answers only on this machine.", 421)(scope, receive, safely)


def _host(scope: Scope) -> str:
    hosts: list[str] = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
    if len(hosts) != 1:
        return ""
    host, colon, port = hosts[0].rpartition(":")
    named = host if colon and port.isdigit() else hosts[0]
    return named.lower()
