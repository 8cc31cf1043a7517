"""In: a status and what to say. Out: an Answer in SendGrid's form, or the bytes that go on the wire.

Called by every route and by the faults; the edge's HTML pages are here as well.
"""

import html
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from http import HTTPStatus

import msgspec

HELP = "https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors"


class Complaint(msgspec.Struct, frozen=True):
    """One error of a refusal. `field` is a dotted path such as `personalizations.0.to`, or None."""

    message: str
    field: str | None = None
    help: str | None = None


BARE = Complaint("Bad Request")
"""What the service says when it says nothing: null field, null help."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer, not yet on the wire. `close` ends the connection after it."""

    status: int
    body: bytes = b""
    type: str = ""
    headers: tuple[tuple[str, str], ...] = field(default=())
    close: bool = False

    def closing(self) -> "Answer":
        """The same answer, with the connection closed after it."""
        return replace(self, close=True)


def as_json(status: int, value: object, *headers: tuple[str, str]) -> Answer:
    """Any JSON value as an answer."""
    return Answer(status, msgspec.json.encode(value), "application/json", headers)


def as_html(status: int, page: str, *headers: tuple[str, str]) -> Answer:
    """A page as an answer."""
    return Answer(status, page.encode(), "text/html; charset=utf-8", headers)


def refusal(status: int, *complaints: Complaint, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """An error in SendGrid's form: {"errors": [{"message", "field", "help"}]}."""
    return as_json(status, {"errors": complaints or (BARE,)}, *headers)


def say(status: int, message: str) -> Answer:
    """A refusal that concerns no field."""
    return refusal(status, Complaint(message))


def edge_page(status: int) -> Answer:
    """What the proxy in front of the service shows: HTML, not JSON."""
    title = f"{status} {html.escape(phrase(status))}"
    return as_html(
        status,
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n"
        f"<center><h1>{title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
    )


def phrase(status: int) -> str:
    """The reason phrase; the number's class where the number is unknown."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def to_bytes(answer: Answer, *, now: float, keep: bool, with_body: bool = True) -> bytes:
    """Status line, headers and body. `now` (Unix seconds) goes into Date; a HEAD answer has no body."""
    kept = keep and not answer.close
    lines = [
        f"HTTP/1.1 {answer.status} {phrase(answer.status)}",
        "Server: nginx",
        f"Date: {formatdate(now, usegmt=True)}",
    ]
    if answer.type:
        lines.append(f"Content-Type: {answer.type}")
    if answer.status not in (204, 304):
        lines.append(f"Content-Length: {len(answer.body)}")
    lines.append(f"Connection: {'keep-alive' if kept else 'close'}")
    lines += [f"{name}: {value}" for name, value in answer.headers]
    head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
    return head + answer.body if with_body else head
