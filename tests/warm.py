"""Children of renderers, kept from one program to the next, and what they answered: each takes half a second of a processor to start,
and tests ask for the same sample issues again and again.

In: nothing. Out: a switch. Called by tests/conftest.py; the renderer's own tests, and what counts processes, switch it off.

A test that runs the program in its own process starts the child anew, although a child is made to answer many requests. Nothing else
differs: it is the program's own child, with its own limits, and the same request gives the same bytes (tests/unit/compose/test_steps.py).
Programs that tests start as processes are not touched.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from newsletter.compose.request import Request
from newsletter.model.edition import Rendering
from newsletter.renderer import Limits, Renderer, wire
from newsletter.renderer.parent import _Child

_MOST = 200  #: answers that one process of the tests keeps, a few hundred kilobytes each


@contextmanager
def warm() -> Iterator[None]:
    """One child of each kind waits for the next renderer that wants such a one."""
    spare: dict[Limits, _Child] = {}
    known: OrderedDict[tuple[Limits, bytes], bytes] = OrderedDict()
    start, ask = _Child.start, _Child.ask

    def asked(child: _Child, request: Request) -> Rendering:
        key = child.limits, hashlib.sha256(wire.encode_request(request)).digest()
        if key not in known:
            made = ask(child, request)  # what fails is not kept
            known[key] = wire.encode_rendering(made, request)
            if len(known) > _MOST:
                known.popitem(last=False)
        return wire.decode_rendering(known[key], request)

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
        patch.setattr(_Child, "ask", asked)
        patch.setattr(Renderer, "close", closed)
        try:
            yield
        finally:
            for child in spare.values():
                child.stop()


@contextmanager
def cold() -> Iterator[None]:
    """As the program does by itself: a child for each renderer, ended with it."""
    start, ask, close = _TRUE
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_Child, "start", start)
        patch.setattr(_Child, "ask", ask)
        patch.setattr(Renderer, "close", close)
        yield


_TRUE = (_Child.__dict__["start"], _Child.ask, Renderer.close)
