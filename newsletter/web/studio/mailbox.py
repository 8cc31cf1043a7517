"""Mailbox: what the outbox and the emulator hold, as a mail reader.

In: visits. Out: pages; a mail's HTML in a frame where no script runs and nothing is fetched but its own pictures; downloads. Called by
web.studio.sections.

Mails hold whatever members and authors wrote: everything here is somebody else's. Opening one counts as no open: the pixel is
taken out, and the frame's policy lets only pictures through (/i/).
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode

from starlette.responses import Response

from newsletter.model.account import Right
from newsletter.model.errors import Unavailable
from newsletter.model.mail import Listing, Mail
from newsletter.pipeline import mailbox
from newsletter.web.studio.routing import Page, Way
from newsletter.web.studio.visit import Visit

_VIEWS = ("html", "phone", "text", "headers")
_EVERYTHING = Listing((), "", 0)
_HEAD = re.compile(r"<head[^<>]{0,200}>", re.IGNORECASE)
_DOCTYPE = re.compile(r"\s{0,200}<!doctype[^<>]{0,400}>", re.IGNORECASE)
_IMAGE = re.compile(r"<img\b[^<>]{0,2000}>", re.IGNORECASE)
#: a click asks for a new window, which the frame's sandbox does not allow: the mail stays where it is
_BASE = '<base target="_blank">'


def listed(visit: Visit) -> Response:
    """A box, newest first; `?box=`, `?q=`, `?after=`."""
    return _page(visit, _box(visit), None)


def read(visit: Visit) -> Response:
    """One mail beside its box."""
    box = str(visit.path["box"])
    return _page(visit, box, mailbox.mail(visit.ctx, box, str(visit.path["key"])))


def _box(visit: Visit) -> str:
    names = [one.name for one in mailbox.boxes(visit.ctx)]
    asked = visit.query.get("box", "")
    return asked if asked in names else names[0]


def _page(visit: Visit, box: str, mail: Mail | None) -> Response:
    search, after = visit.query.get("q", "")[:200], visit.query.get("after", "")[:300]
    listing, silent = _EVERYTHING, False
    try:
        listing = mailbox.listing(visit.ctx, box, search, after)
    except Unavailable:
        silent = True
    view = visit.query.get("view", "")
    boxes = mailbox.boxes(visit.ctx)
    kept = {name: value for name, value in (("box", box), ("q", search), ("after", after)) if value}
    return visit.page(
        "mailbox/mailbox.html",
        title=(mail.line.subject or visit.w.mailbox_no_subject) if mail else visit.w.mailbox_title,
        box=box,
        boxes=boxes,
        where=next(one.where for one in boxes if one.name == box),
        search=search,
        listing=listing,
        silent=silent,
        mail=mail,
        view=view if view in _VIEWS else "html" if mail is None or mail.html is not None else "text",
        views=_VIEWS,
        trail=urlencode(kept),
        older=_address(box, search, listing.after),
        newest=_address(box, search, ""),
        searching=after,
        path=_path,
    )


def _address(box: str, search: str, after: str) -> str:
    return f"/mailbox?{urlencode({'box': box} | ({'q': search} if search else {}) | ({'after': after} if after else {}))}"


def _path(what: str, box: str, key: str) -> str:
    """The address of something of a mail."""
    return f"/mailbox/{what}/{box}/{quote(key)}"


def framed(visit: Visit) -> Response:
    """The mail's HTML, to stand in a frame."""
    mail = mailbox.mail(visit.ctx, str(visit.path["box"]), str(visit.path["key"]))
    base = visit.ctx.settings.text("web.base_url")
    headers = {
        "Content-Security-Policy": f"sandbox; default-src 'none'; img-src {base}/i/ data:; style-src 'unsafe-inline'; form-action 'none'; "
        "base-uri 'none'; frame-ancestors 'self'"
    }
    return Response(
        _standing(_without_pixel(mail.html or "", base)),
        headers=headers,
        media_type="text/html; charset=utf-8",
    )


def _without_pixel(html: str, base: str) -> str:
    """The HTML without the picture that counts opens, which the frame's policy would not let through in any case."""
    return _IMAGE.sub(lambda found: "" if f"{base}/o/" in found[0] else found[0], html)


def _standing(html: str) -> bytes:
    """The HTML with our base element, where it does not turn the page to quirks mode."""
    place = _HEAD.search(html) or _DOCTYPE.match(html)
    end = place.end() if place else 0
    return (html[:end] + _BASE + html[end:]).encode("utf-8", "replace")


def saved(visit: Visit) -> Response:
    """The source, byte by byte."""
    source = mailbox.source(visit.ctx, str(visit.path["box"]), str(visit.path["key"]))
    return _to_save(source, "mail.eml")


def enclosed(visit: Visit) -> Response:
    """One thing that is enclosed in a mail: always a download, never a page."""
    found = mailbox.enclosure(visit.ctx, str(visit.path["box"]), str(visit.path["key"]), visit.path["number"])
    return _to_save(found.data, found.name)


def _to_save(data: bytes, name: str) -> Response:
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(data, headers=headers, media_type="application/octet-stream")


ROUTES: tuple[Way, ...] = (
    Page("/mailbox", listed, need=Right.LOOK),
    Page("/mailbox/read/{box}/{key:path}", read, need=Right.LOOK),
    Page("/mailbox/frame/{box}/{key:path}", framed, need=Right.LOOK),
    Page("/mailbox/source/{box}/{key:path}", saved, need=Right.LOOK),
    Page("/mailbox/enclosed/{number:int}/{box}/{key:path}", enclosed, need=Right.LOOK),
)
