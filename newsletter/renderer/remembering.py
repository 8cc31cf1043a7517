"""A renderer that remembers whole issues: the same source gives the same bytes, so that looking again costs nothing.

In: requests. Out: renderings, those of the newest issues without composing them again. Made by app for processes that answer many people.

Only what was composed is remembered. A failure may be the machine's (no time, no memory), and is tried again; a picture of one text while
somebody types is asked for once, and would push out what others look at.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from newsletter.compose.request import Request
from newsletter.model.edition import Rendering
from newsletter.renderer import wire
from newsletter.renderer.parent import Renderer

MOST = 8  #: whole issues, each with its images


class Remembering(Renderer):
    """Asks another renderer, which is started on first use and closed by whoever made it. Thread-safe."""

    def __init__(self, ask: Callable[[], Renderer], most: int = MOST) -> None:
        super().__init__()
        self._ask = ask
        self._most = most
        self._known: OrderedDict[bytes, Rendering] = OrderedDict()
        self._turn = Lock()

    def begin(self) -> None:
        """Start the other one's child and return at once."""
        self._ask().begin()

    def render(self, request: Request) -> Rendering:
        """The rendering of a request. Never raises for what an author wrote."""
        if request.wanted:
            return self._ask().render(request)
        key = hashlib.sha256(wire.encode_request(request)).digest()
        with self._turn:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        made = self._ask().render(request)
        if made.artwork is not None:
            self._remember(key, made)
        return made

    def _remember(self, key: bytes, made: Rendering) -> None:
        with self._turn:
            self._known[key] = made
            while len(self._known) > self._most:
                self._known.popitem(last=False)
