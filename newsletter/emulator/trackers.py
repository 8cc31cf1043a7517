"""In: requests to the links that SendGrid itself puts into mail. Out: a pixel, a redirect, a page; and the event.

Called by server.py. Such links exist only where a message leaves SendGrid's own tracking on.
"""

import base64
import html
from collections.abc import Callable

from newsletter.emulator.answers import Answer, as_html, say
from newsletter.emulator.http1 import Head
from newsletter.emulator.letter import Json
from newsletter.emulator.upn import Ref
from newsletter.emulator.world import World

PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
"""A transparent GIF of one by one pixel."""

PATHS = ("/wf/open", "/ls/click", "/wf/unsubscribe", "/asm/unsubscribe", "/asm/preferences")


def answer(world: World, head: Head) -> Answer:
    """Act on a link; 404 for a token that was not made here."""
    found = world.press.upn.read(head.query.get("upn", ""))
    act = _ACTS.get(head.path)
    if found is None or act is None or (head.path, found[0]) not in _PURPOSES:
        return say(404, "not found")
    _, ref, link = found
    try:
        return act(world, head, ref, link)
    except KeyError:
        return say(404, "not found")


def _happen(world: World, head: Head, ref: Ref, name: str, fields: Json) -> None:
    now = world.clock.now()
    seen = {"useragent": head.headers.get("user-agent", ""), "ip": "127.0.0.1"}
    event = world.events.happen(ref, name, now, {**seen, **fields})
    world.history.note("happening", {"ref": str(ref), "event": event}, now)


def _open(world: World, head: Head, ref: Ref, _: int) -> Answer:
    machine = head.headers.get("user-agent", "") == "Mozilla/5.0"
    _happen(world, head, ref, "open", {"sg_machine_open": machine, "sg_content_type": "html"})
    return Answer(200, PIXEL, "image/gif", (("Cache-Control", "no-cache, no-store"),))


def _click(world: World, head: Head, ref: Ref, index: int) -> Answer:
    url, link = world.press.target(ref, index)
    _happen(world, head, ref, "click", {"url": url, "url_offset": {"index": link.index, "type": link.part}})
    safe = url.encode("ascii", "ignore").decode()
    return Answer(302, headers=(("Location", "".join(mark for mark in safe if mark > " ")),))


def _unsubscribe(world: World, head: Head, ref: Ref, _: int) -> Answer:
    # The service's own link acts on GET as well, which is one more reason to use one's own.
    if head.method != "HEAD":
        _happen(world, head, ref, "unsubscribe", {})
    return _page("You have been unsubscribed", world.press.render(ref).address)


def _leave_group(world: World, head: Head, ref: Ref, _: int) -> Answer:
    if head.method != "HEAD":
        group = world.press.stencil(world.press.locate(ref)[0].number).group
        _happen(world, head, ref, "group_unsubscribe", {"asm_group_id": group, "url": head.target})
    return _page("You have left this list", world.press.render(ref).address)


def _preferences(world: World, _: Head, ref: Ref, __: int) -> Answer:
    return _page("Email preferences", world.press.render(ref).address)


def _page(title: str, address: str) -> Answer:
    return as_html(
        200,
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f"<h1>{html.escape(title)}</h1><p>{html.escape(address)}</p></html>",
    )


_ACTS: dict[str, Callable[[World, Head, Ref, int], Answer]] = {
    "/wf/open": _open,
    "/ls/click": _click,
    "/wf/unsubscribe": _unsubscribe,
    "/asm/unsubscribe": _leave_group,
    "/asm/preferences": _preferences,
}
_PURPOSES = {
    ("/wf/open", "open"),
    ("/ls/click", "click"),
    ("/wf/unsubscribe", "unsubscribe"),
    ("/asm/unsubscribe", "group"),
    ("/asm/preferences", "preferences"),
}
