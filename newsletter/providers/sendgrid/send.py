"""A batch as SendGrid's Mail Send v3 wants it, in exactly the bytes that are posted.

In: an OutboundBatch. Out: a Parcel of JSON. Called by provider.py; pure.

One personalization is one reader. Ids travel in custom_args, opaque, and come back flattened in every event: the installation,
the batch and the attempt once for all, the delivery with each reader. SendGrid's own click, open and subscription tracking, its
analytics and its footer are switched off in every message: the account's defaults would apply otherwise, change the approved
text, and replace our List-Unsubscribe. https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain

import msgspec

from newsletter.model.outbound import OutboundBatch, OutboundMessage, Parcel, Recipient
from newsletter.model.readers import Piece, Readers, gathered
from newsletter.providers.rules import fill
from newsletter.providers.sendgrid.limits import require, require_size, weigh

Json = dict[str, object]


_OFF = {"enable": False}
_BETWEEN = b'"\n"'  #: where each text has a line of its own; no encoded text holds the end of a line
_TOGETHER = 250  #: a whole batch at once would take three times its own size meanwhile, and no less time
_PEOPLE = b"\0"  #: where they stand in a request: JSON has this sign nowhere
_HOLE = "\0"  #: no header's name and no tag holds it (`limits.require` has looked)
_TRACKING = {
    "click_tracking": {"enable": False, "enable_text": False},
    "open_tracking": _OFF,
    "subscription_tracking": _OFF,
    "ganalytics": _OFF,
}
# Sorted keys: the same batch gives the same bytes whatever the order in which its headers were put together.
_ENCODER = msgspec.json.Encoder(order="deterministic")


def encode(
    batch: OutboundBatch, *, official: bool = False, max_weight: int = 0, sandbox: bool = False
) -> Parcel:
    """The request's bytes. Raises as `providers.contract.Provider.encode` says.

    `max_weight`: bytes of substitutions in one request (0: no limit). `sandbox`: SendGrid judges the request and sends nothing.
    """
    require(batch, official=official)
    weight = sum(weigh(batch.message, recipient) for recipient in batch.recipients) if max_weight else 0
    before, _, after = _ENCODER.encode(_request(batch, sandbox=sandbox)).partition(_PEOPLE)
    body = b"".join((before, *_personalizations(batch.message.tags, batch.recipients), after))
    require_size(body, weight, max_weight)
    return Parcel(body, hashlib.sha256(body).hexdigest(), len(batch.recipients))


def _request(batch: OutboundBatch, *, sandbox: bool) -> Json:
    """The request. Nothing in it is ever left out for being long, odd or empty: `limits.require` has looked."""
    message = batch.message
    settings: Json = {"footer": _OFF}
    body: Json = {
        "from": _mailbox(message),
        "subject": fill(message.subject, message.tags),
        "personalizations": msgspec.Raw(_PEOPLE),
        "content": [
            {"type": "text/plain", "value": fill(message.text, message.tags)},
            {"type": "text/html", "value": fill(message.html, message.tags)},
        ],
        "custom_args": {"nl_i": batch.instance, "nl_b": str(batch.batch), "nl_a": str(batch.attempt)},
        "tracking_settings": _TRACKING,
        "mail_settings": settings,
    }
    if message.reply_to:
        body["reply_to"] = {"email": message.reply_to}
    if message.headers:
        body["headers"] = dict(message.headers)
    if batch.revocable:
        body["batch_id"] = batch.revocable.handle
        body["send_at"] = int(batch.revocable.due_at.timestamp())
    if message.category:
        body["categories"] = [message.category]
    if sandbox:
        settings["sandbox_mode"] = {"enable": True}
    return body


def _mailbox(message: OutboundMessage) -> Json:
    mailbox: Json = {"email": message.sender_address}
    return mailbox | {"name": message.sender_name} if message.sender_name else mailbox


def _personalizations(tags: tuple[str, ...], recipients: Sequence[Recipient]) -> Iterator[bytes]:
    """All personalizations of a request, as JSON; some of those in a row whose headers have the same names are written together."""
    comma = b"["
    for readers in gathered(recipients):
        for some in readers.parts(_TOGETHER):
            yield comma
            yield _written(tags, some)
            comma = b","
    yield b"[]" if comma == b"[" else b"]"


def _written(tags: tuple[str, ...], readers: Readers) -> bytes:
    """What differs is encoded as one list of strings, and put between the pieces of a form that is the same for all: a fifth of the
    time of encoding an object for each reader. A column that stands in two places (a token) is encoded once.
    """
    lines = [readers.headers[name] for name in sorted(readers.headers)]
    lined = [piece for line in lines for piece in line if not isinstance(piece, str)]
    columns = [*lined, *readers.values, readers.addresses]
    each = {id(column): column for column in columns}
    texts = _ENCODER.encode_lines(list(chain.from_iterable(each.values())))[1:-2].split(_BETWEEN)
    count = len(readers)
    encoded = {key: texts[at * count : (at + 1) * count] for at, key in enumerate(each)}
    numbers = msgspec.json.encode(readers.deliveries)[1:-1].split(b",")
    form = _form(tags, _lines(readers.headers))
    return _filled(form, [numbers, *(encoded[id(column)] for column in columns)], count)


def _filled(form: Sequence[bytes], columns: Sequence[Sequence[bytes]], count: int) -> bytes:
    """The form for each reader: literal, column, literal … literal."""
    width = len(form) + len(columns)
    pieces = [b""] * (width * count)
    for place, literal in enumerate(form):
        pieces[2 * place :: width] = [literal] * count
    for place, column in enumerate(columns):
        pieces[2 * place + 1 :: width] = column
    return b"".join(pieces).removesuffix(b",")


def _lines(headers: Mapping[str, Sequence[Piece]]) -> tuple[tuple[str, str], ...]:
    """Header lines by name, with a hole where they differ."""
    return tuple(
        (name, "".join(piece if isinstance(piece, str) else _HOLE for piece in headers[name]))
        for name in sorted(headers)
    )


@lru_cache(maxsize=64)
def _form(tags: tuple[str, ...], lines: tuple[tuple[str, str], ...]) -> list[bytes]:
    """One personalization and a comma, cut where its texts differ; empty objects are left out."""
    whole: Json = {"custom_args": {"nl_d": _HOLE}}
    if lines:
        whole["headers"] = dict(lines)
    if tags:
        whole["substitutions"] = dict.fromkeys(tags, _HOLE)
    whole["to"] = [{"email": _HOLE}]
    return (msgspec.json.encode(whole) + b",").split(msgspec.json.encode(_HOLE)[1:-1])
