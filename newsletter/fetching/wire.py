"""Connections to addresses that were judged, and to no others; each read and write within the deadline and the room.

In: a Spot, a deadline. Out: a connector for httpcore, which speaks HTTP over it. Called by fetcher, once for each hop.

httpcore asks for the host by name: the name goes into TLS (certificate and SNI) and into the Host header, while the connection
goes to the address that was judged, so that a second look-up, with another answer, never happens.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from typing import Any

import httpcore

from newsletter.fetching.contract import Unfetched, Why
from newsletter.fetching.deadline import Deadline

_EACH = 4.0  #: seconds for one address, when there are others
_PIECE = 4096  #: bytes of one read: little of a body comes along with the headers, and counts as such


class Room:
    """How many more bytes may come: a server that talks without end is stopped, header or body."""

    def __init__(self, octets: int) -> None:
        self.left = octets

    def take(self, octets: int) -> None:
        """Count. Raises Unfetched."""
        self.left -= octets
        if self.left < 0:
            raise Unfetched(Why.SIZE)


class Connector(httpcore.NetworkBackend):
    """Connects to the addresses of one spot, in turn."""

    def __init__(self, addresses: tuple[str, ...], deadline: Deadline, room: Room) -> None:
        self._addresses = addresses
        self._deadline = deadline
        self._room = room
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address that answers. Raises Unfetched. `host` is not looked up again."""
        del host, timeout, local_address
        for number, address in enumerate(self._addresses, 1):
            most = 3600.0 if number == len(self._addresses) else _EACH
            try:
                stream = self._plain.connect_tcp(
                    address, port, self._deadline.left(most), None, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
            return Stream(stream, self._deadline, self._room)
        self._deadline.left()
        raise Unfetched(Why.CONNECT)

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Never. Raises Unfetched."""
        raise Unfetched(Why.REFUSED, "a socket of this machine")


class Stream(httpcore.NetworkStream):
    """One connection, in which every step keeps the deadline and counts what comes."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline, room: Room) -> None:
        self._inner = inner
        self._deadline = deadline
        self._room = room

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What came. Raises Unfetched."""
        del timeout
        try:
            data = self._inner.read(min(max_bytes, _PIECE), self._deadline.left())
        except httpcore.ReadTimeout:
            raise Unfetched(Why.TIME) from None
        self._room.take(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Say something. Raises Unfetched."""
        del timeout
        try:
            self._inner.write(buffer, self._deadline.left())
        except httpcore.WriteTimeout:
            raise Unfetched(Why.TIME) from None

    def close(self) -> None:
        """Close it."""
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same, encrypted; the certificate is the name's. Raises Unfetched."""
        del timeout
        try:
            stream = self._inner.start_tls(ssl_context, server_hostname, self._deadline.left())
        except httpcore.ConnectTimeout:
            raise Unfetched(Why.TIME) from None
        except httpcore.ConnectError as error:
            raise Unfetched(Why.TLS, _certificate(error)) from None
        return Stream(stream, self._deadline, self._room)

    def get_extra_info(self, info: str) -> Any:
        """What the connection says of itself."""
        return self._inner.get_extra_info(info)


def _certificate(error: BaseException) -> str:
    """What is wrong with a certificate, in OpenSSL's words (they hold none of the server's)."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return seen.verify_message.split(",")[0].rstrip(".")
        seen = seen.__cause__ or seen.__context__
    return ""
