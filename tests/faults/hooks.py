"""Where the emulator posts events in tests: kept as they came, to be handed to the program when a test says so.

In: posts. Out: headers and bodies. Called by tests/faults.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Post = tuple[dict[str, str], bytes]


class HookCatcher:
    """Where the emulator posts events: kept as they came, to be handed to the program when the test says so."""

    def __init__(self) -> None:
        self.caught: list[Post] = []
        self.first: Callable[[Post], None] = lambda _post: (
            None
        )  #: what is done with each before it is answered
        catcher = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                post = (dict(self.headers.items()), body)
                catcher.first(post)
                catcher.caught.append(post)
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hooks/sendgrid"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
