"""Emulated: the mails that an emulator on this machine took, asked for over its inspection API.

In: a loopback address. Out: lines and the bytes of one mail, or Silent. Called by pipeline.mailbox. No other host is ever asked.

Whatever listens there may answer anything: an answer that is not an emulator's is none.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import urlencode

import httpx
import msgspec

from newsletter.model.mail import Line, Listing
from newsletter.providers.answer import Answer, Broken
from newsletter.providers.http import exchange, is_loopback, pooled
from newsletter.providers.reading import row

PAGE = 25
_TIMEOUT = httpx.Timeout(connect=2.0, write=5.0, read=20.0, pool=2.0)
_ID = re.compile(r"\d{1,12}\.\d{1,9}\.\d{1,9}")


class Silent(Exception):
    """Nobody answers there, or not as an emulator does. `what` in a few words."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class _Message(msgspec.Struct):
    """What a list needs of a message; further fields are passed over."""

    id: str
    at: float
    address: str
    subject: str = ""
    html: str | None = None
    text: str | None = None
    sender: str | dict[str, str] = ""
    categories: list[str] = []


class _Page(msgspec.Struct):
    total: int
    messages: list[_Message]


def listing(base_url: str, search: str = "", after: str = "") -> Listing:
    """A page, newest first; `search` is a part of the recipient's address. Raises Silent."""
    number = int(after) if re.fullmatch(r"[1-9]\d{0,6}", after) else 1
    asked = {"page": number, "size": PAGE, "address": search[:200], "order": "newest"}
    answer = _ask(base_url, f"/messages?{urlencode(asked | {'full': 1})}")
    if (
        not answer.complete
    ):  # mails so large that a page of them is more than is read: without their texts, then
        answer = _ask(base_url, f"/messages?{urlencode(asked)}")
    found = _decoded(answer)
    further = number * PAGE < found.total
    lines = tuple(_line(one) for one in found.messages[:PAGE] if _ID.fullmatch(one.id))
    return Listing(lines, str(number + 1) if further else "", found.total)


def source(base_url: str, key: str) -> bytes | None:
    """The bytes of one mail; None when the emulator has none of this key. Raises Silent."""
    if not _ID.fullmatch(key):
        return None
    answer = _ask(base_url, f"/messages/{key}.eml")
    if answer.status == 404:
        return None
    if answer.status != 200 or not answer.complete:
        raise Silent("not-an-emulator")
    return answer.body


def category(base_url: str, key: str) -> str:
    """The mailing that a message belongs to: its first category. Raises Silent."""
    try:
        found = msgspec.json.decode(_ask(base_url, f"/messages/{key}").body, type=_Message)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return ""
    return found.categories[0][:100] if found.categories else ""


def _ask(base_url: str, path: str) -> Answer:
    if not is_loopback(base_url):
        raise Silent("not-loopback")
    client = pooled(base_url, timeout=_TIMEOUT, connections=1)
    try:
        return exchange(client, "GET", f"{base_url}/_emulator{path}", {"Accept": "*/*"})
    except Broken as broken:
        raise Silent(broken.what) from None
    finally:
        client.close()


def _decoded(answer: Answer) -> _Page:
    if answer.status != 200 or not answer.complete:
        raise Silent("not-an-emulator")
    try:
        return msgspec.json.decode(answer.body, type=_Page)
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError):
        raise Silent("not-an-emulator") from None


def _line(one: _Message) -> Line:
    """The row of a message: read as the mail that it is, so that both boxes cut and clean alike."""
    kind, body = ("plain", one.text) if one.html is None else ("html", one.html)
    mail = f"Content-Type: text/{kind}; charset=utf-8\r\n\r\n{body or ''}".encode("utf-8", "replace")
    shown = row(mail, one.id, one.categories[0][:100] if one.categories else "")
    return Line(
        one.id,
        _sender(one.sender)[:200],
        one.subject[:500],
        shown.snippet,
        one.address[:320],
        _at(one.at),
        shown.mailing,
    )


def _sender(sender: str | dict[str, str]) -> str:
    return sender if isinstance(sender, str) else sender.get("name") or sender.get("email", "")


def _at(seconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
