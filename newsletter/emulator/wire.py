"""In: an accepted socket. Out: request heads and bodies; bytes, resets and silence in the other direction.

Called by server.py. It works on the bare socket, because a reset, a half-read body and a torn status line are its trade.
"""

import asyncio
import os
import re
import socket
import struct

from newsletter.emulator.http1 import MAX_HEAD, Head, MalformedError, parse_head

MAX_BODY = 30 * 1024 * 1024
"""SendGrid's limit on a request: under 30 MB."""

_PIECE = 64 * 1024
_RESET = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)


class GoneError(Exception):
    """The client closed or reset the connection in the middle of something."""


class TooLargeError(Exception):
    """The body is 30 MB or more."""


class Wire:
    """One connection, from the server's side."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._loop = asyncio.get_running_loop()
        self._buffer = bytearray()

    async def read_head(self) -> Head | None:
        """The next request head; None if the client closed between requests. GoneError, MalformedError."""
        while (end := self._buffer.find(b"\r\n\r\n")) < 0:
            if len(self._buffer) > MAX_HEAD:
                raise MalformedError("head too long")
            if not await self._more():
                if self._buffer.strip():
                    raise GoneError
                return None
        raw = bytes(self._buffer[:end])
        del self._buffer[: end + 4]
        return parse_head(raw.lstrip(b"\r\n"))

    async def _more(self) -> int:
        data = await self._receive(_PIECE)
        self._buffer += data
        return len(data)

    async def _receive(self, size: int) -> bytes:
        try:
            return await self._loop.sock_recv(self._sock, size)
        except OSError as error:
            raise GoneError from error

    async def take(self, size: int) -> bytes:
        """Exactly `size` bytes. GoneError if the client leaves before."""
        while len(self._buffer) < size:
            if not await self._more():
                raise GoneError
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        return data

    async def take_line(self) -> bytes:
        """One line without its CRLF, at most 8 kB. GoneError, MalformedError."""
        while (end := self._buffer.find(b"\r\n")) < 0:
            if len(self._buffer) > 8192:
                raise MalformedError("line too long")
            if not await self._more():
                raise GoneError
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        return line

    def take_waiting(self, target: memoryview) -> int:
        """Move bytes already received into `target`; how many."""
        count = min(len(self._buffer), len(target))
        target[:count] = self._buffer[:count]
        del self._buffer[:count]
        return count

    async def receive_into(self, target: memoryview) -> int:
        """Receive once, straight into `target`. GoneError if the client leaves."""
        try:
            count = await self._loop.sock_recv_into(self._sock, target)
        except OSError as error:
            raise GoneError from error
        if not count:
            raise GoneError
        return count

    async def send(self, data: bytes) -> None:
        """Write everything. GoneError if the client has left."""
        try:
            await self._loop.sock_sendall(self._sock, data)
        except OSError as error:
            raise GoneError from error

    def reset(self) -> None:
        """Abort: the client sees ECONNRESET, and unread bytes are thrown away."""
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._sock.close()

    def close(self) -> None:
        """Close in order (FIN). Closing twice is fine."""
        self._sock.close()

    async def linger(self, seconds: float = 1.0) -> None:
        """Say goodbye, then read what still comes, so that an answer sent early is not lost to a reset."""
        try:
            self._sock.shutdown(socket.SHUT_WR)
            async with asyncio.timeout(seconds):
                while await self._receive(_PIECE):
                    pass
        except (OSError, GoneError, TimeoutError):
            return


class Body:
    """A body that is read as far as asked, at the pace asked. `data` holds what has come."""

    def __init__(self, wire: Wire, head: Head, bytes_per_second: float | None = None) -> None:
        self._wire, self._pace = wire, bytes_per_second
        self._chunked = head.chunked
        self._told = "100-continue" not in head.headers.get("expect", "").lower()
        self.length = head.length
        self.got = 0
        self.done = not self._chunked and not self.length
        if self.length >= MAX_BODY:
            raise TooLargeError
        self._store = bytearray(0 if self._chunked else self.length)

    @property
    def data(self) -> bytes:
        """The bytes received so far."""
        return bytes(memoryview(self._store)[: self.got])

    async def fill(self, goal: int | None = None) -> None:
        """Read on until `goal` bytes have come, or all. GoneError, MalformedError, TooLargeError."""
        if not self._told and not self.done:
            await self._wire.send(b"HTTP/1.1 100 Continue\r\n\r\n")
            self._told = True
        while not self.done and (goal is None or self.got < goal):
            before = self.got
            await (self._chunk() if self._chunked else self._piece(goal))
            if self._pace:
                await asyncio.sleep((self.got - before) / self._pace)

    async def _piece(self, goal: int | None) -> None:
        end = self.length if goal is None else min(goal, self.length)
        if self._pace:
            end = min(end, self.got + max(1, int(self._pace / 10)))
        with memoryview(self._store) as view, view[self.got : end] as target:
            self.got += self._wire.take_waiting(target) or await self._wire.receive_into(target)
        self.done = self.got == self.length

    async def _chunk(self) -> None:
        size = _chunk_size(await self._wire.take_line())
        if self.got + size >= MAX_BODY:
            raise TooLargeError
        if not size:
            while await self._wire.take_line():
                pass
            self.done = True
            return
        self._store += await self._wire.take(size)
        self.got += size
        if await self._wire.take(2) != b"\r\n":
            raise MalformedError("chunk")


def _chunk_size(line: bytes) -> int:
    digits = line.split(b";")[0].strip()
    # int() would also take signs, underscores and blanks, which RFC 9112 section 7.1 does not.
    if not re.fullmatch(rb"[0-9A-Fa-f]{1,8}", digits):
        raise MalformedError("chunk size")
    return int(digits, 16)
