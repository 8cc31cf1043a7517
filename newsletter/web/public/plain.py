"""What needs no words: images and hosted files of editions, the probe, health, robots.txt.

In: requests. Out: bytes. Called by web.public.app.
"""

from __future__ import annotations

import re
import unicodedata
from collections import OrderedDict
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from newsletter.pipeline.archive import Archive
from newsletter.pipeline.context import Context
from newsletter.pipeline.record import waiting
from newsletter.pipeline.view import hosted, image
from newsletter.web.public.pages import SAFE

_NAME = re.compile(r"[0-9a-f]{24}\.(?:png|jpg|gif)")
_KEY = re.compile(r"[0-9a-f]{24}")
_MEMORY = 32 * 1024 * 1024
_FOR_EVER = {
    # An image's name is the digest of its content: it never changes.
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}
ROBOTS = "User-agent: *\nDisallow: /\n"
OPEN_ROBOTS = "User-agent: *\nAllow: /archive\nAllow: /i/\nDisallow: /\n"


class PlainPages:
    """The endpoints; the images that were asked for last stay in memory."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._images: OrderedDict[str, tuple[str, bytes]] = OrderedDict()
        self._held = 0

    async def image(self, request: Request) -> Response:
        """`/i/<digest>.<ending>`."""
        name = request.path_params["file"]
        if not _NAME.fullmatch(name):
            return _absent()
        found = self._images.get(name) or await run_in_threadpool(image, self._ctx, name)
        if found is None:
            return _absent()
        self._keep(name, found)
        tag = f'"{name[:24]}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=_FOR_EVER | {"ETag": tag})
        media_type, data = found
        return Response(data, media_type=media_type, headers=_FOR_EVER | {"ETag": tag})

    async def file(self, request: Request) -> Response:
        """`/f/<key>/<name>`: a hosted file, shown by the browser if it is a PDF, else saved under its own name."""
        key, name = request.path_params["key"], request.path_params["name"]
        if not _KEY.fullmatch(key):
            return _absent("file")
        found = await run_in_threadpool(hosted, self._ctx, key, name)
        if found is None:
            return _absent("file")
        headers = file_headers(name, found[0]) | {"ETag": f'"{key}"'}
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        return Response(found[1], media_type=found[0], headers=headers)

    def _keep(self, name: str, found: tuple[str, bytes]) -> None:
        if name in self._images:
            self._images.move_to_end(name)
            return
        self._images[name] = found
        self._held += len(found[1])
        while self._held > _MEMORY and self._images:
            _, (_, dropped) = self._images.popitem(last=False)
            self._held -= len(dropped)

    async def probe(self, _: Request) -> Response:
        """Which instance answers here: `newsletter doctor` asks, to see that the public address leads to this database."""
        return JSONResponse({"instance": self._ctx.instance}, headers=SAFE)

    async def health(self, _: Request) -> Response:
        """200 while the database answers."""
        await run_in_threadpool(waiting, self._ctx)
        return PlainTextResponse("ok\n", headers=SAFE)

    async def robots(self, _: Request) -> Response:
        """Nothing here is for search engines, for every address is somebody's own; but for the archive, where staff say so."""
        return PlainTextResponse(OPEN_ROBOTS if Archive(self._ctx).indexed else ROBOTS)


def file_headers(name: str, media_type: str) -> dict[str, str]:
    """What an answer with a hosted file carries. Nothing in it runs, whatever a browser takes it for (RFC 6266, 8187)."""
    shown = media_type == "application/pdf"
    plain = re.sub(r"[^\w .()-]", "_", unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode())
    plain = f"file{plain}" if plain.startswith(".") else plain
    disposition = f"{'inline' if shown else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    # A browser's own viewer for PDF is held up by more than this, in some versions.
    policy = "script-src 'none'" if shown else "default-src 'none'; sandbox"
    return _FOR_EVER | {"Content-Disposition": disposition, "Content-Security-Policy": policy}


def _absent(what: str = "image") -> Response:
    return PlainTextResponse(f"There is no such {what}.\n", 404, SAFE)
