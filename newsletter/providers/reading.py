"""Reading: the bytes of a mail, whoever wrote them, as a mail program shows them.

In: RFC 5322 bytes, hostile ones too. Out: a Mail, or as much of it as can be read. Called by the outbox's shelf and by emulated.

Nothing here raises: what cannot be read says so, and its source is still there.
"""

from __future__ import annotations

import contextlib
import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.utils import getaddresses, parsedate_to_datetime

from newsletter.model.mail import Enclosure, Line, Mail

LARGEST = 8 << 20  #: bytes of a mail that are read
_PARTS, _HEADERS, _VALUE, _NESTED = 100, 200, 4000, 40
_SNIPPET, _LOOKED_AT = 140, 8_000
_CHARSETS = re.compile(
    r"utf-?8|us-ascii|ascii|iso-?8859-\d{1,2}|latin-?1|windows-125\d|cp125\d|utf-?16(le|be)?", re.IGNORECASE
)
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_UNSEEN = re.compile("[\u00ad\u034f\u200b-\u200f\u2007\u2060\ufeff]")
_SKIPPED = re.compile(
    r"<(style|script|title|head)\b.*?</\1\s*>|<!--.*?-->|<[^<>]{0,2000}>", re.IGNORECASE | re.DOTALL
)
_UNSAFE = re.compile(r"[^\w.@+ ()-]+")


def read(source: bytes, key: str, mailing: str) -> Mail:
    """A whole mail. Only the first LARGEST bytes are looked at."""
    looked_at = source[:LARGEST]
    fault = "too-large" if len(source) > LARGEST else ""
    try:
        if looked_at.lower().count(b"boundary") > _NESTED:
            raise RecursionError
        parsed = BytesParser().parsebytes(looked_at)
        parts = list(_leaves(parsed))
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError, IndexError, AssertionError):
        parsed, parts, fault = BytesHeaderParser().parsebytes(looked_at[:65536]), [], "unreadable"
    headers = _headers(parsed)
    shown_html, shown_text, enclosed = _sorted(parts)
    line = _line(headers, key, mailing, _snippet(shown_html, shown_text))
    return Mail(line, headers, shown_html, shown_text, enclosed, source, fault)


def row(source: bytes, key: str, mailing: str) -> Line:
    """A mail as one row of an inbox."""
    return read(source, key, mailing).line


def head(source: bytes, key: str, mailing: str) -> Line:
    """The same from its header alone, without a snippet: for searching."""
    end = source.find(b"\r\n\r\n")
    return _line(
        _headers(BytesHeaderParser().parsebytes(source[: end if end > 0 else None])), key, mailing, ""
    )


def _headers(parsed: Message) -> tuple[tuple[str, str], ...]:
    return tuple((_clean(name)[:100], _decoded(str(value))) for name, value in parsed.items()[:_HEADERS])


def _decoded(value: str) -> str:
    """A header as people read it: unfolded, its encoded words read, without what could make it look like another."""
    flat = re.sub(r"\r?\n[ \t]*", " ", value[: 4 * _VALUE])
    with contextlib.suppress(ValueError, LookupError, HeaderParseError, TypeError):
        flat = str(make_header(decode_header(flat)))
    return _clean(flat)[:_VALUE]


def _clean(text: str) -> str:
    return _CONTROLS.sub("", text.encode("utf-8", "replace").decode())


def _line(headers: tuple[tuple[str, str], ...], key: str, mailing: str, snippet: str) -> Line:
    by_name = {name.lower(): value for name, value in reversed(headers)}
    return Line(
        key,
        _person(by_name.get("from", "")),
        by_name.get("subject", ""),
        snippet,
        _person(by_name.get("to", ""), address=True),
        _moment(by_name.get("date", "")),
        mailing,
    )


def _person(value: str, *, address: bool = False) -> str:
    """The first person of a header: the name, or the address where there is none or that is asked for."""
    try:
        found = getaddresses([value[:_VALUE]])
    except RecursionError:  # comments within comments
        found = []
    name, mail = found[0] if found else ("", "")
    return (mail if address else name or mail) or value[:200]


def _moment(value: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(value)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _leaves(parsed: Message) -> Iterator[Message]:
    for number, part in enumerate(parsed.walk()):
        if number > _PARTS:
            return
        if not part.is_multipart():
            yield part


def _sorted(parts: list[Message]) -> tuple[str | None, str | None, tuple[Enclosure, ...]]:
    """The text to be shown as HTML, as plain text, and all that is enclosed."""
    shown: dict[str, str] = {}
    enclosed: list[Enclosure] = []
    for part in parts:
        kind = part.get_content_type()
        data = _content(part)
        loose = part.get_content_disposition() != "attachment" and not part.get_filename()
        if loose and kind in {"text/html", "text/plain"} and kind not in shown:
            shown[kind] = _text(part, data)
        elif data:
            enclosed.append(Enclosure(len(enclosed), _file_name(part, len(enclosed)), _media(kind), data))
    return shown.get("text/html"), shown.get("text/plain"), tuple(enclosed)


def _content(part: Message) -> bytes:
    try:
        found = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError, TypeError):
        return b""
    return found if isinstance(found, bytes) else b""


def _text(part: Message, data: bytes) -> str:
    named = str(part.get_param("charset") or "utf-8")[:40]
    charset = named if _CHARSETS.fullmatch(named) else "utf-8"
    try:
        return data.decode(charset, "replace")
    except LookupError:
        return data.decode("utf-8", "replace")


def _media(kind: str) -> str:
    return kind if re.fullmatch(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}", kind) else "application/octet-stream"


def _file_name(part: Message, number: int) -> str:
    """A name without folders, leading dots or anything that a file system or a header would take for more than a name."""
    try:
        given = str(part.get_filename() or "")
    except (ValueError, LookupError, TypeError):
        given = ""
    last = re.split(r"[\\/]", _decoded(given))[-1]
    safe = _UNSAFE.sub("_", last).strip(" .")[:80]
    if safe:
        return safe
    ending = {"text/calendar": ".ics", "text/plain": ".txt", "text/html": ".html"}.get(
        part.get_content_type(), ""
    )
    return f"part-{number + 1}{ending}"


def _snippet(markup: str | None, text: str | None) -> str:
    """The first words as an inbox shows them: of the HTML with its hidden preheader, else of the plain text."""
    if markup is not None:
        start = max(markup.lower().find("<body"), 0)
        words = html.unescape(_SKIPPED.sub(" ", markup[start : start + _LOOKED_AT]))
    else:
        words = (text or "")[:_LOOKED_AT]
    return " ".join(_clean(_UNSEEN.sub("", words)).split())[:_SNIPPET]
