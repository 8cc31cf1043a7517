"""Submit: a prepared mailing leaves through the SendGrid provider, to a sink on this machine.

In: a prepared campaign. Out: recipients a second, CPU and bytes on the wire for each. Called by bench.child.

"newsletter send" is all of it: claims, the look at consent before each batch, commits before and after each call, the books that
the progress bar asks for. The ceiling posts the same bytes, made beforehand.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from threading import Thread

from bench import peers, world
from bench.measuring import Candidate, Meter, Reading, Role, Suite
from bench.sink import Sink
from newsletter.cli import running
from newsletter.pipeline.context import Context
from newsletter.pipeline.parcels import Parcels
from newsletter.store import batches, deliveries

_CAMPAIGN = 1


def _make(folder: Path, size: int) -> None:
    world.campaign(folder, size)
    with world.opened(folder) as ctx:
        (folder / peers.SAMPLE).write_bytes(next(_bodies(ctx)))


def _bodies(ctx: Context) -> Iterator[bytes]:
    """The requests of all batches, as submit makes them."""
    provider, parcels = ctx.provider("sendgrid"), Parcels(ctx)
    with ctx.store.read() as db:
        for number in count(1):
            rows = deliveries.of_batch(db, number)
            if not rows.numbers:
                return
            yield provider.encode(parcels.outbound(db, batches.get(db, number), rows, 1)).body


def _with_sink(folder: Path, size: int, work: Callable[[Sink], Reading]) -> Reading:
    """Run against a sink. In a checking round it reads every body, and nobody may be missing or there twice."""
    check = world.checking(folder)
    with Sink(keep=check) as sink:
        reading = work(sink)
        told = sink.told()
    if check and (told["recipients"], told["twice"]) != (size, 0):
        raise AssertionError(f"the sink got {told}; {size} recipients were expected, each once")
    return replace(reading, more={"wire_bytes": told["bytes"] / size, "requests": float(told["requests"])})


def _send(folder: Path, size: int) -> Reading:
    world.restore(folder, world.PREPARED)

    def work(sink: Sink) -> Reading:
        with world.opened(folder, sink.url) as ctx:
            ctx.provider(
                "sendgrid"
            )  # its libraries are imported; what that takes is told by the suite "start"
            meter = Meter()
            assert running.run_to_end(ctx, _CAMPAIGN, quiet=True) == 0
            return meter.read(size)

    return _with_sink(folder, size, work)


def _build(folder: Path, size: int) -> Reading:
    world.restore(folder, world.PREPARED)
    with world.opened(folder) as ctx:
        ctx.provider("sendgrid")
        meter = Meter()
        wire = sum(map(len, _bodies(ctx)))
        return meter.read(size, wire_bytes=wire / size)


def _replay(folder: Path, size: int) -> Reading:
    world.restore(folder, world.PREPARED)
    with world.opened(folder) as ctx:
        bodies = list(_bodies(ctx))

    def work(sink: Sink) -> Reading:
        lines = [socket.create_connection(("127.0.0.1", sink.port)) for _ in range(2)]
        posts = [Thread(target=_post, args=(line, bodies[n::2])) for n, line in enumerate(lines)]
        meter = Meter()
        for post in posts:
            post.start()
        for post in posts:
            post.join()
        return meter.read(size)

    return _with_sink(folder, size, work)


def _post(line: socket.socket, bodies: list[bytes]) -> None:
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for body in bodies:
        line.sendall(b"POST /v3/mail/send HTTP/1.1\r\nHost: sink\r\nContent-Length: %d\r\n\r\n" % len(body))
        line.sendall(body)
        line.recv(4096)


def _helpers(folder: Path, size: int) -> Reading:
    return _with_sink(folder, size, lambda sink: peers.helpers(folder, sink.url, size, together=1000))


def _one_by_one(folder: Path, size: int) -> Reading:
    return _with_sink(folder, size, lambda sink: peers.helpers(folder, sink.url, size, together=1))


def _node(folder: Path, size: int) -> Reading:
    return _with_sink(folder, size, lambda sink: peers.node("mail.mjs", str(folder), sink.url, str(size)))


SUITE = Suite(
    name="submit",
    title="Submit over the SendGrid API, to a sink",
    unit="recipient",
    size=100_000,
    make=_make,
    candidates=(
        Candidate("ready payloads, 2 sockets", Role.CEILING, _replay),
        Candidate("newsletter send", Role.OURS, _send),
        Candidate("the same, building the requests alone", Role.PART, _build),
        Candidate("sendgrid's helpers, 1,000 a request", Role.PEER, _helpers, share=0.2),
        Candidate("@sendgrid/mail, 1,000 a request", Role.PEER, _node, lacking=peers.lacks_node),
        Candidate("sendgrid's helpers, one a request", Role.PEER, _one_by_one, share=0.01),
    ),
)
