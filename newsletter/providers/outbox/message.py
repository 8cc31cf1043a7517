"""One reader's email as the bytes of an .eml file.

In: the message of a batch, a recipient. Out: RFC 5322 bytes with CRLF, read back and compared before they are given out. Called by
outbox.provider; pure.

The header is written here and not by `email.message`: Python's folding turns a long List-Unsubscribe into an encoded word, which no
mail program acts on, and Python 3.11 takes an encoded word in a value for text (notes in tests/unit/providers).
"""

from __future__ import annotations

import binascii
import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.errors import HeaderParseError, MultipartInvariantViolationDefect
from email.header import decode_header, make_header
from email.parser import BytesHeaderParser
from email.utils import format_datetime, getaddresses

from newsletter.model.errors import NewsletterError
from newsletter.model.outbound import OutboundMessage, Recipient
from newsletter.model.said import Said
from newsletter.providers.rules import fill

FOLD = 76  #: a line longer than this is folded where it has a space (RFC 5322 section 2.1.1)
_WORD = 42  #: UTF-8 bytes in an encoded word, which may be 75 characters long (RFC 2047 section 2)
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")

Field = tuple[str, str]


class Altered(NewsletterError):
    """What would be written does not read back as what was meant."""


def build(message: OutboundMessage, recipient: Recipient, *, date: int, message_id: str) -> bytes:
    """The email of one recipient. `date` in Unix seconds; `message_id` without brackets.

    Raises Altered when the header, read by another reader, holds anything that was not meant.
    """
    subject = fill(message.subject, recipient.values)
    boundary = (
        "=_" + hashlib.sha256(message_id.encode()).hexdigest()[:30]
    )  # "=_" cannot occur in quoted-printable
    fields = [
        ("From", _mailbox(message.sender_name, message.sender_address)),
        ("To", recipient.address),
        *([("Reply-To", message.reply_to)] if message.reply_to else []),
        ("Subject", _unstructured(subject)),
        ("Date", format_datetime(datetime.fromtimestamp(date, UTC))),
        ("Message-ID", f"<{message_id}>"),
        *message.headers.items(),
        *recipient.headers.items(),
        ("MIME-Version", "1.0"),
        ("Content-Type", f'multipart/alternative; boundary="{boundary}"'),
    ]
    header = "".join(_folded(name, value) for name, value in fields).encode("ascii")
    _require_unaltered(header, fields, subject, message)
    body = _body(boundary, fill(message.text, recipient.values), fill(message.html, recipient.values))
    return header + b"\r\n" + body


def _body(boundary: str, text: str, html: str) -> bytes:
    line = f"--{boundary}".encode()
    parts = [
        line + b"\r\nContent-Type: text/" + kind + b'; charset="utf-8"\r\n'
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + quoted(content) + b"\r\n"
        for kind, content in ((b"plain", text), (b"html", html))
    ]
    return b"".join(parts) + line + b"--\r\n"


def quoted(text: str) -> bytes:
    """Text as quoted-printable with CRLF line ends (RFC 2045 section 6.7); any kind of line end in it becomes one."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    # The encoder takes its own line ends from the first that it meets: there must be one.
    return binascii.b2a_qp(lines.encode() + b"\r\n", istext=True)[:-2]


def _mailbox(name: str, address: str) -> str:
    if not name:
        return address
    return f"{_phrase(name)} <{address}>"


def _phrase(name: str) -> str:
    if _ATOMS.fullmatch(name):
        return name
    if name.isascii():
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return " ".join(_encoded_words(name))


def _unstructured(text: str) -> str:
    """A subject: as it is where every reader gives it back as it is, else encoded words."""
    plain = text.isascii() and text == " ".join(text.split()) and "=?" not in text
    return text if plain and len(text) < FOLD * 4 else " ".join(_encoded_words(text))


def _encoded_words(text: str) -> Iterator[str]:
    """RFC 2047 section 5: whole characters in each word; a reader drops the spaces between them."""
    word = b""
    for character in text:
        encoded = character.encode()
        if len(word) + len(encoded) > _WORD:
            yield _encoded_word(word)
            word = b""
        word += encoded
    if word:
        yield _encoded_word(word)


def _encoded_word(data: bytes) -> str:
    return f"=?utf-8?b?{b64encode(data).decode()}?="


def _folded(name: str, value: str) -> str:
    """A header field, folded at spaces only, so that unfolding gives the very same value."""
    lines = [f"{name}:"]
    for word in value.split(" "):
        if len(lines[-1]) + 1 + len(word) > FOLD and word and lines[-1] != f"{name}:":
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines) + "\r\n"


def _require_unaltered(
    header: bytes, fields: Sequence[Field], subject: str, message: OutboundMessage
) -> None:
    """Read the header with another reader: the same names, values, subject, sender and one recipient, or Altered."""
    read = BytesHeaderParser().parsebytes(header + b"\r\n")
    found = [(name, re.sub(r"\r?\n(?=[ \t])", "", str(value))) for name, value in read.items()]
    # Some Pythons (Debian's 3.11.2) miss the parts of a multipart even where only its header is read.
    defects = [one for one in read.defects if not isinstance(one, MultipartInvariantViolationDefect)]
    if found != list(fields) or defects or max(map(len, header.split(b"\r\n"))) > 998:
        raise _altered(Said("the header", "l’en-tête"))
    if _decoded(read["Subject"]) != subject:
        raise _altered(Said("the subject", "l’objet"))
    senders = getaddresses([re.sub(r"\r?\n(?=[ \t])", "", read["From"])])
    if [(_decoded(name), address) for name, address in senders] != [
        (message.sender_name, message.sender_address)
    ]:
        raise _altered(Said("the sender", "l’expéditeur"))


def _decoded(value: str) -> str:
    try:
        return str(make_header(decode_header(re.sub(r"\r?\n(?=[ \t])", "", value))))
    except (HeaderParseError, UnicodeError, LookupError):
        raise _altered(Said("an encoded word", "un mot encodé")) from None


def _altered(what: Said) -> Altered:
    message = Said(
        f"{what.en} of this email does not read back as it was meant",
        f"{what.fr} de ce courriel ne se relit pas tel qu’il a été écrit",
    )
    return Altered(message, code="email-altered")
