"""Many readers at once: connections that are kept, each asking again as soon as it is answered.

In: a port, paths. Out: how long each answer took. Called by bench.suites.clicking. One thread, so that it takes one processor at most.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Sequence
from itertools import cycle

CONNECTIONS = 64


def ask(
    port: int, requests: Sequence[bytes], count: int, expected: bytes, ending: bytes = b"\r\n\r\n"
) -> list[float]:
    """Ask so many times over 64 connections; milliseconds of each answer. Every answer must begin and end as expected (by itself: without
    a body)."""
    lines = [socket.create_connection(("127.0.0.1", port)) for _ in range(CONNECTIONS)]
    chooser = selectors.DefaultSelector()
    wanted, began, took = cycle(requests), [0.0] * CONNECTIONS, []
    for number, line in enumerate(lines):
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        chooser.register(line, selectors.EVENT_READ, number)
        began[number] = time.perf_counter()
        line.sendall(next(wanted))
    while len(took) < count:
        for key, _ in chooser.select():
            number, line = key.data, lines[key.data]
            answer = line.recv(4096)
            now = time.perf_counter()
            if not (answer.startswith(expected) and answer.endswith(ending)):
                raise AssertionError(answer[:200])
            took.append((now - began[number]) * 1e3)
            began[number] = now
            line.sendall(next(wanted))
    chooser.close()
    for line in lines:
        line.close()
    return took


def request(path: str) -> bytes:
    """A request as a browser on a phone makes it."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: news.example\r\nUser-Agent: Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)\r\n"
        "Accept: text/html\r\nAccept-Language: en-CA\r\n\r\n"
    ).encode()
