"""Bodies of requests, read within limits.

In: a request. Out: bytes, fields of a form; or the answer that it is too large or too slow. Called by web.public.reader,
web.hooks, web.studio.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from urllib.parse import parse_qsl

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

FORM_BYTES = 16 * 1024
FIELDS = 50
SECONDS = 30.0
PART_FIELDS = 500  #: fields of a form of the studio
UPLOAD_SECONDS = 300.0
_LINE = re.compile(rb"(?:\r\n?|\n)(?=--)")  # before what may be the boundary of a part
_WITHIN = re.compile(rb"content-type\s*:\s*(?:multipart|message)/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Parts:
    """A form with its files: the last value of each field, all values of each, files by field as name, media type, bytes."""

    fields: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, tuple[str, str, bytes]] = field(default_factory=dict)


async def read(
    request: Request, most: int, take: Callable[[int], None] = lambda _: None, *, upload: bool = False
) -> bytes:
    """The whole body. Raises HTTPException 413 beyond `most` bytes, 408 when it takes too long, 400 for a broken length and
    for a client that leaves before its end. `take` is told of each piece's size before it is kept, and may raise."""
    stated = request.headers.get("content-length", "0")
    if not (stated.isascii() and stated.isdigit()):
        raise HTTPException(400)
    if int(stated[:20]) > most:
        raise HTTPException(413)
    try:
        async with asyncio.timeout(UPLOAD_SECONDS if upload else SECONDS):
            return await _gather(request.stream(), most, take)
    except TimeoutError:
        raise HTTPException(408) from None
    except ClientDisconnect:
        raise HTTPException(400) from None


async def _gather(stream: AsyncIterator[bytes], most: int, take: Callable[[int], None]) -> bytes:
    body = bytearray()
    async for chunk in stream:
        if len(body) + len(chunk) > most:
            raise HTTPException(413)
        take(len(chunk))
        body += chunk
    return bytes(body)


async def form(request: Request, most: int = FORM_BYTES) -> Mapping[str, str]:
    """The fields of a small form (of at most so many bytes), urlencoded or multipart (RFC 8058 section 3.2 asks for both); the last of equal names wins."""
    body = await read(request, most)
    kind = request.headers.get("content-type", "")
    if kind.lower().startswith("multipart/"):
        return multipart(kind, body)
    text = body.decode("utf-8", "replace").strip()
    return dict(parse_qsl(text, keep_blank_values=True)) if text.count("&") < FIELDS else {}


def multipart(kind: str, body: bytes) -> Mapping[str, str]:
    """The fields of a small multipart body (RFC 7578), by the parser for mail, which takes whatever comes. None of one with many parts,
    or with bodies within bodies: no form has them, and reading them takes long."""
    if len(_LINE.findall(body)) > FIELDS or _WITHIN.search(body):
        return {}
    header = f"Content-Type: {kind}\r\n\r\n".encode("latin-1", "replace")
    whole = message_from_bytes(header + body)
    fields: dict[str, str] = {}
    for part in whole.walk():
        name, value = part.get_param("name", header="content-disposition"), part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(value, bytes):
            fields[name] = value.decode("utf-8", "replace").strip()
    return fields


async def parts(request: Request, most: int, files: int) -> Parts:
    """A form of the studio, urlencoded or multipart, of at most so many bytes and files. Raises HTTPException 400, 408, 413."""
    body = await read(request, most, upload=files > 0)
    kind = request.headers.get("content-type", "")
    if not kind.lower().startswith("multipart/"):
        text = body.decode("utf-8", "replace")
        if text.count("&") >= PART_FIELDS:
            raise HTTPException(413)
        return _sorted(parse_qsl(text, keep_blank_values=True), [])

    async def whole() -> AsyncGenerator[bytes, None]:
        yield body

    parser = MultiPartParser(
        request.headers, whole(), max_files=files, max_fields=PART_FIELDS, max_part_size=most
    )
    try:
        found = await parser.parse()
    except (MultiPartException, KeyError, ValueError):
        raise HTTPException(400) from None
    return await _taken(found)


async def _taken(found: FormData) -> Parts:
    texts: list[tuple[str, str]] = []
    kept: list[tuple[str, tuple[str, str, bytes]]] = []
    for name, value in found.multi_items():
        if isinstance(value, UploadFile):
            file = (value.filename or "", value.content_type or "", await value.read())
            if file[0] or file[2]:
                kept.append((name, file))
        else:
            texts.append((name, value))
    await found.close()
    return _sorted(texts, kept)


def _sorted(texts: Sequence[tuple[str, str]], kept: Sequence[tuple[str, tuple[str, str, bytes]]]) -> Parts:
    lists: dict[str, list[str]] = {}
    for name, value in texts:
        lists.setdefault(_text(name), []).append(_text(value))
    return Parts({name: values[-1] for name, values in lists.items()}, lists, dict(kept))


def _text(text: str) -> str:
    """Without what no database takes for text: NUL, and halves of signs that a charset of the sender's own choice may bring."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode()
