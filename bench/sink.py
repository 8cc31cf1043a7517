"""A mail provider that only takes: whole bodies are read, 202 is answered, nothing is thought.

In: HTTP requests on loopback. Out: 202 with X-Message-Id; what came, told at `GET /`. A process of its own: `python -m bench.sink`.

With `--keep` it reads every body as JSON, and tells how many recipients there were and how many of them twice.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import urllib.request
from collections import Counter
from types import TracebackType
from typing import Self

_TAKEN = b"HTTP/1.1 202 Accepted\r\nX-Message-Id: 14c5d75ce93.dfd.64b469\r\nContent-Length: 0\r\n\r\n"
_PIECE = 1 << 20


class _Taken:
    """What came so far, from all connections."""

    def __init__(self, *, keep: bool) -> None:
        self.keep = keep
        self.requests = 0
        self.bytes = 0
        self.readers: Counter[str] = Counter()
        self._lock = threading.Lock()

    def add(self, head: int, body: bytes | memoryview) -> None:
        with self._lock:
            self.requests += 1
            self.bytes += head + len(body)
            if self.keep:
                for one in json.loads(bytes(body))["personalizations"]:
                    self.readers.update(to["email"] for to in one["to"])

    def told(self) -> bytes:
        twice = sum(count - 1 for count in self.readers.values())
        said = {
            "requests": self.requests, "bytes": self.bytes, "recipients": len(self.readers), "twice": twice
        }  # fmt: skip
        body = json.dumps(said).encode()
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(body), body)


def _serve(connection: socket.socket, taken: _Taken) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    have = bytearray()
    with connection:
        while True:
            while (end := have.find(b"\r\n\r\n")) < 0:
                piece = connection.recv(65536)
                if not piece:
                    return
                have += piece
            head, rest = bytes(have[:end]), have[end + 4 :]
            if head.startswith(b"GET"):
                connection.sendall(taken.told())
                return
            body = _body(connection, rest, _length(head))
            taken.add(len(head) + 4, body)  # before the answer: whoever has the last one may ask at once
            connection.sendall(_TAKEN)
            have = bytearray()


def _length(head: bytes) -> int:
    line = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    return int(line.split(b":")[1])


def _body(connection: socket.socket, begun: bytearray, length: int) -> memoryview:
    body = memoryview(bytearray(length))
    body[: len(begun)] = begun
    at = len(begun)
    while at < length:
        got = connection.recv_into(body[at : at + _PIECE])
        if not got:
            raise ConnectionError("a body ended too soon")
        at += got
    return body


def main() -> None:
    """Serve until standard input ends; the port is the first line of the output."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    taken = _Taken(keep="--keep" in sys.argv)
    print(listener.getsockname()[1], flush=True)

    def accept() -> None:
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=_serve, args=(connection, taken), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    sys.stdin.read()


class Sink:
    """A sink in a process of its own, for as long as the `with` lasts."""

    def __init__(self, *, keep: bool = False) -> None:
        self._arguments = [sys.executable, "-m", "bench.sink", *(["--keep"] if keep else [])]

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def told(self) -> dict[str, int]:
        """What it took: requests, bytes; with `keep` recipients, and how many of them were there twice."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self.url) as answer:
            return dict(json.load(answer))


if __name__ == "__main__":
    main()
