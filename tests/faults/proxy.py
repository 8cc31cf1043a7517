"""A cable between a machine and its PostgreSQL, which can be cut and mended.

In: the address of a database. Out: another address of the same, on this machine. Called by tests/faults.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy.engine import URL

SIZE = 65536


class Proxy:
    """Listens while it is entered. Cut, every connection ends and no new one is made."""

    def __init__(self, target: URL) -> None:
        self._target = target
        self._listening = socket.create_server(("127.0.0.1", 0))
        port = self._listening.getsockname()[1]
        self.url = target.set(host="127.0.0.1", port=port, query={})
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._whole = True
        self._lock = threading.Lock()
        self._accepting = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._accepting.join(5)
        self.cut()

    def cut(self) -> None:
        """Nothing comes through any more."""
        with self._lock:
            self._whole = False
            for pair in self._pairs:
                for end in pair:
                    with contextlib.suppress(OSError):
                        end.shutdown(socket.SHUT_RDWR)
            self._pairs.clear()

    def mend(self) -> None:
        """It works again, for whoever connects anew."""
        with self._lock:
            self._whole = True

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            with self._lock:
                if not self._whole:
                    near.close()
                    continue
                pair = (near, self._connected())
                self._pairs.append(pair)
            threading.Thread(target=_carry, args=pair, daemon=True).start()

    def _connected(self) -> socket.socket:
        """A connection to the server: libpq takes a host that is a folder for that of its socket (PostgreSQL manual 34.1.2)."""
        host = str(self._target.query.get("host") or self._target.host or "127.0.0.1")
        port = self._target.port or 5432
        if not host.startswith("/"):
            return socket.create_connection((host, port))
        far = socket.socket(socket.AF_UNIX)
        far.connect(str(Path(host) / f".s.PGSQL.{port}"))
        return far


def _carry(near: socket.socket, far: socket.socket) -> None:
    """Bytes in both directions, until one end ends."""
    with selectors.DefaultSelector() as waiting, near, far, contextlib.suppress(OSError):
        waiting.register(near, selectors.EVENT_READ, far)
        waiting.register(far, selectors.EVENT_READ, near)
        while True:
            for key, _ in waiting.select():
                sent = key.fileobj.recv(SIZE)  # type: ignore[union-attr]
                if not sent:
                    return
                key.data.sendall(sent)
