"""A batch as SendGrid's Mail Send v3 wants it, in exactly the bytes that are posted.

In: an OutboundBatch. Out: a Parcel of JSON. Called by provider.py; pure.

One personalization is one reader. Ids travel in custom_args, opaque, and come back flattened in every event: the installation,
the batch and the attempt once for all, the delivery with each reader. SendGrid's own click, open and subscription tracking, its
analytics and its footer are switched off in every message: the account's defaults would apply otherwise, change the approved
text, and replace our List-Unsubscribe. https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import msgspec

from newsletter.model.outbound import OutboundBatch, OutboundMessage, Parcel, Recipient
from newsletter.providers.rules import fill
from newsletter.providers.sendgrid.limits import require, require_size, weigh

Json = dict[str, object]


# What there is one of for each reader is a Struct: half the time of a dict. Its fields stand in the order in which the encoder writes
# all else; empty ones are left out.
class _To(msgspec.Struct, gc=False):
    email: str


class _Ids(msgspec.Struct, gc=False):
    nl_d: str


class _Personalization(msgspec.Struct, gc=False, omit_defaults=True):
    custom_args: _Ids
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)
    substitutions: Mapping[str, str] = msgspec.field(default_factory=dict)
    to: tuple[_To, ...] = ()


_OFF = {"enable": False}
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
    body = _ENCODER.encode(_request(batch, sandbox=sandbox))
    require_size(body, weight, max_weight)
    return Parcel(body, hashlib.sha256(body).hexdigest(), len(batch.recipients))


def _request(batch: OutboundBatch, *, sandbox: bool) -> Json:
    """The request. Nothing in it is ever left out for being long, odd or empty: `limits.require` has looked."""
    message = batch.message
    settings: Json = {"footer": _OFF}
    body: Json = {
        "from": _mailbox(message),
        "subject": fill(message.subject, message.tags),
        "personalizations": [_personalization(message.tags, recipient) for recipient in batch.recipients],
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
    if message.category:
        body["categories"] = [message.category]
    if sandbox:
        settings["sandbox_mode"] = {"enable": True}
    return body


def _mailbox(message: OutboundMessage) -> Json:
    mailbox: Json = {"email": message.sender_address}
    return mailbox | {"name": message.sender_name} if message.sender_name else mailbox


def _personalization(tags: tuple[str, ...], recipient: Recipient) -> _Personalization:
    return _Personalization(
        _Ids(str(recipient.delivery)),
        recipient.headers,
        dict(zip(tags, recipient.values, strict=True)),
        (_To(recipient.address),),
    )
