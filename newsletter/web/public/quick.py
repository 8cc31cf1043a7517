"""Quick: clicks and opens of the plainest form, answered from the bytes as they come, before a framework sees them.

In: what a line received, whose line it is. Out: the answer as bytes; None for all that is not plain, which then goes the careful way.
Called by web.lines, through web.serving.

Nothing is taken here that the careful way (h11, then web.public.hot) would take otherwise: a request is plain only where both give the
same answer and the same hit; a test holds them side by side. A click takes 60 µs of processor this way, with its hit
written; by h11 and ASGI it takes 200, and clicks come by the thousand.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from newsletter.web.public.hot import AHEAD, EMPTY, PIXEL, PIXEL_HEADERS, Headers, Hot, Told, says_ahead

LONGEST = 8192  #: bytes of a request that may be plain

Quick = Callable[[bytes, str], tuple[bytes, bytes] | None]

_VISIBLE = bytes([*b"\t\r\n", *range(0x20, 0x7F)])
# RFC 9112 sections 3 and 5, no more of it than browsers send: one request with its end, no folded lines. No possessive quantifiers:
# Python matches them wrongly before 3.11.5.
_PLAIN = re.compile(
    rb"GET /(?:c/([0-9a-f]{12})-(0|[1-9][0-9]{0,3})/([0-9A-Za-z_-]{35})|o/([0-9A-Za-z_-]{35})\.gif) HTTP/1\.1"
    rb"(?:\r\n[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\r]*)+\r\n\r\n"
)
# The headers on which line, answer or hit depend; nothing is asked of the others.
_SAID = re.compile(
    rb"\n(host|user-agent|purpose|sec-purpose|x-purpose|x-moz|x-forwarded-for"
    rb"|connection|content-length|transfer-encoding|expect|upgrade):[\t ]*([^\r]*)"
)
_ADDRESS = re.compile(rb"[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}")
_LOOPBACK = frozenset({"127.0.0.1", "::1"})  # a reverse proxy on this machine, which says for whom it asks

_CAREFUL = frozenset({b"content-length", b"transfer-encoding", b"expect", b"upgrade"})
_KEPT = b"keep-alive"

_FOUND, _OK = b"HTTP/1.1 302 Found\r\n", b"HTTP/1.1 200 OK\r\n"


def quick(hot: Hot) -> Quick:
    """What answers plain requests as `hot` does: with the first line, and the rest, between which a line puts its own headers."""

    def answer(data: bytes, client: str) -> tuple[bytes, bytes] | None:
        plain = _PLAIN.fullmatch(data) if _is_text(data) else None
        told = _told(data, client) if plain else None
        if plain is None or told is None:
            return None
        edition, link, click, image = plain.groups()
        if image is not None:
            hot.opened(image.decode(), told)
            return _OK, _IMAGE
        target = hot.clicked(edition.decode(), int(link), click.decode(), told)
        return None if target is None else (_FOUND, _leading(target.location))

    return answer


def _is_text(data: bytes) -> bool:
    """Visible ASCII in lines that all end alike. A bare line feed would end a line for some, and not for others."""
    return (
        len(data) <= LONGEST
        and not data.translate(None, _VISIBLE)
        and data.count(b"\n") == data.count(b"\r\n")
    )


def _told(data: bytes, client: str) -> Told | None:
    """What a plain request says of whoever asks; None where one of its headers asks for care, or stands there twice."""
    said = _SAID.findall(data.lower())
    told = dict(said)
    plain = len(told) == len(said) and b"host" in told and told.keys().isdisjoint(_CAREFUL)
    if not plain or told.get(b"connection", _KEPT).rstrip(b"\t ") != _KEPT:
        return None
    address = _address(told.get(b"x-forwarded-for"), client)
    if address is None:
        return None
    ahead = any(says_ahead(told[name]) for name in AHEAD & told.keys())
    return Told(told.get(b"user-agent", b"").rstrip(b"\t "), ahead, address)


def _address(forwarded: bytes | None, client: str) -> str | None:
    """Who asks. A proxy on this machine is believed; None where what it says is no plain address of another machine."""
    if forwarded is None or client not in _LOOPBACK:
        return client
    last = forwarded.rpartition(b",")[2].strip(b"\t ")
    if not _ADDRESS.fullmatch(last) or last.startswith(b"127.") or not last.strip(b"0:1"):
        return None
    return last.decode()


def _lines(headers: Headers) -> bytes:
    return b"".join(b"%b: %b\r\n" % header for header in headers) + b"\r\n"


@lru_cache(maxsize=4096)
def _leading(location: bytes) -> bytes:
    return _lines([(b"location", location), *EMPTY])


_IMAGE = _lines(PIXEL_HEADERS) + PIXEL
