"""In: a mail send request as plain JSON and the ground it stands on. Out: every complaint the service would make.

Called by accept.py when the quick look is not enough. Hand-written from the pages named in the notes on Mail Send:
the reference, the error page and the overview with its limits.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from newsletter.emulator.addresses import is_address
from newsletter.emulator.answers import BARE, HELP, Complaint
from newsletter.emulator.options import SubstitutionLimit

MAX_AHEAD = 72 * 3600
"""Seconds that `send_at` may lie ahead (error page: more than 72 hours in advance is forbidden)."""

RESERVED_HEADERS = frozenset(
    [
        "x-sg-id",
        "x-sg-eid",
        "received",
        "dkim-signature",
        "content-type",
        "content-transfer-encoding",
        "to",
        "from",
        "subject",
        "reply-to",
        "cc",
        "bcc",
    ]
)

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a verdict depends on besides the body: limit in force, emulated now, groups and pools that exist."""

    limit: SubstitutionLimit = field(default_factory=SubstitutionLimit)
    now: float = 0.0
    groups: tuple[int, ...] = ()
    pools: tuple[str, ...] = ()


class Pad:
    """Where complaints are written down."""

    def __init__(self) -> None:
        self.complaints: list[Complaint] = []

    def add(self, path: str | None, message: str, anchor: str = "") -> None:
        """One complaint; `path` is dotted, `anchor` the section of the error page."""
        self.complaints.append(Complaint(message, path, f"{HELP}#{anchor or 'errors'}"))

    def bare(self) -> None:
        """The null-field Bad Request, once."""
        if BARE not in self.complaints:
            self.complaints.append(BARE)


def is_text(value: object, least: int = 0) -> bool:
    """A string of at least so many characters."""
    return isinstance(value, str) and len(value) >= least


def is_integer(value: object) -> bool:
    """A JSON integer: 1 and 1.0, but not true."""
    return not isinstance(value, bool) and (
        isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    )


def size_in_bytes(pairs: Mapping[str, object]) -> int:
    """UTF-8 bytes of keys and values together."""
    return sum(
        len(key.encode(errors="surrogatepass")) + len(str(value).encode(errors="surrogatepass"))
        for key, value in pairs.items()
    )


def known_keys(pad: Pad, value: Json, allowed: Iterable[str]) -> None:
    """A key that the service does not know gets the bare refusal (sendgrid-nodejs issue 433)."""
    if not set(value) <= set(allowed):
        pad.bare()


def check_person(pad: Pad, path: str, value: object, anchor: str) -> bool:
    """An {"email", "name"?} object; True when it can be mailed."""
    if not isinstance(value, dict) or "email" not in value:
        pad.add(
            path,
            "An object with an email parameter is required; it may also contain a name parameter.",
            anchor,
        )
        return False
    known_keys(pad, value, ("email", "name"))
    if not is_text(value.get("name", "")):
        pad.add(f"{path}.name", "The name must be a string.", anchor)
    if not is_address(value["email"]):
        pad.add(f"{path}.email", "Does not contain a valid address.", anchor)
        return False
    return True


def check_headers(pad: Pad, path: str, value: object) -> None:
    """ASCII names without spaces, none twice, none reserved; one-line string values."""
    anchor = "headers"
    if not isinstance(value, dict):
        pad.add(path, "The headers must be an object of strings.", anchor)
        return
    if any(not is_text(text) or "\r" in text or "\n" in text for text in value.values()):
        pad.add(path, "All values of the headers object must be strings on one line.", anchor)
    if any(
        not name or not name.isascii() or any(mark <= " " or mark in ":\x7f" for mark in name)
        for name in value
    ):
        pad.add(path, "Header keys cannot contain non-ASCII characters or empty spaces.", anchor)
    lower = [name.lower() for name in value]
    if len(set(lower)) < len(lower):
        pad.add(path, "The headers cannot contain duplicate keys.", anchor)
    pad_reserved = sorted(RESERVED_HEADERS.intersection(lower))
    for name in pad_reserved:
        pad.add(f"{path}.{name}", "Header cannot be one of the reserved keys.", anchor)


def check_args(pad: Pad, path: str, value: object) -> None:
    """An object of strings that are not empty."""
    if not isinstance(value, dict):
        pad.add(path, "custom_args must be an object of strings.", "custom_args")
        return
    for name, text in value.items():
        if not is_text(text, 1):
            pad.add(
                f"{path}.{name}",
                "All values of the custom arguments object must be strings and not empty.",
                "custom_args",
            )


def check_send_at(pad: Pad, path: str, value: object, ground: Ground) -> None:
    """Unix seconds, at most 72 hours ahead; the past means at once."""
    if not is_integer(value):
        pad.add(path, "The send_at parameter is expecting a Unix timestamp as an integer.", "send_at")
    elif isinstance(value, (int, float)) and value > ground.now + MAX_AHEAD:
        pad.add(path, "Scheduling more than 72 hours in advance is forbidden.", "send_at")


Check = Callable[[Pad, Any, Ground], None]
"""A check of one key of the message: gets the value, writes complaints."""
