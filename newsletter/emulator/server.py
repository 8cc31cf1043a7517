"""In: connections to 127.0.0.1. Out: requests led to the API (with faults), the trackers, the control API or the inbox.

Called by serve.py, which opens two doors: one where faults happen, one where they do not.
"""

import asyncio
import contextlib
import os
import socket
from functools import partial

from newsletter.emulator import control, inbox, trackers
from newsletter.emulator.answers import Answer, as_html, edge_page, to_bytes
from newsletter.emulator.exchange import Exchange
from newsletter.emulator.http1 import Head, MalformedError
from newsletter.emulator.options import is_loopback
from newsletter.emulator.wire import Body, GoneError, TooLargeError, Wire
from newsletter.emulator.world import World

HOST = "127.0.0.1"
_BACKLOG = 512


class Door:
    """A listening socket and the connections that came through it."""

    def __init__(self, world: World, port: int, *, faulty: bool) -> None:
        self._world, self._faulty = world, faulty
        self._sock = _listen(port)
        self.port: int = self._sock.getsockname()[1]
        self._count = 0
        self._guests: set[asyncio.Task[None]] = set()
        self._knocks: dict[tuple[str, int], socket.socket] = {}
        world.faults.on_change.append(self._on_script)

    async def run(self) -> None:
        """Accept for ever; cancelled at the end, and with it every connection."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                await self._refuse_if_told()
                sock, peer = await loop.sock_accept(self._sock)
                if self._is_knock(peer):
                    sock.close()
                else:
                    await self._receive(sock)
        finally:
            self.close()
            for guest in tuple(self._guests):
                guest.cancel()
            await asyncio.gather(*self._guests, return_exceptions=True)

    def close(self) -> None:
        """Stop listening; closing twice is fine."""
        for sock in (self._sock, *self._knocks.values()):
            sock.close()

    async def _receive(self, sock: socket.socket) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._count += 1
        for rule in self._world.faults.slows(self._count) if self._faulty else ():
            # The system has completed the handshake already; nobody is served until this is over.
            await asyncio.sleep(rule.seconds)
        self._welcome(sock)

    async def _refuse_if_told(self) -> None:
        for rule in self._world.faults.refuses(self._count + 1) if self._faulty else ():
            # Without a listening socket the system itself answers ECONNREFUSED.
            self._sock.close()
            await asyncio.sleep(rule.seconds)
            self._sock = await _listen_again(self.port)

    def _on_script(self) -> None:
        """Wake the loop that waits for a connection, so that it sees a new `refuse` at once.

        Cancelling the wait could lose a connection that has just been accepted; a knock of our own cannot.
        """
        if self._faulty and any(rule.action == "refuse" for rule in self._world.faults.script.rules):
            knock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            knock.settimeout(0.0)
            knock.connect_ex((HOST, self.port))
            self._knocks[knock.getsockname()] = knock

    def _is_knock(self, peer: tuple[str, int]) -> bool:
        knock = self._knocks.pop(peer, None)
        if knock:
            knock.close()
        return knock is not None

    def _welcome(self, sock: socket.socket) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(sock, self._count))
        self._guests.add(task)
        task.add_done_callback(partial(self._gone, sock))

    def _gone(self, sock: socket.socket, task: "asyncio.Task[None]") -> None:
        self._guests.discard(task)
        sock.close()
        if not task.cancelled() and (error := task.exception()):
            asyncio.get_running_loop().call_exception_handler(
                {"message": "emulator request failed", "exception": error}
            )

    async def _serve(self, sock: socket.socket, number: int) -> None:
        wire = Wire(sock)
        try:
            if self._faulty and self._world.faults.closes(number):
                return
            while head := await wire.read_head():
                if not await self._lead(wire, head, number):
                    return
        except GoneError:
            return
        except MalformedError:
            with contextlib.suppress(GoneError):
                await wire.send(to_bytes(edge_page(400), now=self._world.clock.now(), keep=False))
                await wire.linger()
        finally:
            wire.close()

    async def _lead(self, wire: Wire, head: Head, number: int) -> bool:
        if head.path.startswith("/v3/") and self._faulty:
            return await Exchange(self._world, wire, head, number).run()
        answer = await self._answer(wire, head)
        data = to_bytes(answer, now=self._world.clock.now(), keep=head.keep, with_body=head.method != "HEAD")
        await wire.send(data)
        return head.keep and not answer.close

    async def _answer(self, wire: Wire, head: Head) -> Answer:
        body = Body(wire, head)
        try:
            await body.fill()
        except TooLargeError:
            return edge_page(413).closing()
        if not _is_ours(head):
            return as_html(403, "This address is for programs on this machine only.")
        if head.path.startswith(control.PREFIX):
            return await control.answer(self._world, head, body.data)
        if head.path in trackers.PATHS:
            return trackers.answer(self._world, head)
        return inbox.answer(self._world, head)


def _is_ours(head: Head) -> bool:
    """False if a page from elsewhere made a browser send this (DNS rebinding, forged requests)."""
    origin = head.headers.get("origin")
    return is_loopback(f"http://{head.headers.get('host', '')}") and (origin is None or is_loopback(origin))


def _listen(port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        _bind(sock, port)
    except (OSError, OverflowError):
        sock.close()
        raise
    return sock


def _bind(sock: socket.socket, port: int) -> None:
    if os.name != "nt":
        # Windows would let two servers share the port.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Room for two large requests: fewer turns of the event loop per body. Accepted sockets inherit it.
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024 * 1024)
    sock.bind((HOST, port))
    sock.listen(_BACKLOG)
    sock.settimeout(0.0)


async def _listen_again(port: int) -> socket.socket:
    while True:
        try:
            return _listen(port)
        except OSError:
            await asyncio.sleep(0.05)
