"""In: a browser's requests. Out: pages: the list of messages, one message as its reader gets it, the traffic.

Called by server.py. The pages are in `pages/`; they need no script, and a message never runs one.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, select_autoescape

from newsletter.emulator.answers import Answer
from newsletter.emulator.http1 import Head
from newsletter.emulator.letter import Json
from newsletter.emulator.message import Message
from newsletter.emulator.mime import to_eml
from newsletter.emulator.report import make_report
from newsletter.emulator.upn import read_ref
from newsletter.emulator.world import World

PAGES = Path(__file__).parent / "pages"
PER_PAGE = 50
LOG = 200
"""Requests shown on the traffic page."""

MUCH = 50
"""Accepted requests beyond which the remarks are made only when asked for."""

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'; img-src data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_LETTER_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src http://127.0.0.1:* http://localhost:* data:; font-src data:; frame-ancestors 'self'"
)
_SAFE = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
)
_VIEWS = (("html", "Message"), ("text", "Text"), ("headers", "Headers"), ("source", "Source"))
_PIXEL = re.compile(
    r"<img\b(?=[^>]*\bwidth\s*=\s*[\"']?1\b)(?=[^>]*\bheight\s*=\s*[\"']?1\b)[^>]*>", re.IGNORECASE
)
_TONES = {
    "delivered": "good",
    "deferred": "wait",
    **dict.fromkeys(("bounce", "dropped", "spamreport", "unsubscribe", "group_unsubscribe"), "bad"),
}


def answer(world: World, head: Head) -> Answer:
    """Find the page; a page of its own for what is not there."""
    if head.path == "/":
        return Answer(302, headers=(("Location", "/inbox"),))
    for pattern, page in _ROUTES:
        if match := pattern.fullmatch(head.path):
            return page(world, head, match.groupdict().get("id", "")) or _missing(world)
    return _missing(world)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(PAGES), autoescape=select_autoescape(["html"]), trim_blocks=True
    )
    environment.filters |= {"moment": _moment, "hour": _hour, "grouped": _grouped, "person": _person}
    return environment


def _moment(at: float) -> str:
    then = datetime.fromtimestamp(at, UTC)
    return f"{then:%A} {then.day} {then:%B %Y}, {then:%H:%M} UTC"


def _hour(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%H:%M:%S}"


def _grouped(number: int) -> str:
    return f"{number:,}"


def _person(person: Json) -> str:
    return f"{person['name']} <{person['email']}>" if person.get("name") else str(person["email"])


def _page(world: World, name: str, status: int = 200, **values: Any) -> Answer:
    shared = {"now": world.clock.now(), "accepted": len(world.history.accepted()), "base": world.press.base}
    text = _environment().get_template(name).render(**shared, **values)
    headers = (("Content-Security-Policy", _POLICY), *_SAFE)
    return Answer(status, text.encode(errors="replace"), "text/html; charset=utf-8", headers)


def _missing(world: World) -> Answer:
    return _page(world, "missing.html", 404, page_name="")


def _inbox(world: World, head: Head, _: str) -> Answer:
    return _desk(world, head, None)


def _message(world: World, head: Head, found: str) -> Answer | None:
    message = _find(world, found)
    return _desk(world, head, message) if message else None


def _find(world: World, found: str) -> Message | None:
    ref = read_ref(found)
    try:
        return world.press.render(ref) if ref else None
    except KeyError:
        return None


def _desk(world: World, head: Head, message: Message | None) -> Answer:
    search = head.query.get("q", "")
    page = int(asked) if re.fullmatch(r"[1-9]\d{0,6}", asked := head.query.get("page", "")) else 1
    total, lines = world.press.listing(search, (page - 1) * PER_PAGE, PER_PAGE, newest_first=True)
    kept = {name: text for name, text in (("q", search), ("page", str(page) if page > 1 else "")) if text}
    return _page(
        world,
        "inbox.html",
        page_name="inbox",
        search=search,
        search_part=f"&{urlencode({'q': search})}" if search else "",
        keep=f"?{urlencode(kept)}" if kept else "",
        and_keep=f"&{urlencode(kept)}" if kept else "",
        page=page,
        lines=lines,
        snippets={line.id: _snippet(world.press.render(line.ref)) for line in lines},
        total=total,
        first=(page - 1) * PER_PAGE + 1,
        last=min(total, page * PER_PAGE),
        message=message,
        **(_reading(world, head, message) if message else {}),
    )


def _snippet(message: Message) -> str:
    text = (
        message.text
        if message.text is not None
        else re.sub(r"<style.*?</style>|<[^>]+>", " ", message.html or "", flags=re.DOTALL)
    )
    return " ".join(text.split())[:120]


def _reading(world: World, head: Head, message: Message) -> Json:
    wanted = head.query.get("view", "")
    view = wanted if wanted in dict(_VIEWS) else "html" if message.html is not None else "text"
    source = to_eml(message)
    return {
        "view": view,
        "views": _VIEWS,
        "width": "phone" if head.query.get("width") == "phone" else "full",
        "headers": _headers(message, source),
        "source": source.decode(errors="replace").replace("\r\n", "\n"),
        "story": _story(world, message),
    }


def _headers(message: Message, source: bytes) -> list[tuple[str, str]]:
    """What a mail program shows: decoded, unfolded."""
    mail = message_from_bytes(source, policy=default)
    args = [(f"custom arg {name}", value) for name, value in message.custom_args.items()]
    return [
        *((name, str(value)) for name, value in mail.items()),
        ("X-Message-Id", message.message_id),
        *args,
    ]


def _story(world: World, message: Message) -> list[Json]:
    address, start = message.address.lower(), f"{message.message_id}."
    return [
        {"word": str(event["event"]), "at": event["timestamp"], "tone": _TONES.get(str(event["event"]), "")}
        for event in world.events.recent
        if str(event.get("sg_message_id", "")).startswith(start)
        and str(event.get("email", "")).lower() == address
    ]


def _letter(world: World, _: Head, found: str) -> Answer | None:
    message = _find(world, found)
    if message is None or message.html is None:
        return None
    markup = '<base target="_blank">' + _PIXEL.sub("", message.html)
    # In front of the doctype the element would switch the page to quirks mode.
    if start := re.match(r"\s*<!doctype[^>]*>", message.html, re.IGNORECASE):
        markup = start[0] + '<base target="_blank">' + _PIXEL.sub("", message.html[start.end() :])
    headers = (("Content-Security-Policy", _LETTER_POLICY), *_SAFE)
    return Answer(200, markup.encode(errors="replace"), "text/html; charset=utf-8", headers)


def _eml(world: World, _: Head, found: str) -> Answer | None:
    message = _find(world, found)
    if message is None:
        return None
    name = ("Content-Disposition", f'attachment; filename="message-{found}.eml"')
    return Answer(200, to_eml(message), "message/rfc822", (name, *_SAFE))


def _traffic(world: World, head: Head, _: str) -> Answer:
    history = world.history
    looked = len(history.accepted()) <= MUCH or bool(head.query.get("check"))
    report = make_report(world) if looked else None
    sends = list(history.sends())
    people = sum(record.personalizations for record in history.accepted())
    findings = report["findings"] if report else None
    return _page(
        world,
        "traffic.html",
        page_name="traffic",
        figures=(
            (len(sends), "mail send requests"),
            (len(history.accepted()), "accepted"),
            (report["recipients_accepted"] if report else people, "people"),
            (history.concurrency_peak, "at once, at most"),
        ),
        findings=None if findings is None else findings[:LOG],
        more=max(0, len(findings or ()) - LOG),
        records=history.records[: -LOG - 1 : -1],
        shown_of=len(history.records) if len(history.records) > LOG else 0,
    )


def _static(name: str, kind: str) -> Callable[[World, Head, str], Answer | None]:
    def page(_: World, __: Head, ___: str) -> Answer:
        return Answer(200, (PAGES / name).read_bytes(), kind, _SAFE)

    return page


_ID = r"(?P<id>\d+\.\d+\.\d+)"
_ROUTES: list[tuple[re.Pattern[str], Callable[[World, Head, str], Answer | None]]] = [
    (re.compile(r"/inbox/?"), _inbox),
    (re.compile(r"/inbox/style\.css"), _static("style.css", "text/css; charset=utf-8")),
    (re.compile(r"/inbox/live\.js"), _static("live.js", "text/javascript; charset=utf-8")),
    (re.compile(r"/inbox/traffic"), _traffic),
    (re.compile(rf"/inbox/m/{_ID}"), _message),
    (re.compile(rf"/inbox/m/{_ID}/html"), _letter),
    (re.compile(rf"/inbox/m/{_ID}\.eml"), _eml),
]
