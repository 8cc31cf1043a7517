"""Children of renderers, kept from one program to the next: each takes half a second of a processor to start.

In: nothing. Out: a switch. Called by tests/conftest.py; the renderer's own tests, and what counts processes, switch it off.

A test that runs the program in its own process starts the child anew, although a child is made to answer many requests. Nothing else
differs: it is the program's own child, with its own limits. Programs that tests start as processes are not touched.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from newsletter.renderer import Limits, Renderer
from newsletter.renderer.parent import _Child


@contextmanager
def warm() -> Iterator[None]:
    """One child of each kind waits for the next renderer that wants such a one."""
    spare: dict[Limits, _Child] = {}
    start = _Child.start

    def started(limits: Limits) -> _Child:
        child = spare.pop(limits, None)
        return child if child is not None and child.alive else start(limits)

    def closed(renderer: Renderer) -> None:
        with renderer._lock:
            child, renderer._child = renderer._child, None
            if child is not None and spare.setdefault(child.limits, child) is not child:
                child.stop()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_Child, "start", staticmethod(started))
        patch.setattr(Renderer, "close", closed)
        try:
            yield
        finally:
            for child in spare.values():
                child.stop()


@contextmanager
def cold() -> Iterator[None]:
    """As the program does by itself: a child for each renderer, ended with it."""
    start, close = _TRUE
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_Child, "start", start)
        patch.setattr(Renderer, "close", close)
        yield


_TRUE = (_Child.__dict__["start"], Renderer.close)
