"""The live line: a browser hears at once that an issue looks different now.

In: saved files, seen by a watching thread. Out: server-sent events to every open page. Called by the preview's app.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator

from newsletter.web.showing.shelf import Shelf

_BEAT = 0.5  #: seconds between two looks whether the server stops
_QUIET = 15.0  #: seconds after which a comment keeps the line open

Watch = Callable[[threading.Event], Iterator[frozenset[str]]]


class Live:
    """Tells subscribers of changes. An event's data is a number that grows; a page fetches itself anew."""

    def __init__(self, shelf: Shelf, watch: Watch) -> None:
        self.shelf = shelf
        self.stop = threading.Event()
        self.number = 0
        self._watch = watch
        self._subscribers: dict[asyncio.Queue[int], str] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="live", daemon=True)

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to watch; events go out on this loop."""
        self._loop = loop
        self._thread.start()

    def end(self) -> None:
        """Stop watching."""
        self.stop.set()
        self._thread.join(5)

    def _run(self) -> None:
        for paths in self._watch(self.stop):
            touched = self.shelf.changed(paths)
            for slug in touched & set(self._subscribers.values()):
                self._build(slug)
            if self._loop and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._tell)

    def _build(self, slug: str) -> None:
        """Build what is looked at before the browsers ask: their answer then comes at once."""
        try:
            self.shelf.get(slug)
        except Exception:  # noqa: BLE001 - the page that asks next tells of it; the watching must go on
            return

    def _tell(self) -> None:
        self.number += 1
        for queue in list(self._subscribers):
            queue.put_nowait(self.number)

    async def events(self, slug: str) -> AsyncIterator[bytes]:
        """The lines of one subscriber that looks at an issue (or, with an empty name, at the list), until the server stops or the
        page is closed."""
        queue: asyncio.Queue[int] = asyncio.Queue()
        self._subscribers[queue] = slug
        quiet = 0.0
        try:
            yield b"retry: 500\nevent: hello\ndata: %d\n\n" % self.number
            while not self.stop.is_set():
                try:
                    async with asyncio.timeout(_BEAT):  # not wait_for, which may swallow a cancellation
                        number = await queue.get()
                except TimeoutError:
                    quiet += _BEAT
                    if quiet >= _QUIET:
                        quiet = 0.0
                        yield b": still here\n\n"
                    continue
                yield b"event: changed\ndata: %d\n\n" % number
        finally:
            self._subscribers.pop(queue, None)
