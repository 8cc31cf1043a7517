"""In: the bytes of a request head (RFC 9112). Out: a Head, or Malformed.

Called by wire.py for every request. Written by hand, since faults need the socket between head and body.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

MAX_HEAD = 64 * 1024

_REQUEST_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([!-~]+) HTTP/1\.([01])")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*?)[ \t]*")


class MalformedError(Exception):
    """The bytes are not an HTTP/1.1 request that a server may act on."""


@dataclass(frozen=True, slots=True)
class Head:
    """A request head. Header names are lower case; repeated headers are joined with a comma."""

    method: str
    target: str
    headers: dict[str, str]
    minor: int = 1

    @property
    def path(self) -> str:
        """The decoded path without the query."""
        return unquote(urlsplit(self.target).path) or "/"

    @property
    def query(self) -> dict[str, str]:
        """Query parameters; the last of equal names wins."""
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def length(self) -> int:
        """Announced bytes of body; 0 without Content-Length."""
        return int(self.headers.get("content-length", "0"))

    @property
    def chunked(self) -> bool:
        """True if the body comes in chunks of unknown number."""
        return "transfer-encoding" in self.headers

    @property
    def keep(self) -> bool:
        """True if the client wants to use the connection again."""
        wish = self.headers.get("connection", "").lower()
        return "close" not in wish if self.minor else "keep-alive" in wish


def parse_head(raw: bytes) -> Head:
    """Parse everything before the empty line. MalformedError for what RFC 9112 says must be refused."""
    first, *rest = raw.split(b"\r\n")
    match = _REQUEST_LINE.fullmatch(first)
    if not match:
        raise MalformedError("request line")
    headers: dict[str, str] = {}
    for line in rest:
        _add_field(headers, line)
    head = Head(match[1].decode(), match[2].decode(), headers, int(match[3]))
    _check_framing(head)
    return head


def _add_field(headers: dict[str, str], line: bytes) -> None:
    match = _FIELD.fullmatch(line)
    if not match:
        raise MalformedError("header field")
    name, value = match[1].decode().lower(), match[2].decode("latin-1")
    if name in headers and name in ("content-length", "host", "transfer-encoding", "authorization"):
        raise MalformedError(f"repeated {name}")
    headers[name] = f"{headers[name]}, {value}" if name in headers else value


def _check_framing(head: Head) -> None:
    length = head.headers.get("content-length")
    if length is not None and not (length.isascii() and length.isdigit() and len(length) < 16):
        raise MalformedError("content-length")
    if head.chunked and (length is not None or head.headers["transfer-encoding"].lower() != "chunked"):
        raise MalformedError("transfer-encoding")
    if head.minor and "host" not in head.headers:
        raise MalformedError("host is missing")
    try:
        urlsplit(head.target)
    except ValueError as error:
        raise MalformedError("target") from error
