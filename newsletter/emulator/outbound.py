"""In: a request to an address on this machine. Out: status, headers and body of the answer.

Called by posting.py and readers.py. It refuses every other address: an emulator has no business on a network.
"""

import asyncio
import string
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

import h11

from newsletter.emulator.options import is_loopback

MAX_ANSWER = 2 * 1024 * 1024


class RefusedError(Exception):
    """The address is not http on this machine."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. `location` is absolute, empty without a redirect."""

    status: int
    body: bytes
    location: str = ""


async def call(
    method: str, url: str, *, headers: dict[str, str], body: bytes = b"", timeout: float = 30.0
) -> Reply:
    """One request on one connection; redirects are not followed. RefusedError, OSError, TimeoutError."""
    if not is_loopback(url):
        raise RefusedError(url)
    parts = urlsplit(url)
    async with asyncio.timeout(timeout):
        reader, writer = await asyncio.open_connection(_host(parts.hostname), parts.port or 80)
        try:
            return await _exchange(reader, writer, _request(method, url, headers, body), body)
        except h11.ProtocolError as error:
            raise ConnectionError(f"not HTTP: {error}") from error
        finally:
            writer.close()


def _host(name: str | None) -> str:
    # "localhost" may resolve to ::1 first, where nothing of ours listens.
    return "127.0.0.1" if (name or "").lower() == "localhost" else str(name)


def _request(method: str, url: str, headers: dict[str, str], body: bytes) -> h11.Request:
    parts = urlsplit(url)
    # As browsers do: blanks and non-ASCII characters are percent-encoded, what is encoded already stays.
    target = quote(
        (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe="%" + string.punctuation
    )
    fields = {"Host": parts.netloc, **headers, "Connection": "close"}
    if body or method in ("POST", "PUT"):
        fields["Content-Length"] = str(len(body))
    return h11.Request(method=method, target=target, headers=list(fields.items()))


async def _exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: h11.Request, body: bytes
) -> Reply:
    connection = h11.Connection(h11.CLIENT)
    writer.write(connection.send(request) or b"")
    if body:
        writer.write(connection.send(h11.Data(body)) or b"")
    writer.write(connection.send(h11.EndOfMessage()) or b"")
    await writer.drain()
    status, location, received = 0, "", bytearray()
    while not isinstance(event := connection.next_event(), h11.EndOfMessage | h11.ConnectionClosed):
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(65536))
        elif isinstance(event, h11.Response):
            status, location = event.status_code, _location(event)
        elif isinstance(event, h11.Data) and len(received) < MAX_ANSWER:
            received += event.data
    return Reply(status, bytes(received), urljoin(_url(request), location) if location else "")


def _location(response: h11.Response) -> str:
    return next((value.decode("latin-1") for name, value in response.headers if name == b"location"), "")


def _url(request: h11.Request) -> str:
    host = next(value.decode() for name, value in request.headers if name == b"host")
    return f"http://{host}{request.target.decode()}"
