"""In: requests to /_emulator, from tests and the harness. Out: what a handler answers; every route stands in ROUTES.

Called by server.py. Described in docs/reference/emulator.md.
"""

import re

import msgspec

from newsletter.emulator import control_events, control_log, control_rules
from newsletter.emulator.answers import Answer
from newsletter.emulator.calls import Call, Handler, Route, WrongError, wrong
from newsletter.emulator.faults import ScriptError
from newsletter.emulator.http1 import Head
from newsletter.emulator.world import World

PREFIX = "/_emulator"
ROUTES: tuple[Route, ...] = (*control_log.ROUTES, *control_events.ROUTES, *control_rules.ROUTES)


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(PREFIX + path.replace("{id}", r"(?P<id>[^/]+)") + "/?")


_COMPILED: list[tuple[str, re.Pattern[str], Handler]] = [
    (method, _pattern(path), handler) for method, path, handler in ROUTES
]


async def answer(world: World, head: Head, body: bytes) -> Answer:
    """Find the route and answer; 404 and 405 in plain words, 400 for what makes no sense."""
    methods: list[str] = []
    for method, path, handler in _COMPILED:
        if match := path.fullmatch(head.path):
            if method == head.method:
                return await _handle(handler, Call(world, head, body, match.groupdict().get("id") or ""))
            methods.append(method)
    if methods:
        return wrong(f"this route takes {', '.join(methods)}", 405)
    return wrong("there is no such route; docs/reference/emulator.md lists them", 404)


async def _handle(handler: Handler, call: Call) -> Answer:
    try:
        return await handler(call)
    except (WrongError, ScriptError, msgspec.ValidationError) as error:
        return wrong(str(error))
